// What comes twice is done once.
import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("Inbox", .timeLimit(.minutes(1)))
struct InboxTests {
  @Test("a request that is sent again gets the stored reply", arguments: JournalUnderTest.allCases)
  func storedReply(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let count = Counter()
      let server = Scripted("MDM", [.serves([.get], ["MeterReadings"])]) { request in
        request.reply(.ok, source: "answer \(count.up())")
      }
      let bus = makeBus(try open())
      try await bus.join(server)
      try await running(bus) {
        let request = Sample.get()
        let first = try await bus.send(request, from: "CIS")
        var again = request
        again.header?.timestamp = Timestamp(seconds: 99)
        let second = try await bus.send(again, from: "CIS")
        #expect(count.current == 1)
        #expect(first.entry == second.entry)
        #expect(first.reply != nil && first.reply == second.reply)
        // From somebody else it is another message.
        let other = try await bus.send(request, from: "OMS")
        #expect(other.entry != first.entry && count.current == 2)
      }
    }
  }

  @Test("copies that come while the first is being answered wait for its answer")
  func joined() async throws {
    let (count, door) = (Counter(), Door())
    let server = Scripted("MDM", [.serves([.get], ["MeterReadings"])]) { request in
      count.up()
      try await door.pass()
      return request.reply(.ok, source: "MDM")
    }
    let bus = makeBus()
    try await bus.join(server)
    try await running(bus) {
      let request = Sample.get()
      try await withThrowingTaskGroup(of: EntryID.self) { group in
        for _ in 0..<5 { group.addTask { try await bus.send(request, from: "CIS").entry } }
        _ = await server.next(1)
        door.open()
        var entries: Set<EntryID> = []
        for try await entry in group { entries.insert(entry) }
        #expect(entries.count == 1)
      }
      #expect(count.current == 1)
    }
  }

  @Test("an asynchronous request and an event are delivered once", arguments: JournalUnderTest.allCases)
  func deliveredOnce(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let server = Scripted("MS", [.serves([.create], ["EndDeviceControls"])])
      let listener = Scripted("OMS", [.subscribes([.created], nil)])
      let bus = makeBus(try open())
      try await bus.join(server)
      try await bus.join(listener)
      try await bus.join(Scripted("CIS"))
      let (control, event) = (Sample.control(), Sample.event())
      try await running(bus) {
        let first = try await bus.send(control, from: "CIS")
        #expect(try await bus.send(control, from: "CIS").reply == first.reply)
        let told = try await bus.send(event, from: "HES")
        #expect(try await bus.send(event, from: "HES").entry == told.entry)
        // Something behind them, so that a second copy would have come before it.
        _ = try await bus.send(Sample.event(), from: "HES")
        let second = Sample.control()
        _ = try await bus.send(second, from: "CIS")
        #expect(await listener.next(2).first == event)
        let asked = await server.next(2)
        #expect(asked.map(\.header?.messageID) == [control.header?.messageID, second.header?.messageID])
      }
    }
  }

  @Test("over a restart it is remembered", arguments: JournalUnderTest.allCases)
  func restart(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let event = Sample.event()
      let coder = TableCoder()
      let journal = try open()
      let before = makeBus(journal, coder)
      let first = try await running(before) { try await before.send(event, from: "HES").entry }
      try await journal.close()
      let again = try open()
      let after = makeBus(again, coder)
      let second = try await running(after) { try await after.send(event, from: "HES").entry }
      #expect(first == second)
      try await again.close()
    }
  }

  @Test("a MessageID used again for something else is processed, and marked", arguments: JournalUnderTest.allCases)
  func reused(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let bus = makeBus(try open())
      let listener = Scripted("OMS", [.subscribes([.created], nil)])
      try await bus.join(listener)
      try await running(bus) {
        var (one, two) = (Sample.event(), Sample.event("HES", "MeterReadings"))
        one.header?.messageID = "DIFFMODEL"
        two.header?.messageID = "DIFFMODEL"
        let first = try await bus.send(one, from: "HES").entry
        let second = try await bus.send(two, from: "HES").entry
        #expect(await listener.next(2).count == 2)
        let entries = try await bus.timeline(messageID: "DIFFMODEL")
        #expect(entries.map(\.id) == [first, second])
        #expect(entries[0].note == nil)
        #expect(entries[1].note == "its MessageID was used before, with other content, by entry \(first)")
      }
    }
  }

  @Test("what was refused may come again", arguments: JournalUnderTest.allCases)
  func refused(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let bus = makeBus(try open())
      try await running(bus) {
        let request = Sample.get()
        #expect(try await bus.send(request, from: "CIS").reply?.reply?.result == .failed)
        try await bus.join(Scripted("MDM", [.serves([.get], ["MeterReadings"])]))
        #expect(try await bus.send(request, from: "CIS").reply?.reply?.result == .ok)
      }
    }
  }

  @Test("a request that was answered busy may come again", arguments: JournalUnderTest.allCases)
  func busy(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let count = Counter()
      let server = Scripted("MDM", [.serves([.get], ["MeterReadings"])]) { request in
        count.up() == 1
          ? request.failure("5.1", reason: "busy", source: "MDM") : request.reply(.ok, source: "MDM")
      }
      let bus = makeBus(try open())
      try await bus.join(server)
      try await running(bus) {
        let request = Sample.get()
        let first = try await bus.send(request, from: "CIS").reply
        #expect(first?.reply?.result == .failed)
        let second = try await bus.send(request, from: "CIS").reply
        #expect(second?.reply?.result == .ok && count.current == 2)
      }
    }
  }

  @Test("a late reply that comes twice is taken once")
  func replyTwice() async throws {
    let bus = makeBus()
    let server = Scripted("MS", [.serves([.create], ["EndDeviceControls"])]) { request in
      request.reply(.ok, errors: [ReplyError(code: "0.3")], source: "MS")
    }
    let asker = Scripted("CIS")
    try await bus.join(server)
    try await bus.join(asker)
    try await running(bus) {
      let control = Sample.control()
      _ = try await bus.send(control, from: "CIS")
      _ = await server.next(1)
      let reply = control.reply(.ok, source: "MS")
      let first = try await bus.send(reply, from: "MS")
      let second = try await bus.send(reply, from: "MS")
      #expect(first.entry == second.entry)
      _ = await asker.next(1)
      #expect(try await bus.deadLetters().isEmpty)
      // Another answer to the same request is one that nobody waits for.
      let other = control.reply(.failed, source: "MS")
      #expect(try await bus.send(other, from: "MS").reply?.reply?.errors.first?.code == "2.15")
    }
  }
}
