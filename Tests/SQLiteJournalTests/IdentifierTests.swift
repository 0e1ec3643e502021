// Messages are found by their identifiers, wherever in the levels of the index these lie.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus
import SQLiteAccess
import Testing

@testable import SQLiteJournal

@Suite("SQLite journal: MessageIDs and CorrelationIDs", .timeLimit(.minutes(2)))
struct IdentifierTests {
  /// A journal whose identifiers move on after a few messages.
  private static let small: SQLiteJournal.Configuration = {
    var configuration = SQLiteJournal.Configuration()
    configuration.identifiers = LevelLimits(fresh: 24, middle: 100)
    return configuration
  }()

  /// A message whose identifiers are drawn from few enough that some come again.
  private static func message(_ random: inout Generator, number: Int) -> NewEntry {
    var entry = NewEntry(
      received: Timestamp(seconds: 1_000 + Int64(number)), from: random.pick(["HES", "CIS"]), kind: .request,
      verb: .get, noun: "MeterReadings", body: [0x61], state: random.pick([.open, .done, .done, .failed]))
    entry.source = random.pick([nil, "HES"])
    if random.next(10) > 0 {
      entry.messageID = "m-\(random.next(300))"
      entry.digest = random.next(8) > 0 ? random.pick([7, -3, 7 + 1 << 30]) : nil
    }
    if random.next(3) == 0 { entry.correlationID = "c-\(random.next(40))" }
    if random.next(3) == 0 {
      entry.deliveries = ["OMS"]
      entry.priority = Priority(Int(random.next(10))) ?? .normal
    }
    return entry
  }

  private static func rows(_ journal: SQLiteJournal) async throws -> [Int] {
    try await journal.pool.read { db in
      try Identifiers.tables.tables.map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1 }
    }
  }

  /// Entries without what two journals may say differently: which earlier use of a MessageID they name.
  private static func told(_ entries: [JournalEntry]) -> [JournalEntry] {
    entries.map { entry in
      var entry = entry
      entry.note = nil
      return entry
    }
  }

  @Test("what is found is what a journal in memory finds, through all levels and starts", arguments: 1...3)
  func property(_ seed: UInt64) async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var random = Generator(seed: seed)
      var journal = try SQLiteJournal(folder: folder, configuration: Self.small)
      let model = InMemoryJournal()
      var levels: Set<[Bool]> = []
      for number in 0..<700 {
        let unit = JournalUnit(entries: [Self.message(&random, number: number)])
        let (expected, found) = (try await model.admit(unit), try await journal.admit(unit))
        switch (expected, found) {
        case (.written(let ids, let reused), .written(let others, let used)):
          #expect(ids == others && (reused == nil) == (used == nil))
        default: #expect(expected == found)
        }
        if random.next(12) == 0, let entry = try await model.entry(EntryID(1 + random.next(UInt64(number + 1)))) {
          let change = StateChange(entry.id, random.pick([.done, .failed]), at: .now())
          _ = try await model.write(JournalUnit(states: [change]))
          _ = try await journal.write(JournalUnit(states: [change]))
        }
        guard number % 49 == 0 else { continue }
        levels.insert(try await Self.rows(journal).map { $0 > 0 })
        try await Self.compare(journal, model)
        guard random.next(4) == 0 else { continue }
        try await journal.close()
        journal = try SQLiteJournal(folder: folder, configuration: Self.small)
      }
      try await Self.compare(journal, model)
      #expect(levels.contains { $0[1] } && levels.contains { $0[2] } && levels.contains { $0[3] }, "\(levels)")
      try await journal.close()
    }
  }

  private static func compare(_ journal: SQLiteJournal, _ model: InMemoryJournal) async throws {
    for number in stride(from: 0, to: 300, by: 7) {
      let id = "m-\(number)"
      let expected = try await model.timeline(messageID: id, limit: 100)
      #expect(told(try await journal.timeline(messageID: id, limit: 100)) == told(expected))
      guard number % 2 == 0 else { continue }
      let query = MessageQuery(messageID: id, limit: 100)
      #expect(told(try await journal.search(query).entries) == told(try await model.search(query).entries))
    }
    for number in stride(from: 0, to: 41, by: 3) {
      let id = "c-\(number)"
      let expected = try await model.timeline(correlationID: id, limit: 100)
      #expect(told(try await journal.timeline(correlationID: id, limit: 100)) == told(expected))
      for name in [id, "m-\(number)"] {
        #expect(
          try await journal.openRequest(correlationID: name)?.id == model.openRequest(correlationID: name)?.id)
        #expect(
          try await journal.lowestPriority(pendingOf: name, for: ["OMS", "MDM"])
            == model.lowestPriority(pendingOf: name, for: ["OMS", "MDM"]))
      }
      // Page by page, so that pages end within what has one hash.
      var query = MessageQuery(correlationID: id, limit: 2)
      var found: [JournalEntry] = []
      while true {
        let page = try await journal.search(query)
        found += page.entries
        guard let next = page.next else { break }
        query.before = next
      }
      #expect(told(found) == told(expected.filter { $0.correlationID == id }).reversed())
    }
  }

  @Test("the hashes of a file are those of every version")
  func stable() {
    let hashes = Identifiers.hashes(messageID: "6f1c9d9e-0b7e-4d5b-9d0a-2f0c5f6f7a11")
    #expect(hashes.upperBound - hashes.lowerBound == 0xFF_FFFF)
    #expect(hashes.lowerBound == Identifiers.hash(messageID: "6f1c9d9e-0b7e-4d5b-9d0a-2f0c5f6f7a11", digest: nil))
    #expect(hashes.lowerBound == -4_995_366_651_357_560_832)
    #expect(Identifiers.hash(messageID: "m", digest: -1) == 7_736_825_258_899_931_135)
    #expect(Identifiers.hash(messageID: "", digest: 5) == -7_046_029_236_959_707_131)
    #expect(
      Identifiers.hash(correlationID: "6f1c9d9e-0b7e-4d5b-9d0a-2f0c5f6f7a11") == -9_012_099_252_872_019_968)
  }

  @Test("a file of before the levels is filled once and found by")
  func migrated() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      for number in 0..<50 {
        var entry = LogTests.full("m\(number)")
        entry.answers = nil
        entry.replays = nil
        _ = try await journal.write(JournalUnit(entries: [entry]))
      }
      try await journal.close()
      let before = try DatabaseQueue(path: journal.path)
      try await before.write { db in
        try db.execute(sql: "DROP VIEW any_identifier; DROP TABLE identifier_state")
        for table in Identifiers.tables.tables { try db.execute(sql: "DROP TABLE \(table)") }
        try db.execute(
          sql: """
            CREATE INDEX message_by_message_id ON message(message_id, digest) WHERE message_id IS NOT NULL;
            CREATE INDEX message_by_correlation_id ON message(correlation_id) WHERE correlation_id IS NOT NULL;
            DELETE FROM grdb_migrations WHERE identifier = 'v6';
            """)
      }
      try before.close()
      let opened = try SQLiteJournal(folder: folder)
      #expect(try await Self.rows(opened) == [0, 0, 0, 100])
      for number in 0..<50 {
        #expect(try await opened.timeline(messageID: "m\(number)", limit: 9).map(\.id) == [EntryID(Int64(number) + 1)])
        #expect(try await opened.timeline(correlationID: "c-m\(number)", limit: 9).count == 1)
      }
      let new = JournalUnit(entries: [SQLiteJournalTests.entry("new", digest: 3)])
      #expect(try await opened.admit(new) == .written([EntryID(51)], reused: nil))
      #expect(try await opened.admit(new) == .duplicate(of: EntryID(51)))
      try await opened.close()
    }
  }

  @Test("what retention deletes leaves no identifier behind")
  func pruned() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder, configuration: Self.small)
      for number in 0..<400 {
        var entry = SQLiteJournalTests.entry("m\(number % 350)")
        entry.correlationID = "c\(number % 7)"
        entry.received = Timestamp(seconds: 1_000)
        _ = try await journal.write(JournalUnit(entries: [entry]))
      }
      #expect(try await journal.timeline(correlationID: "c3", limit: 1000).count == 57)
      while try await !journal.prune(RetentionPolicy(age: .seconds(60))).isDone {}
      #expect(try await journal.timeline(correlationID: "c3", limit: 1000).isEmpty)
      // The newest message, whose number is not to be used again, with its two.
      #expect(
        try await journal.pool.read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT hash) FROM any_identifier") }
          == 2)
      try await journal.close()
    }
  }

  @Test("a message is a duplicate although a later use of its MessageID may be sent again")
  func laterUseFailed() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder, configuration: LogTests.patient)
      let first = JournalUnit(entries: [SQLiteJournalTests.entry("m", digest: 1)])
      let second = JournalUnit(entries: [SQLiteJournalTests.entry("m", digest: 2)])
      #expect(try await journal.admit(first) == .written([EntryID(1)], reused: nil))
      #expect(try await journal.admit(second) == .written([EntryID(2)], reused: EntryID(1)))
      _ = try await journal.write(JournalUnit(states: [StateChange(EntryID(2), .failed, at: .now())]))
      #expect(try await journal.admit(first) == .duplicate(of: EntryID(1)))
      // What has failed may be sent again.
      guard case .written([EntryID(3)], _) = try await journal.admit(second) else {
        Issue.record("not taken")
        return
      }
      try await journal.close()
    }
  }

  @Test("one identifier in many messages, with other content each: the next is known as new, and told as reused")
  func shared() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder, configuration: Self.small)
      for number in 0..<300 {
        var entry = SQLiteJournalTests.entry("1", digest: Int64(number) << 40)
        let id = EntryID(Int64(number) + 1)
        guard case .written([id], let reused) = try await journal.admit(JournalUnit(entries: [entry])) else {
          Issue.record("message \(number) is not taken")
          return
        }
        #expect((reused == nil) == (number == 0))
        if number % 50 == 49 {
          // Low bits of all these digests are the same, and still each is found.
          entry.digest = Int64(number - 40) << 40
          #expect(
            try await journal.admit(JournalUnit(entries: [entry])) == .duplicate(of: EntryID(Int64(number) - 39)))
        }
      }
      try await journal.close()
    }
  }
}
