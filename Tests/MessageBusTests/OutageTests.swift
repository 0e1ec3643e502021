// A participant that is out of reach, and one that will not have a message.
import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("Outages and refusals", .timeLimit(.minutes(1)))
struct OutageTests {
  private struct Refusal: DeliveryFailure {
    var kind: DeliveryFailureKind { .refusal }
    var replyCode: String? { "2.4" }
    var reason: String { "no such meter" }
  }

  @Test("a message is held while its participant is out of reach, however often it is tried")
  func held() async throws {
    let count = Counter()
    let listener = Scripted(
      "OMS", [.subscribes([.created], nil)],
      onEvent: { _ in if count.up() <= 20 { throw ParticipantOutage("OMS cannot be reached") } })
    let bus = makeBus()
    try await bus.join(listener)
    try await running(bus) {
      let event = Sample.event()
      _ = try await bus.send(event, from: "HES")
      let calls = await listener.next(21)
      #expect(calls.allSatisfy { $0 == event })
      #expect(try await bus.deadLetters().isEmpty)
      while await bus.health().first?.circuit == .open { await Task.yield() }
      #expect(await bus.health().first?.outageReason == nil)
    }
  }

  @Test("after its time even a held message is a dead letter")
  func holdDeadline() async throws {
    var configuration = BusConfiguration.forTests
    configuration.holdDeadline = .milliseconds(20)
    let listener = Scripted(
      "OMS", [.subscribes([.created], nil)], onEvent: { _ in throw ParticipantOutage("OMS cannot be reached") })
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    try await bus.join(listener)
    try await running(bus) {
      _ = try await bus.send(Sample.event(), from: "HES")
      while try await bus.deadLetters().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      #expect(try await bus.deadLetters().first?.cause == .init(code: "4.1", reason: "OMS cannot be reached"))
    }
  }

  @Test("a refused message is a dead letter at once, with the participant's own code")
  func refused() async throws {
    let listener = Scripted("OMS", [.subscribes([.created], nil)], onEvent: { _ in throw Refusal() })
    let bus = makeBus()
    try await bus.join(listener)
    try await running(bus) {
      _ = try await bus.send(Sample.event(), from: "HES")
      _ = try await bus.send(Sample.event(), from: "HES")
      #expect(await listener.next(2).count == 2)
      while try await bus.deadLetters().count < 2 { try await Task.sleep(for: .milliseconds(1)) }
      let dead = try await bus.deadLetters()
      #expect(dead.map(\.cause.code) == ["2.4", "2.4"])
      #expect(dead.compactMap { $0.entry.deliveries.first?.attempts } == [1, 1])
    }
    #expect(await listener.rest().isEmpty)
  }

  @Test("an open circuit refuses synchronous requests at once, and lets one through when the pause is over")
  func circuit() async throws {
    var configuration = BusConfiguration.forTests
    configuration.backoff = Backoff(first: .milliseconds(1), factor: 300, maximum: .milliseconds(300), jitter: 0)
    let count = Counter()
    let server = Scripted("MDM", [.serves([.get], ["MeterReadings"])]) { request in
      if count.up() <= 3 { throw ParticipantOutage("MDM cannot be reached") }
      return request.reply(.ok, source: "MDM")
    }
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    try await bus.join(server)
    try await running(bus) {
      for _ in 0..<3 {
        let error = try await bus.send(Sample.get(), from: "CIS").reply?.reply?.errors.first
        #expect(error?.code == "5.1" && error?.reason == "MDM cannot be reached")
      }
      #expect(await bus.health().first?.circuit == .open)
      #expect(await bus.health().first?.outageReason == "MDM cannot be reached")
      await #expect(throws: BusError.self) { try await bus.send(Sample.get(), from: "CIS") }
      #expect(count.current == 3)
      try await Task.sleep(for: .milliseconds(310))
      #expect(try await bus.send(Sample.get(), from: "CIS").reply?.reply?.result == .ok)
      #expect(await bus.health().first?.circuit == .closed)
      #expect(await bus.health().first?.lastSuccess != nil)
    }
  }
}
