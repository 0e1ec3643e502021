import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("Recovery: nothing acknowledged is lost", .timeLimit(.minutes(1)))
struct RecoveryTests {
  static let hears = PublishSubscribeTests.hears

  @Test(
    "what was accepted and not delivered is delivered at the next start, in order", arguments: JournalUnderTest.allCases
  )
  func resumes(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let coder = TableCoder()
      let events = (0..<50).map { _ in Sample.event() }
      var journal = try open()
      let first = makeBus(journal, coder)
      try await first.join(Scripted("OMS", Self.hears))
      // Never run: as if the process had ended right after the acknowledgement.
      for event in events { _ = try await first.send(event, from: "HES", raw: Array("foreign form".utf8)) }
      try await journal.close()
      journal = try open()
      let second = makeBus(journal, coder)
      let oms = Scripted("OMS", Self.hears)
      try await second.join(oms)
      try await running(second) { () async throws in
        let more = Sample.event()
        _ = try await second.send(more, from: "HES")
        #expect(await oms.next(51) == events + [more])
      }
      #expect(try await journal.pendingCounts().isEmpty)
      try await journal.close()
    }
  }

  @Test("an asynchronous request survives, and its reply finds the requester", arguments: JournalUnderTest.allCases)
  func asynchronous(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let coder = TableCoder()
      var journal = try open()
      let first = makeBus(journal, coder)
      try await first.join(Scripted("CIS"))
      try await first.join(Scripted("HES", AsyncRequestTests.serves))
      let request = Sample.control()
      _ = try await first.send(request, from: "CIS")
      try await journal.close()
      journal = try open()
      let second = makeBus(journal, coder)
      let cis = Scripted("CIS")
      try await second.join(Scripted("HES", AsyncRequestTests.serves))
      try await running(second) { () async throws in
        // The requester comes late: its reply waits for it.
        try await second.join(cis)
        #expect(await cis.next(1).first?.header?.correlationID == request.header?.correlationID)
      }
      try await journal.close()
    }
  }

  @Test("a synchronous request that was interrupted is a dead letter, not a message that waits")
  func interrupted() async throws {
    let journal = InMemoryJournal()
    let open = NewEntry(
      received: Timestamp(seconds: 1), from: "CIS", kind: .request, verb: .get, noun: "MeterReadings", messageID: "m1",
      body: [], state: .open)
    _ = try await journal.write(JournalUnit(entries: [open]))
    let bus = makeBus(journal)
    try await bus.join(Scripted("MDM", RequestReplyTests.serves))
    try await running(bus) { () async throws in
      _ = try await bus.send(Sample.get(), from: "CIS")
      while try await bus.deadLetters().isEmpty { try Task.checkCancellation() }
      #expect(try await bus.deadLetters().map(\.cause.code) == ["4.1"])
    }
  }

  @Test("more than fits the window waits in the journal and keeps its order", arguments: JournalUnderTest.allCases)
  func window(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      var configuration = BusConfiguration.forTests
      configuration.window = 4
      configuration.settleBatch = 3
      let journal = try open()
      let bus = makeBus(journal, TableCoder(), configuration)
      let door = Door()
      let oms = Scripted("OMS", Self.hears, onEvent: { _ in try await door.pass() })
      try await bus.join(oms)
      let events = (0..<100).map { _ in Sample.event() }
      try await running(bus) { () async throws in
        for event in events[..<50] { _ = try await bus.send(event, from: "HES") }
        door.open()
        for event in events[50...] { _ = try await bus.send(event, from: "HES") }
        #expect(await oms.next(100) == events)
      }
      #expect(try await journal.pendingCounts().isEmpty)
      try await journal.close()
    }
  }

  @Test("a message that cannot be read back is buried and holds up nobody")
  func unreadable() async throws {
    let journal = InMemoryJournal()
    _ = try await journal.write(JournalUnit(entries: [JournalContract.entry("not from the coder", to: ["OMS"])]))
    let bus = makeBus(journal)
    let oms = Scripted("OMS", Self.hears)
    try await bus.join(oms)
    try await running(bus) { () async throws in
      let event = Sample.event()
      _ = try await bus.send(event, from: "HES")
      #expect(await oms.next(1) == [event])
      #expect(try await bus.deadLetters().map(\.cause.code) == ["1.8"])
    }
  }
}
