// What operators send again.
import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("Resubmitting and replaying", .timeLimit(.minutes(1)))
struct ReplayTests {
  @Test("a dead letter is sent again once, and a second time only if asked for", arguments: JournalUnderTest.allCases)
  func resubmit(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let bus = makeBus(try open())
      try await running(bus) {
        let request = Sample.get()
        let refused = try await bus.send(request, from: "CIS").entry
        let count = Counter()
        try await bus.join(
          Scripted("MDM", [.serves([.get], ["MeterReadings"])]) { request in
            count.up()
            return request.reply(.ok, source: "MDM")
          })
        let outcome = try await bus.resubmit(refused, message: request)
        #expect(outcome.reply?.reply?.result == .ok && count.current == 1)
        let entry = try #require(
          try await bus.timeline(messageID: request.header?.messageID ?? "").last {
            $0.kind == .request
          })
        #expect(entry.replays == refused && entry.note == "sent again for entry \(refused)" && entry.from == "CIS")
        let error = await #expect(throws: BusError.self) { try await bus.resubmit(refused, message: request) }
        #expect(error?.code == .alreadySent && count.current == 1)
        _ = try await bus.resubmit(refused, message: request, again: true)
        #expect(count.current == 2)
        await #expect(throws: BusError.self) { try await bus.resubmit(EntryID(999), message: request) }
        await #expect(throws: BusError.self) { try await bus.resubmit(outcome.entry, message: request) }
      }
    }
  }

  @Test("a message that came in by itself meanwhile is not sent again")
  func cameByItself() async throws {
    let bus = makeBus()
    try await running(bus) {
      let request = Sample.get()
      let refused = try await bus.send(request, from: "CIS").entry
      try await bus.join(Scripted("MDM", [.serves([.get], ["MeterReadings"])]))
      _ = try await bus.send(request, from: "CIS")
      let error = await #expect(throws: BusError.self) { try await bus.resubmit(refused, message: request) }
      #expect(error?.code == .alreadySent)
    }
  }

  @Test(
    "a delivery that failed is made again; one that was made only if asked for", arguments: JournalUnderTest.allCases)
  func replay(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let bus = makeBus(try open())
      let count = Counter()
      let listener = Scripted(
        "OMS", [.subscribes([.created], nil)], onEvent: { _ in if count.up() <= 3 { throw Mishap() } })
      let other = Scripted("MDM", [.subscribes([.created], nil)])
      try await bus.join(listener)
      try await bus.join(other)
      try await running(bus) {
        let event = Sample.event()
        let entry = try await bus.send(event, from: "HES").entry
        _ = await listener.next(3)
        while try await bus.deadLetters().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        _ = await other.next(1)
        let again = try await bus.replay(entry, to: "OMS").entry
        #expect(await listener.next(1) == [event])
        let repeated = await #expect(throws: BusError.self) { try await bus.replay(entry, to: "OMS") }
        #expect(repeated?.code == .alreadySent)
        let unasked = await #expect(throws: BusError.self) { try await bus.replay(entry, to: "MDM") }
        #expect(unasked?.code == .alreadySent)
        _ = try await bus.replay(entry, to: "MDM", again: true)
        #expect(await other.next(1) == [event])
        await #expect(throws: BusError.self) { try await bus.replay(entry, to: "nobody") }
        let timeline = try await bus.timeline(messageID: event.header?.messageID ?? "")
        #expect(timeline.first { $0.id == again }?.replays == entry)
      }
    }
  }
}
