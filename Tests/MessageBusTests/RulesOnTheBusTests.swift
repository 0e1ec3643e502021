import CIMModel
import IECMessage
import MessageBus
import Synchronization
import Testing

/// Notes what it is asked about.
private final class Listener: ContentRules {
  private let heard = Mutex<[MessageKind]>([])
  var kinds: [MessageKind] { heard.withLock { $0 } }

  func check(_ message: Message) -> RuleReport {
    heard.withLock { $0.append(message.kind) }
    return RuleReport(findings: [])
  }
}

@Suite("IEC 61968-100 rules that need the bus's memory", .timeLimit(.minutes(1)))
struct RulesOnTheBusTests {
  private func played(_ message: Message, severities: [RuleID: RuleSeverity], from senders: [ParticipantID])
    async throws
    -> [String]
  {
    var configuration = BusConfiguration.forTests
    configuration.rules = EnvelopeRules(severities: severities)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    try await bus.join(
      Scripted("MDM", [.serves([.get], ["MeterReadings"])], onRequest: { $0.reply(.ok, source: "MDM") }))
    return try await running(bus) {
      var codes: [String] = []
      for sender in senders {
        let reply = try await bus.send(message, from: sender).reply?.reply
        codes.append(reply?.result == .ok ? "OK" : reply?.errors.first?.code ?? "none")
      }
      return codes
    }
  }

  @Test("R18: a nonce counts once for each sender")
  func nonces() async throws {
    var message = Sample.get()
    message.header?.replayDetection = Header.ReplayDetection(nonce: "n1", created: .now())
    #expect(
      try await played(message, severities: ["R18": .reject], from: ["CIS", "CIS", "OMS", "OMS"]) == [
        "OK", "7.7", "OK", "7.7",
      ])
    // By default a used nonce is worth a line in the log, no more.
    #expect(try await played(message, severities: [:], from: ["CIS", "CIS"]) == ["OK", "OK"])
  }

  @Test("R20: a reply nobody waits for is known as such")
  func replies() async throws {
    let reply = Sample.get().reply(.ok, source: "CIS")
    #expect(try await played(reply, severities: ["R20": .reject], from: ["CIS"]) == ["2.15"])
  }

  @Test("what a participant answers is judged too, and goes on")
  func answers() async throws {
    let listener = Listener()
    var configuration = BusConfiguration.forTests
    configuration.contentRules = listener
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    try await bus.join(
      Scripted("MDM", [.serves([.get], ["MeterReadings"])], onRequest: { $0.reply(.ok, source: "MDM") }))
    let reply = try await running(bus) { try await bus.send(Sample.get(), from: "CIS").reply }
    #expect(reply?.reply?.result == .ok)
    #expect(listener.kinds == [.request, .response])
  }
}
