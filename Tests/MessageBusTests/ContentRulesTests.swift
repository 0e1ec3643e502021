import IECMessage
import MessageBus
import Testing

/// Says the same about every message.
private struct Scripture: ContentRules {
  var findings: [RuleFinding]
  func check(_ message: Message) -> RuleReport { RuleReport(findings: findings) }
}

private func finding(_ severity: RuleSeverity, _ code: String) -> RuleFinding {
  RuleFinding(
    rule: "readingType.shape", severity: severity, clause: "IEC 61968-9, Annex C", path: "/RequestMessage/x/@ref",
    message: "x is no reading type", suggestion: "0.0", replyCode: code)
}

@Suite("IEC 61968-9, Annex B: rules on content", .timeLimit(.minutes(1)))
struct ContentRulesTests {
  private func reply(_ findings: [RuleFinding]) async throws -> (Reply?, [DeadLetter]) {
    var configuration = BusConfiguration.forTests
    configuration.contentRules = Scripture(findings: findings)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    try await bus.join(
      Scripted("MDM", [.serves([.get], ["MeterReadings"])], onRequest: { $0.reply(.ok, source: "MDM") }))
    return try await running(bus) {
      let outcome = try await bus.send(Sample.get(), from: "CIS")
      return (outcome.reply?.reply, try await bus.deadLetters())
    }
  }

  @Test("what they reject is answered FAILED, each finding with its code and place, and kept as a dead letter")
  func reject() async throws {
    let (reply, dead) = try await reply([finding(.warn, "2.10"), finding(.reject, "2.6"), finding(.reject, "1.8")])
    #expect(reply?.result == .failed)
    #expect(reply?.errors.map(\.code) == ["2.6", "1.8"])
    #expect(reply?.errors.first?.details == "/RequestMessage/x/@ref; probably 0.0")
    #expect(dead.count == 1)
  }

  @Test("warnings and notes refuse nothing")
  func warn() async throws {
    let (reply, dead) = try await reply([finding(.warn, "2.10"), finding(.note, "2.6")])
    #expect(reply?.result == .ok)
    #expect(dead.isEmpty)
  }

  @Test("a reply tells of no more than 16 errors")
  func manyRejects() async throws {
    let (reply, _) = try await reply(Array(repeating: finding(.reject, "2.6"), count: 200))
    #expect(reply?.errors.count == 16)
  }
}
