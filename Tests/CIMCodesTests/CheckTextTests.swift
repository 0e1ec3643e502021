import CIMCodes
import Foundation
import Testing

@Suite("IEC 61968-9, Annexes B to F codes in messages")
struct CheckTextTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let kind: CodeExplanation.Kind
    let rules: [String]
    var suggestion: String?
    var testDescription: String { "\(kind) \(text)" }
  }

  @Test(
    "the text of a code is rejected, warned about or well",
    arguments: [
      Case(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", kind: .readingType, rules: []),
      Case(
        text: "0.0.02.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", kind: .readingType, rules: ["readingType.canonical"],
        suggestion: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
      Case(
        text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0 ", kind: .readingType, rules: ["readingType.shape"],
        suggestion: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
      Case(text: "0.0.2.4.1.1.12.0.0.0.0", kind: .readingType, rules: ["readingType.shape"]),
      Case(text: "?", kind: .endDeviceEvent, rules: ["endDeviceEvent.shape"]),
      Case(text: "*.26.0.85", kind: .endDeviceEvent, rules: ["endDeviceEvent.shape"], suggestion: "0.26.0.85"),
      Case(text: "3.26.0.85", kind: .endDeviceEvent, rules: []),
      Case(text: "2.31.0.42", kind: .endDeviceEvent, rules: []),
      Case(text: "2.31.0.18", kind: .endDeviceControl, rules: []),
      Case(text: "12.15.17.13", kind: .endDeviceControl, rules: ["endDeviceControl.unlisted"]),
      Case(text: "1.0.0", kind: .readingQuality, rules: []),
      Case(text: "1.0", kind: .readingQuality, rules: ["readingQuality.shape"]),
      Case(text: "0", kind: .replyCode, rules: ["replyCode.canonical"], suggestion: "0.0"),
      Case(text: "2.4", kind: .replyCode, rules: []),
    ])
  func text(test: Case) {
    let findings = CodeTables.standard.check(test.text, as: test.kind)
    #expect(findings.map(\.rule) == test.rules)
    #expect(findings.allSatisfy { ($0.severity == .reject) == $0.rule.hasSuffix(".shape") })
    if let suggestion = test.suggestion { #expect(findings.first?.suggestion == suggestion) }
  }

  @Test("any text at all is explained or refused, and what is explained is canonical")
  func anyText() throws {
    var random = Repeatable(seed: 100)
    let letters = Array("0123456789012345...--– *+x\u{00A0}\u{0}٣🙂\n")
    let tables = CodeTables.standard
    for _ in 0..<4000 {
      let count = Int.random(in: 0...24, using: &random)
      let text = String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
      if let explanation = try? tables.explain(text) {
        let again = try tables.explain(explanation.code)
        #expect(again.code == explanation.code && again.kind == explanation.kind)
        #expect(!again.warnings.contains { $0.rule == "text.cleaned" })
      }
      for kind in CodeExplanation.Kind.allCases {
        let findings = tables.check(text, as: kind)
        #expect(findings.allSatisfy { !$0.message.isEmpty && $0.message.count < 400 })
      }
    }
  }

  @Test("every kind of code is a string in JSON")
  func codable() throws {
    func again<Value: Codable & Equatable>(_ value: Value, _ text: String) throws {
      let data = try JSONEncoder().encode([value])
      #expect(String(decoding: data, as: UTF8.self) == "[\"\(text)\"]")
      #expect(try JSONDecoder().decode([Value].self, from: data) == [value])
      #expect(throws: DecodingError.self) { try JSONDecoder().decode([Value].self, from: Data("[\"x\"]".utf8)) }
    }
    try again(ReadingQualityType(system: 3, category: 8, index: 0), "3.8.0")
    try again(EndDeviceEventType(type: 3, domain: 26, subDomain: 0, eventOrAction: 85), "3.26.0.85")
    try again(EndDeviceControlType(type: 3, domain: 31, subDomain: 0, eventOrAction: -23), "3.31.0.0")
    try again(ReplyCode(category: 2, index: 10), "2.10")
  }
}
