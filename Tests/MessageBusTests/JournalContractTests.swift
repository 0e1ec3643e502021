// What every journal has to do.
import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("Journal contract", .timeLimit(.minutes(1)))
struct JournalContract {
  static func entry(
    _ name: String, from: ParticipantID = "HES", state: JournalEntry.State = .done, to: [ParticipantID] = [],
    kind: DeliveryKind = .event, correlation: String? = nil, received: Int64 = 1
  ) -> NewEntry {
    NewEntry(
      received: Timestamp(seconds: received), from: from, kind: .event, verb: .created, noun: "EndDeviceEvents",
      messageID: name, correlationID: correlation, source: from.rawValue, body: Array(name.utf8), state: state,
      deliveries: to, deliveryKind: kind)
  }

  @Test("entry numbers rise, also over a restart", arguments: JournalUnderTest.allCases)
  func numbersRise(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let first = try await journal.write(JournalUnit(entries: [Self.entry("a"), Self.entry("b")]))
      try await journal.close()
      let again = try open()
      let second = try await again.write(JournalUnit(entries: [Self.entry("c")]))
      #expect(first.count == 2 && first[0] < first[1])
      #expect(try #require(second.first) > first[1])
      #expect(try await again.body(of: first[1]) == Array("b".utf8))
      #expect(try await again.body(of: EntryID(99)) == nil)
      try await again.close()
    }
  }

  @Test("an entry comes back as it was written", arguments: JournalUnderTest.allCases)
  func roundTrip(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      var new = Self.entry("m1", state: .open, to: ["OMS", "MDM"], correlation: "c1", received: 7)
      new.form = [1, 2, 3]
      let id = try #require(try await journal.write(JournalUnit(entries: [new])).first)
      let found = try #require(try await journal.timeline(messageID: "m1", limit: 10).first)
      #expect(
        found
          == JournalEntry(
            id: id, received: Timestamp(seconds: 7), from: "HES", kind: .event, verb: .created, noun: "EndDeviceEvents",
            messageID: "m1", correlationID: "c1", source: "HES", state: .open, answers: nil,
            deliveries: [.init(participant: "MDM", kind: .event), .init(participant: "OMS", kind: .event)]))
      #expect(try await journal.pending(for: "OMS", limit: 10, bytes: 1 << 30).deliveries.map(\.form) == [[1, 2, 3]])
      try await journal.close()
    }
  }

  @Test("the urgent come first, pages end at their bytes", arguments: JournalUnderTest.allCases)
  func priorities(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      var entries = ["a", "b", "c", "d"].map { Self.entry($0, to: ["OMS"]) }
      entries[1].priority = try #require(Priority(9))
      entries[2].priority = try #require(Priority(0))
      entries[3].correlationID = "a"
      for index in entries.indices { entries[index].body = [UInt8](repeating: 1, count: 100) }
      let ids = try await journal.write(JournalUnit(entries: entries))
      let all = try await journal.pending(for: "OMS", limit: 4, bytes: 1 << 20)
      #expect(all.deliveries.map(\.entry) == [ids[1], ids[0], ids[3], ids[2]])
      #expect(all.deliveries.map(\.priority.rawValue) == [9, 4, 4, 0])
      #expect(all.isLast && all.newest == ids[3])
      let page = try await journal.pending(for: "OMS", limit: 4, bytes: 150)
      #expect(page.deliveries.map(\.entry) == [ids[1], ids[0]] && !page.isLast)
      #expect(try await journal.pending(for: "OMS", limit: 1, bytes: 0).deliveries.count == 1)
      #expect(try await journal.lowestPriority(pendingOf: "a", for: ["OMS"]) == .normal)
      #expect(try await journal.lowestPriority(pendingOf: "c", for: ["OMS"]) == Priority(0))
      #expect(try await journal.lowestPriority(pendingOf: "c", for: ["MDM"]) == nil)
      _ = try await journal.write(JournalUnit(settlements: [Settlement(ids[2], "OMS", .done)]))
      #expect(try await journal.lowestPriority(pendingOf: "c", for: ["OMS"]) == nil)
      #expect(try await journal.hasPriorities())
      _ = try await journal.write(JournalUnit(settlements: [Settlement(ids[1], "OMS", .done)]))
      #expect(try await !journal.hasPriorities())
      try await journal.close()
    }
  }

  @Test("deliveries wait in order, per participant, until they are settled", arguments: JournalUnderTest.allCases)
  func deliveries(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let ids = try await journal.write(
        JournalUnit(entries: [
          Self.entry("a", to: ["OMS", "MDM"]), Self.entry("b", to: ["OMS"]), Self.entry("c", to: ["OMS"]),
        ]))
      #expect(try await journal.pendingCounts() == ["OMS": 3, "MDM": 1])
      let cause = NewEntry.Cause(code: "5.3", reason: "will not")
      _ = try await journal.write(
        JournalUnit(settlements: [
          Settlement(ids[0], "OMS", .done),
          Settlement(ids[1], "OMS", .retry(attempts: 2, nextTry: Timestamp(seconds: 9), error: "busy")),
          Settlement(ids[0], "MDM", .dead(attempts: 6, cause, at: Timestamp(seconds: 8))),
        ]))
      let waiting = try await journal.pending(for: "OMS", limit: 10, bytes: 1 << 30).deliveries
      #expect(waiting.map(\.entry) == [ids[1], ids[2]])
      #expect(waiting.first?.attempts == 2 && waiting.first?.nextTry == Timestamp(seconds: 9))
      #expect(try await journal.pending(for: "OMS", limit: 1, bytes: 1 << 30).deliveries.map(\.entry) == [ids[1]])
      #expect(try await journal.pending(for: "MDM", limit: 10, bytes: 1 << 30).deliveries.isEmpty)
      let dead = try await journal.deadLetters(limit: 5)
      #expect(dead.map(\.participant) == ["MDM"] && dead.first?.cause == cause && dead.first?.entry.id == ids[0])
      try await journal.close()
    }
  }

  @Test("a reply is found with its request, by either identifier", arguments: JournalUnderTest.allCases)
  func replies(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      var reply = Self.entry("r1", from: "MDM", correlation: "m1")
      reply.answers = .sibling(0)
      let ids = try await journal.write(JournalUnit(entries: [Self.entry("m1", state: .open), reply]))
      var later = Self.entry("r2", from: "MDM", correlation: "m1")
      later.answers = .entry(ids[0])
      _ = try await journal.write(JournalUnit(entries: [later]))
      #expect(try await journal.timeline(messageID: "m1", limit: 10).compactMap(\.messageID) == ["m1", "r1", "r2"])
      #expect(try await journal.timeline(messageID: "m1", limit: 10).map(\.answers) == [nil, ids[0], ids[0]])
      #expect(try await journal.timeline(correlationID: "m1", limit: 10).compactMap(\.messageID) == ["r1", "r2"])
      #expect(try await journal.timeline(messageID: "m1", limit: 2).count == 2)
      try await journal.close()
    }
  }

  @Test("requests without a final reply are found until they have one", arguments: JournalUnderTest.allCases)
  func openRequests(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let ids = try await journal.write(
        JournalUnit(entries: [
          Self.entry("m1", state: .open, correlation: "c1", received: 10), Self.entry("m2", state: .open, received: 20),
          Self.entry("m3", state: .done, correlation: "c1", received: 10),
        ]))
      #expect(try await journal.openRequest(correlationID: "c1")?.id == ids[0])
      #expect(try await journal.openRequest(correlationID: "m2")?.id == ids[1])
      #expect(try await journal.openRequest(correlationID: "m1") == nil)
      let all = Timestamp(seconds: 30)
      #expect(try await journal.openRequests(after: EntryID(0), before: all, limit: 10).map(\.id) == [ids[0], ids[1]])
      #expect(try await journal.openRequests(after: ids[0], before: all, limit: 10).map(\.id) == [ids[1]])
      #expect(
        try await journal.openRequests(after: EntryID(0), before: Timestamp(seconds: 20), limit: 10).map(\.id) == [
          ids[0]
        ])
      let cause = NewEntry.Cause(code: "4.1", reason: "late")
      _ = try await journal.write(
        JournalUnit(states: [
          StateChange(ids[0], .done, at: all), StateChange(ids[1], .dead, at: all, deadLetter: cause),
        ]))
      #expect(try await journal.openRequests(after: EntryID(0), before: all, limit: 10).isEmpty)
      #expect(try await journal.deadLetters(limit: 5).map(\.cause) == [cause])
      try await journal.close()
    }
  }

  @Test("many writers at once each get numbers of their own", arguments: JournalUnderTest.allCases)
  func concurrentWriters(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let ids = try await withThrowingTaskGroup(of: [EntryID].self) { group in
        for writer in 0..<32 {
          group.addTask {
            var ids: [EntryID] = []
            for turn in 0..<10 {
              ids += try await journal.write(JournalUnit(entries: [Self.entry("\(writer)-\(turn)", to: ["OMS"])]))
            }
            #expect(ids == ids.sorted())
            return ids
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(Set(ids).count == 320)
      #expect(try await journal.pendingCounts() == ["OMS": 320])
      try await journal.close()
    }
  }

  @Test("dead letters come newest first")
  func deadLettersNewestFirst() async throws {
    for kind in JournalUnderTest.allCases {
      try await kind.with { open in
        let journal = try open()
        for name in ["a", "b", "c"] {
          var entry = Self.entry(name, state: .dead)
          entry.deadLetter = .init(code: "1.8", reason: name)
          _ = try await journal.write(JournalUnit(entries: [entry]))
        }
        #expect(try await journal.deadLetters(limit: 2).map(\.cause.reason) == ["c", "b"])
        try await journal.close()
      }
    }
  }
}
