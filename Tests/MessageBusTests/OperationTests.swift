import IECMessage
import MessageBus
import Testing

@Suite("Bounds, shutdown and observation of the bus", .timeLimit(.minutes(1)))
struct OperationTests {
  @Test("a full queue tells the sender to wait, and when to try again")
  func busyQueue() async throws {
    var configuration = BusConfiguration.forTests
    configuration.queueLimit = 2
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let oms = Scripted("OMS", PublishSubscribeTests.hears)
    try await bus.join(oms)
    for _ in 0..<2 { _ = try await bus.send(Sample.event(), from: "HES") }
    let error = try await #require(throws: BusError.self) { try await bus.send(Sample.event(), from: "HES") }
    #expect(error.code == .busy && error.replyCode == "5.1" && error.retryAfter == 1)
    #expect(error.reply(to: Sample.get(), source: "BUS").reply?.errors.first?.code == "5.1")
    try await running(bus) { () async throws in
      _ = await oms.next(2)
      // There is room again as soon as the deliveries are settled.
      while true {
        do {
          _ = try await bus.send(Sample.event(), from: "HES")
          break
        } catch { try Task.checkCancellation() }
      }
    }
  }

  @Test("a participant's own bound goes before that of all")
  func ownBound() async throws {
    var configuration = BusConfiguration.forTests
    configuration.queueLimit = 1
    configuration.queueLimits = ["OMS": 3]
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    try await bus.join(Scripted("OMS", PublishSubscribeTests.hears))
    for _ in 0..<3 { _ = try await bus.send(Sample.event(), from: "HES") }
    await #expect(throws: BusError.self) { try await bus.send(Sample.event(), from: "HES") }
  }

  @Test("too many requests under way are refused with 3.2")
  func busyServer() async throws {
    var configuration = BusConfiguration.forTests
    configuration.pendingRequestLimit = 1
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let door = Door()
    let mdm = Scripted("MDM", RequestReplyTests.serves) { request in
      try await door.pass()
      return request.reply(.ok, source: "MDM")
    }
    try await bus.join(mdm)
    try await running(bus) { () async throws in
      async let held = bus.send(Sample.get(), from: "CIS")
      _ = await mdm.next(1)
      let error = try await #require(throws: BusError.self) { try await bus.send(Sample.get(), from: "CIS") }
      #expect(error.code == .busy && error.replyCode == "3.2")
      door.open()
      _ = try await held
      #expect(try await bus.send(Sample.get(), from: "CIS").reply?.reply?.result == .ok)
    }
  }

  @Test("names are unique, and a participant that left may come again")
  func names() async throws {
    let bus = makeBus()
    try await bus.join(Scripted("MDM"))
    let error = await #expect(throws: BusError.self) { try await bus.join(Scripted("MDM")) }
    #expect(error?.code == .duplicateParticipant)
    await bus.leave("MDM")
    try await bus.join(Scripted("MDM"))
    #expect(await bus.participants.map(\.id) == ["MDM"])
  }

  @Test("what waits for a participant that left is delivered when it joins again")
  func rejoin() async throws {
    let bus = makeBus()
    let gone = Scripted("OMS", PublishSubscribeTests.hears)
    try await bus.join(gone)
    let event = Sample.event()
    _ = try await bus.send(event, from: "HES")
    await bus.leave("OMS")
    try await running(bus) { () async throws in
      let back = Scripted("OMS", PublishSubscribeTests.hears)
      try await bus.join(back)
      #expect(await back.next(1) == [event])
    }
  }

  @Test("when it is stopped the bus lets requests under way end, then takes no more")
  func drain() async throws {
    var configuration = BusConfiguration.forTests
    configuration.drainDeadline = .seconds(30)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let door = Door()
    let mdm = Scripted("MDM", RequestReplyTests.serves) { request in
      try await door.pass()
      return request.reply(.ok, source: "MDM")
    }
    try await bus.join(mdm)
    try await withThrowingTaskGroup(of: Message?.self) { group in
      group.addTask {
        try await bus.run()
        return nil
      }
      async let held = bus.send(Sample.get(), from: "CIS")
      _ = await mdm.next(1)
      group.cancelAll()
      let error = try await #require(throws: BusError.self) {
        while true { _ = try await bus.send(Sample.event(), from: "HES") }
      }
      #expect(error.code == .shuttingDown)
      door.open()
      #expect(try await held.reply?.reply?.result == .ok)
      try await group.waitForAll()
    }
    let again = await #expect(throws: BusError.self) { try await bus.run() }
    #expect(again?.code == .alreadyRunning)
  }

  @Test("what does not end in the time given is cancelled, its sender told, its deliveries kept")
  func drainDeadline() async throws {
    let journal = InMemoryJournal()
    var configuration = BusConfiguration.forTests
    configuration.drainDeadline = .milliseconds(20)
    let bus = makeBus(journal, TableCoder(), configuration)
    let door = Door()
    let mdm = Scripted(
      "MDM", RequestReplyTests.serves + PublishSubscribeTests.hears,
      onRequest: { request in
        try await door.pass()
        return request.reply(.ok, source: "MDM")
      }, onEvent: { _ in try await door.pass() })
    try await bus.join(mdm)
    let reply = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await bus.run() }
      _ = try await bus.send(Sample.event(), from: "HES")
      async let held = bus.send(Sample.get(), from: "CIS")
      _ = await mdm.next(2)
      group.cancelAll()
      try await group.waitForAll()
      return try await held.reply
    }
    #expect(reply?.reply?.result == .failed)
    #expect(try await journal.pendingCounts() == ["MDM": 1])
  }

  @Test("several observers see the same steps, with latency and result")
  func observers() async throws {
    let bus = makeBus()
    try await bus.join(Scripted("MDM", RequestReplyTests.serves, onRequest: { $0.reply(.ok, source: "MDM") }))
    let one = bus.activity()
    let two = bus.activity()
    try await running(bus) { _ = try await bus.send(Sample.get(), from: "CIS") }
    // The streams end with the bus.
    for observer in [one, two] {
      var steps: [Activity] = []
      for await step in observer { steps.append(step) }
      #expect(steps.map(\.step) == [.accepted, .delivered, .replied])
      #expect(steps.map(\.from) == ["CIS", "CIS", "MDM"])
      #expect(steps.map(\.to) == [nil, "MDM", "CIS"])
      #expect(steps.last?.result == .ok && steps.last?.latency != nil)
    }
  }

  @Test("an observer that does not look loses the oldest and holds up nobody")
  func slowObserver() async throws {
    let bus = makeBus()
    let steps = bus.activity(bufferingNewest: 2)
    var last: EntryID?
    for _ in 0..<10 { last = try await bus.send(Sample.event(), from: "HES").entry }
    try await running(bus) {}
    var seen: [Activity] = []
    for await step in steps { seen.append(step) }
    #expect(seen.count == 2 && seen.last?.entry == last)
  }

  @Test("the pause before another attempt rises to its bound, and chance only shortens it")
  func backoff() {
    let backoff = Backoff(first: .milliseconds(200), factor: 2, maximum: .seconds(1), jitter: 0.5)
    let pauses = (1...5).map { backoff.pause(afterAttempts: $0, random: 0) }
    #expect(pauses == [.milliseconds(200), .milliseconds(400), .milliseconds(800), .seconds(1), .seconds(1)])
    #expect(backoff.pause(afterAttempts: 4, random: 1) == .milliseconds(500))
  }
}
