// The semantic rules of the envelope, one breach at a time; the cases are in EnvelopeRulesCases.swift.
import CIMModel
import IECMessage
import Testing

@Suite("IEC 61968-100, semantic rules R1 to R24")
struct EnvelopeRulesTests {
  @Test("a message beyond reproach has no findings", arguments: RuleCase.sound)
  func sound(_ sample: RuleCase) { check(sample) }

  @Test("a breach is found with its severity and reply code", arguments: RuleCase.verbs + RuleCase.headers)
  func header(_ sample: RuleCase) { check(sample) }

  @Test("a breach in the content is found with its severity and reply code", arguments: RuleCase.contents)
  func content(_ sample: RuleCase) { check(sample) }

  @Test("a partner may be judged more or less strictly")
  func severities() {
    let message = RuleCase.request(.get)
    #expect(EnvelopeRules().check(message).map(\.severity) == [.reject])
    #expect(EnvelopeRules(severities: ["R3": .note]).check(message).map(\.severity) == [.note])
  }

  @Test(
    "every finding names its clause and says what is wrong in a sentence", arguments: RuleCase.verbs + RuleCase.contents
  )
  func wording(_ sample: RuleCase) {
    for finding in EnvelopeRules().check(sample.message, context: sample.context) {
      #expect(finding.clause.hasPrefix("IEC 61968-"))
      #expect(finding.message.count > 10 && !finding.message.contains("Optional"))
    }
  }

  @Test("a verb of the wrong tense and a noun of the wrong case come with the right one")
  func suggestions() {
    func suggestions(_ message: Message) -> [String?] { EnvelopeRules().check(message).map(\.suggestion) }
    #expect(suggestions(RuleCase.request(.created, payload: RuleCase.object())) == ["create"])
    let event = Message(kind: .event, header: RuleCase.header(.cancel), payload: RuleCase.object())
    #expect(suggestions(event) == ["canceled"])
    #expect(suggestions(RuleCase.request(.create, "meterreadings", payload: RuleCase.object())) == ["MeterReadings"])
    #expect(suggestions(RuleCase.request(.create, "MeterConfig", payload: RuleCase.object())) == [nil])
  }

  private func check(_ sample: RuleCase) {
    let findings = EnvelopeRules().check(sample.message, context: sample.context)
    #expect(findings.map { "\($0.rule) \($0.severity.rawValue) \($0.replyCode)" } == sample.expected)
  }
}
