import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-100, 5.2.4 publish/subscribe", .timeLimit(.minutes(1)))
struct PublishSubscribeTests {
  static let hears: [Interest] = [.subscribes([.created], ["EndDeviceEvents"])]

  @Test("every subscriber is told once, in order, but for the sender", arguments: JournalUnderTest.allCases)
  func fanOut(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let bus = makeBus(journal)
      let oms = Scripted("OMS", Self.hears + Self.hears)
      let mdm = Scripted("MDM", [.subscribes([.created], nil)])
      let hes = Scripted("HES", Self.hears)
      for participant in [oms, mdm, hes] { try await bus.join(participant) }
      let events = (0..<300).map { _ in Sample.event() }
      try await running(bus) { () async throws in
        for event in events {
          guard case .accepted = try await bus.send(event, from: "HES") else {
            Issue.record("not accepted")
            return
          }
        }
        #expect(await oms.next(300) == events)
        #expect(await mdm.next(300) == events)
      }
      #expect(try await bus.timeline(messageID: try #require(events[0].header?.messageID)).first?.deliveries.count == 2)
      try await journal.close()
    }
  }

  @Test("an event without subscriber is accepted and marked, not dead")
  func unrouted() async throws {
    let bus = makeBus()
    let event = Sample.event()
    guard case .accepted = try await bus.send(event, from: "HES") else {
      Issue.record("not accepted")
      return
    }
    #expect(try await bus.timeline(messageID: try #require(event.header?.messageID)).map(\.state) == [.unrouted])
    #expect(try await bus.deadLetters().isEmpty)
  }

  @Test("an event with AckRequired is acknowledged")
  func acknowledged() async throws {
    let bus = makeBus()
    var event = Sample.event()
    event.header?.ackRequired = true
    let ack = try await bus.send(event, from: "HES").reply
    #expect(ack?.reply?.result == .ok && ack?.reply?.errors.first?.code == "0.3")
    #expect(ack?.header?.correlationID == event.header?.correlationID)
  }

  @Test("one subscriber's failures and slowness are its own")
  func independence() async throws {
    let bus = makeBus()
    let door = Door()
    let slow = Scripted("SLOW", Self.hears, onEvent: { _ in try await door.pass() })
    let broken = Scripted("BROKEN", Self.hears, onEvent: { _ in throw Mishap() })
    let oms = Scripted("OMS", Self.hears)
    for participant in [slow, broken, oms] { try await bus.join(participant) }
    try await running(bus) { () async throws in
      for _ in 0..<5 { _ = try await bus.send(Sample.event(), from: "HES") }
      #expect(await oms.next(5).count == 5)
      door.open()
    }
  }

  @Test("a delivery that fails is tried again, in order, and given up after the last attempt")
  func retry() async throws {
    let bus = makeBus()
    let tries = Counter()
    // The first event fails for good, the second once.
    let oms = Scripted("OMS", Self.hears, onEvent: { _ in if tries.up() <= 4 { throw Mishap() } })
    try await bus.join(oms)
    let steps = bus.activity()
    try await running(bus) { () async throws in
      let first = Sample.event()
      let second = Sample.event()
      let entry = try await bus.send(first, from: "HES").entry
      _ = try await bus.send(second, from: "HES")
      #expect(await oms.next(5) == [first, first, first, second, second])
      for await step in steps where step.step == .delivered { break }
      let dead = try await bus.deadLetters()
      #expect(dead.map(\.entry.id) == [entry])
      #expect(dead.first?.entry.deliveries.first?.attempts == 3)
    }
  }
}
