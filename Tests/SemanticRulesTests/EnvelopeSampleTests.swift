import CIMModel
import CIMProfiles
import IECMessage
import SemanticRules
import Testing

private let noSamples: Comment = "../shared/samples is not there"

@Suite("IEC 61968-100: envelope and code rules on sample messages")
struct SampleTests {
  let rules = CodeRules()

  private func briefs(_ path: String) throws -> [String] {
    let bytes = try Place.bytes(path)
    let inspection = MessageReader().read(bytes)
    var findings = inspection.message.map { EnvelopeRules().check($0) } ?? []
    findings += rules.check(try Sample.document(bytes)).findings
    return findings.map { "\($0.severity.rawValue) \($0.rule)" }
  }

  @Test(
    "what is valid by schema and wrong in meaning is found", .enabled(if: Place.samples != nil, noSamples),
    arguments: [
      ("c13_semantic_odd_verb_in_event", "reject R1"), ("c14_semantic_dup_operationId", "reject R12"),
      ("c15_semantic_noun_mismatch", "warn R2"), ("c16_semantic_async_no_address", "reject R7"),
      ("c17_semantic_opset_wrong_noun", "warn R2"), ("c18_semantic_ok_with_fatal", "warn R9"),
      ("c19_semantic_op_verb_free", "reject R13"),
    ])
  func wrongInMeaning(_ name: String, _ expected: String) throws {
    #expect(try briefs("envelope/\(name).xml").contains(expected))
  }

  @Test(
    "findings on the envelope have the path they have in the document",
    arguments: [
      ("", "EventMessage", "", "/EventMessage/Header/Verb"),
      (
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>", "EventMessage",
        "</s:Body></s:Envelope>", "/Envelope/Body/EventMessage/Header/Verb"
      ),
    ])
  func envelopePaths(_ before: String, _ root: String, _ after: String, _ path: String) throws {
    let header = "<Header><Verb>create</Verb><Noun>MeterReadings</Noun><MessageID>1</MessageID></Header>"
    let text =
      "\(before)<\(root) xmlns=\"http://iec.ch/TC57/2011/schema/message\">\(header)</\(root)>\(after)"
    let bytes = Array(text.utf8)
    let report = MessageRules().check(MessageReader().read(bytes).message, in: try Sample.document(bytes))
    #expect(report.findings.first { $0.rule == "R1" }?.path == path)
    #expect(report.hasReject)
  }

  @Test(
    "codes in valid envelope samples are not rejected", .enabled(if: Place.samples != nil, noSamples),
    arguments: Place.names("envelope") { $0.hasPrefix("c0") || $0.hasPrefix("c10") })
  func validEnvelopes(_ name: String) throws {
    let findings = rules.check(try Sample.document(try Place.bytes("envelope/\(name)"))).findings
    #expect(!findings.contains { $0.severity == .reject }, "\(findings)")
  }

  /// Files whose codes can be none: placeholders of test tools.
  static let placeholders = ["\"?\"", "\"String\""]

  @Test(
    "real messages are read without a crash, and rejected for placeholders only",
    .enabled(if: Place.samples != nil, noSamples), arguments: Place.names("part9"))
  func realMessages(_ name: String) throws {
    let bytes = try Place.bytes("part9/\(name)")
    guard let root = try? Sample.document(bytes) else { return }
    let report = rules.check(root)
    let text = String(decoding: bytes, as: UTF8.self)
    let hasPlaceholder = Self.placeholders.contains { text.contains("ref=\($0)") }
    for finding in report.findings where finding.severity == .reject && !hasPlaceholder {
      #expect(finding.rule.rawValue.hasPrefix("value."), "\(finding.path): \(finding.message)")
    }
    if text.contains("ref=\"String\"") { #expect(report.hasReject) }
  }
}
