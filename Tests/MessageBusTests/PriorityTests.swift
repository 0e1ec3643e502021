import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("Priorities: what is urgent overtakes, what belongs together does not", .timeLimit(.minutes(1)))
struct PriorityTests {
  static let hears: [Interest] = [.subscribes([.created], ["EndDeviceEvents", "MeterReadings"])]

  private static func configuration(window: Int = 1_000) -> BusConfiguration {
    var configuration = BusConfiguration.forTests
    configuration.priorities = [
      PriorityRule(verbs: [.created], nouns: ["EndDeviceEvents"], priority: Priority(8) ?? .normal)
    ]
    configuration.window = window
    return configuration
  }

  private static func reading(_ correlationID: String? = nil) -> Message {
    var message = Sample.event("HES", "MeterReadings")
    message.header?.correlationID = correlationID
    return message
  }

  private static func urgent(_ correlationID: String? = nil) -> Message {
    var message = Sample.event()
    message.header?.correlationID = correlationID
    return message
  }

  /// A receiver that stands still with the first message until the door is opened.
  private func slow(_ door: Door) -> Scripted {
    Scripted("OMS", Self.hears, onEvent: { _ in try await door.pass() })
  }

  @Test("an urgent event overtakes what waits, in memory and in the journal", arguments: [1_000, 4])
  func overtakes(window: Int) async throws {
    let bus = makeBus(InMemoryJournal(), TableCoder(), Self.configuration(window: window))
    let door = Door()
    let oms = slow(door)
    try await bus.join(oms)
    try await running(bus) { () async throws in
      let readings = (0..<20).map { _ in Self.reading() }
      _ = try await bus.send(readings[0], from: "HES")
      #expect(await oms.next(1) == [readings[0]])
      for reading in readings.dropFirst() { _ = try await bus.send(reading, from: "HES") }
      let events = [Self.urgent(), Self.urgent()]
      for event in events { _ = try await bus.send(event, from: "HES") }
      door.open()
      let order = await oms.next(21)
      // In the page that is being worked on the urgent ones come next; where pages are read they come with the next one.
      #expect(order.prefix(2) == events[...] || window == 4 && order[3...].prefix(2) == events[...])
      #expect(order.filter { $0.noun == "MeterReadings" } == Array(readings.dropFirst()))
    }
  }

  @Test("after a restart the urgent come first, each kind in its order", arguments: JournalUnderTest.allCases)
  func restart(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let coder = TableCoder()
      var journal = try open()
      let first = makeBus(journal, coder, Self.configuration())
      try await first.join(Scripted("OMS", Self.hears))
      let readings = (0..<5).map { _ in Self.reading() }
      let events = (0..<5).map { _ in Self.urgent() }
      for (reading, event) in zip(readings, events) {
        _ = try await first.send(reading, from: "HES")
        _ = try await first.send(event, from: "HES")
      }
      try await journal.close()
      journal = try open()
      let second = makeBus(journal, coder, Self.configuration(window: 3))
      let oms = Scripted("OMS", Self.hears)
      try await second.join(oms)
      try await running(second) { () async throws in
        #expect(await oms.next(10) == events + readings)
      }
      #expect(try await journal.pendingCounts().isEmpty)
      try await journal.close()
    }
  }

  @Test("a message does not overtake one of its correlation", arguments: JournalUnderTest.allCases)
  func correlation(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let bus = makeBus(journal, TableCoder(), Self.configuration())
      let door = Door()
      let oms = slow(door)
      try await bus.join(oms)
      try await running(bus) { () async throws in
        let first = Self.reading()
        _ = try await bus.send(first, from: "HES")
        #expect(await oms.next(1) == [first])
        let order = [Self.reading("c1"), Self.reading(), Self.urgent("c1"), Self.urgent()]
        for message in order { _ = try await bus.send(message, from: "HES") }
        door.open()
        #expect(await oms.next(4) == [order[3], order[0], order[1], order[2]])
      }
      try await journal.close()
    }
  }

  @Test("a header Property says how urgent a message is, where no rule does; nonsense says nothing")
  func property() async throws {
    let bus = makeBus()
    let door = Door()
    let oms = slow(door)
    try await bus.join(oms)
    try await running(bus) { () async throws in
      let values = ["4", "0", "9", "10", "high", "6"]
      let messages = values.map { value in
        var message = Self.reading()
        message.header?.properties = [Header.Property(name: value == "6" ? "JMSPriority" : "priority", value: value)]
        return message
      }
      for message in messages { _ = try await bus.send(message, from: "HES") }
      door.open()
      let order = await oms.next(6)
      // The first may have been on its way before the others came.
      #expect(order.first == messages[0] || order.first == messages[2])
      let rest = order.filter { $0 != messages[0] }
      #expect(rest == [2, 5, 3, 4, 1].map { messages[$0] })
    }
  }

  @Test("a flood while the journal is being read: each comes once, what is as urgent in its order", arguments: 1...3)
  func flood(seed: Int) async throws {
    var configuration = Self.configuration(window: 8)
    configuration.priorities.append(
      PriorityRule(nouns: ["MeterReadings"], senders: ["LOW"], priority: Priority(2) ?? .normal))
    let bus = makeBus(Slow(), TableCoder(), configuration)
    let oms = Scripted("OMS", Self.hears, onEvent: { _ in await Task.yield() })
    try await bus.join(oms)
    let count = 600
    try await running(bus) { () async throws in
      var sent: [[Message]] = [[], [], []]
      for number in 0..<count {
        let kind = number * (seed + 6) % 11 % 3
        let message = kind == 0 ? Self.urgent() : Self.reading()
        sent[kind].append(message)
        _ = try await bus.send(message, from: kind == 2 ? "LOW" : "HES")
        // Bursts with rests between them, so that the lane goes over from reading to queueing and back.
        if number % 97 == 0 { try await Task.sleep(for: .milliseconds(20)) }
      }
      let came = await oms.next(count)
      for messages in sent {
        let ids = messages.compactMap(\.header?.messageID)
        let known = Set(ids)
        #expect(came.compactMap(\.header?.messageID).filter(known.contains) == ids)
      }
      try await Task.sleep(for: .milliseconds(50))
      #expect(await oms.rest().isEmpty)
    }
  }

  @Test("where the journal is read, a normal message does not wait for the pages of those that can")
  func normalOverLow() async throws {
    var configuration = Self.configuration(window: 4)
    configuration.priorities = [PriorityRule(senders: ["LOW"], priority: Priority(2) ?? .normal)]
    let bus = makeBus(Slow(), TableCoder(), configuration)
    let door = Door()
    let oms = slow(door)
    try await bus.join(oms)
    try await running(bus) { () async throws in
      let low = (0..<20).map { _ in Self.reading() }
      _ = try await bus.send(low[0], from: "LOW")
      #expect(await oms.next(1) == [low[0]])
      for message in low.dropFirst() { _ = try await bus.send(message, from: "LOW") }
      let normal = Self.reading()
      _ = try await bus.send(normal, from: "HES")
      door.open()
      let order = await oms.next(20)
      #expect(order.firstIndex(of: normal) ?? 20 < 5)
      #expect(order.filter { $0 != normal } == Array(low.dropFirst()))
    }
  }

  @Test("after a restart a message does not overtake one of its correlation that lies behind the first page")
  func correlationBehindThePage() async throws {
    let journal = InMemoryJournal()
    let coder = TableCoder()
    var low = Self.reading("c1")
    low.header?.properties = [Header.Property(name: "priority", value: "1")]
    let first = makeBus(journal, coder)
    try await first.join(Scripted("OMS", Self.hears))
    for _ in 0..<10 { _ = try await first.send(Self.reading(), from: "HES") }
    _ = try await first.send(low, from: "HES")
    var configuration = BusConfiguration.forTests
    configuration.window = 4
    let second = makeBus(journal, coder, configuration)
    let oms = Scripted("OMS", Self.hears)
    try await second.join(oms)
    let follower = Self.reading("c1")
    _ = try await second.send(follower, from: "HES")
    try await running(second) { () async throws in
      let order = await oms.next(12)
      #expect(order.suffix(2) == [low, follower])
    }
  }
}

/// A journal that takes its time to give a page, so that messages come while it is read.
private struct Slow: JournalStandIn {
  let journal = InMemoryJournal()

  func pending(for participant: ParticipantID, limit: Int, bytes: Int) async throws -> PendingPage {
    let page = try await journal.pending(for: participant, limit: limit, bytes: bytes)
    try await Task.sleep(for: .milliseconds(2))
    return page
  }
}
