// The log before the database.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus
import Testing

@testable import SQLiteJournal

@Suite("SQLite journal: the log", .timeLimit(.minutes(1)))
struct LogTests {
  /// A journal whose log stays out of the database until somebody reads.
  static let patient: SQLiteJournal.Configuration = {
    var configuration = SQLiteJournal.Configuration()
    configuration.carryAge = .seconds(3600)
    configuration.carryQuiet = .seconds(3600)
    return configuration
  }()

  /// The folder as a process that is killed now would leave it.
  static func killed(_ folder: String) throws -> String {
    let copy = folder + "-killed-\(UUID().uuidString)"
    try FileManager.default.copyItem(atPath: folder, toPath: copy)
    return copy
  }

  private static func inDatabase(_ journal: SQLiteJournal) async throws -> Int {
    try await journal.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") ?? -1 }
  }

  static func full(_ name: String) -> NewEntry {
    var entry = NewEntry(
      received: Timestamp(microseconds: 1_234_567), from: "HES", kind: .request, verb: .get, noun: "MeterReadings",
      messageID: name, correlationID: "c-\(name)", source: "Ünïcode 電", body: Array("<a>\(name)</a>".utf8),
      form: [0, 255],
      state: .open, answers: .entry(EntryID(77)), deliveries: ["OMS", "MDM"], deliveryKind: .request,
      deadLetter: .init(code: "2.5", reason: "nobody"), digest: -5, note: "repaired", replays: EntryID(3))
    entry.priority = Priority(9) ?? .normal
    return entry
  }

  @Test("a record comes back as it was written, and nothing comes out of one that was torn or changed")
  func records() throws {
    let unit = JournalUnit(
      entries: [Self.full("m1"), SQLiteJournalTests.entry("m2", bytes: 0)],
      settlements: [
        Settlement(EntryID(1), "OMS", .done),
        Settlement(EntryID(2), "MDM", .retry(attempts: 3, nextTry: Timestamp(seconds: 9), error: "away")),
        Settlement(
          EntryID(3), "MDM", .dead(attempts: 4, .init(code: "4.1", reason: "late"), at: Timestamp(seconds: 8))),
      ],
      states: [
        StateChange(EntryID(4), .dead, at: Timestamp(seconds: 7), deadLetter: .init(code: "4.1", reason: "x")),
        StateChange(EntryID(5), .failed, at: Timestamp(seconds: 6)),
      ])
    let file = Spool.File(index: 1, part: .form, name: "ab/abcd.xml", bytes: 300_000)
    let logged = LoggedUnit(unit: unit, ids: [EntryID(8), EntryID(9)], files: [file])
    var writer = RecordWriter()
    writer.append(logged, index: 0, segment: 5)
    let end = writer.bytes.count
    writer.append(LoggedUnit(unit: JournalUnit(), ids: []), index: 1, segment: 5)
    var reader = RecordReader(writer.bytes, segment: 5, from: 0)
    let first = try #require(try reader.next())
    #expect("\(first)" == "\(logged)")
    #expect(reader.end == end)
    #expect(try reader.next()?.ids == [])
    #expect(try reader.next() == nil)
    // Of another segment, or out of its order, it is left from before.
    for (segment, index) in [(Int64(4), UInt32(0)), (5, 1)] {
      var stale = RecordWriter()
      stale.append(logged, index: index, segment: segment)
      var reader = RecordReader(stale.bytes, segment: 5, from: 0)
      #expect(try reader.next() == nil)
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      var damaged = Array(writer.bytes[..<end])
      if Bool.random(using: &random) {
        damaged.removeLast(Int.random(in: 1...end, using: &random))
      } else {
        damaged[Int.random(in: 0..<end, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      }
      var reader = RecordReader(damaged, segment: 5, from: 0)
      #expect(try reader.next() == nil)
    }
  }

  @Test("what was acknowledged is there after a kill, before and after it was carried into the database")
  func killed() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder, configuration: Self.patient)
      var entry = Self.full("m1")
      entry.deadLetter = nil
      let ids = try await journal.write(JournalUnit(entries: [entry, SQLiteJournalTests.entry("big", bytes: 400_000)]))
      let id = try #require(ids.first)
      _ = try await journal.write(
        JournalUnit(
          settlements: [
            Settlement(id, "OMS", .done), Settlement(id, "MDM", .retry(attempts: 1, nextTry: .now(), error: "away")),
          ], states: [StateChange(id, .done, at: .now())]))
      #expect(try await Self.inDatabase(journal) == 0)
      var copies = [try Self.killed(folder)]
      let told = try await journal.timeline(messageID: "m1", limit: 9)
      #expect(try await Self.inDatabase(journal) == 2)
      copies.append(try Self.killed(folder))
      // Settlements of what lies in the database already, in the log.
      _ = try await journal.write(JournalUnit(settlements: [Settlement(id, "MDM", .done)]))
      copies.append(try Self.killed(folder))
      defer { for copy in copies { try? FileManager.default.removeItem(atPath: copy) } }
      for (number, copy) in copies.enumerated() {
        for _ in 0..<2 {
          let again = try SQLiteJournal(folder: copy)
          var expected = told
          if number == 2 { expected[0].deliveries[0].state = .done }
          #expect(try await again.timeline(messageID: "m1", limit: 9) == expected)
          #expect(try await again.form(of: id) == [0, 255])
          #expect(try await again.body(of: ids[1])?.count == 400_000)
          #expect(try await again.pendingCounts() == (number == 2 ? [:] : ["MDM": 1]))
          try await again.close()
        }
        let again = try SQLiteJournal(folder: copy)
        let next = try await again.write(JournalUnit(entries: [SQLiteJournalTests.entry("m3")]))
        #expect(try #require(next.first) > ids[1])
        try await again.close()
      }
      try await journal.close()
    }
  }

  @Test("a log that was cut short anywhere gives a beginning of what was written, whole units only")
  func torn() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder, configuration: Self.patient)
      for number in 0..<8 {
        _ = try await journal.write(
          JournalUnit(entries: ["a", "b"].map { SQLiteJournalTests.entry("\($0)\(number)", bytes: number * 9) }))
      }
      let whole = try #require(FileManager.default.contents(atPath: folder + "/log/0.log"))
      var seen: Set<Int> = []
      for length in stride(from: 0, through: whole.count, by: 131) {
        let copy = try Self.killed(folder)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try whole.prefix(length).write(to: URL(fileURLWithPath: copy + "/log/0.log"))
        let again = try SQLiteJournal(folder: copy)
        let count = try await Self.inDatabase(again)
        #expect(count % 2 == 0)
        for number in 0..<8 {
          let isThere = try await again.timeline(messageID: "a\(number)", limit: 2).count == 1
          #expect(isThere == (number < count / 2))
        }
        seen.insert(count)
        try await again.close()
      }
      #expect(seen.count > 5 && seen.contains(0))
      try await journal.close()
    }
  }

  @Test("a duplicate is known wherever the first one lies: waiting, in the log, on its way, in the database")
  func duplicates() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder, configuration: Self.patient)
      func entry(_ digest: Int64) -> NewEntry {
        var entry = SQLiteJournalTests.entry("m1")
        entry.digest = digest
        return entry
      }
      // At the same moment.
      let admissions = try await withThrowingTaskGroup(of: Admission.self) { group in
        for _ in 0..<20 { group.addTask { try await journal.admit(JournalUnit(entries: [entry(1)])) } }
        return try await group.reduce(into: [Admission]()) { $0.append($1) }
      }
      let written = admissions.compactMap { if case .written(let ids, nil) = $0 { ids.first } else { nil } }
      let first = try #require(written.first)
      #expect(written.count == 1 && admissions.count { $0 == .duplicate(of: first) } == 19)
      for round in 0..<3 {
        #expect(try await journal.admit(JournalUnit(entries: [entry(1)])) == .duplicate(of: first))
        let other = try await journal.admit(JournalUnit(entries: [entry(Int64(round) + 2)]))
        guard case .written(_, reused: _?) = other else {
          Issue.record("\(other)")
          return
        }
        if round == 0 { _ = try await journal.entry(of: try #require(entry(1).inboxKey)) }
      }
      // A dead one may come again, whether it lies in the log or in the database.
      for isRead in [false, true] {
        guard case .written(let ids, _) = try await journal.admit(JournalUnit(entries: [entry(isRead ? 90 : 91)]))
        else {
          Issue.record("not written")
          return
        }
        if isRead { _ = try await journal.entry(ids[0]) }
        _ = try await journal.write(JournalUnit(states: [StateChange(ids[0], .failed, at: .now())]))
        guard case .written(let again, _) = try await journal.admit(JournalUnit(entries: [entry(isRead ? 90 : 91)]))
        else {
          Issue.record("a failed message is no duplicate")
          return
        }
        #expect(try await journal.admit(JournalUnit(entries: [entry(isRead ? 90 : 91)])) == .duplicate(of: again[0]))
      }
      try await journal.close()
    }
  }

  @Test("a segment that is missing between others is told, not passed over")
  func missingSegment() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/log", withIntermediateDirectories: true)
      func segment(_ number: Int64, after previous: LogSegment.Extent, _ name: String) throws -> LogSegment {
        let segment = try LogSegment(path: folder + "/log/\(number).log", folder: folder)
        segment.begin(number, after: previous)
        var records = RecordWriter()
        records.append(raw: segment.opening)
        records.append(
          LoggedUnit(unit: JournalUnit(entries: [SQLiteJournalTests.entry(name)]), ids: [EntryID(number)]), index: 0,
          segment: number)
        try segment.append(records.bytes, records: 1)
        return segment
      }
      let first = try segment(1, after: .init(number: 0, length: 0), "m1")
      // Of the second nothing counts, though it is whole: its sync had failed.
      _ = try segment(2, after: first.extent, "m2")
      let third = try segment(3, after: first.extent, "m3")
      _ = try segment(4, after: third.extent, "m4")
      let log = LogFolder(dataFolder: folder)
      let found = try log.recover(after: 0)
      #expect(found.last == 4)
      #expect(found.units.map { $0.unit.entries[0].messageID } == ["m1", "m3", "m4"])
      #expect(try log.recover(after: 3).units.count == 1)
      third.remove()
      let error = #expect(throws: BusError.self) { try log.recover(after: 0) }
      #expect(error?.code == .storage && error?.message.contains("4.log") == true)
      #expect(try log.recover(after: 3).units.count == 1)
    }
  }

  @Test("while the database cannot take the log, nothing more is acknowledged, and nothing is lost")
  func faulty() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var configuration = Self.patient
      configuration.maximumBytes = 300_000
      let journal = try SQLiteJournal(folder: folder, configuration: configuration)
      for number in 0..<40 {
        _ = try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("m\(number)", bytes: 20_000)]))
      }
      let reading = await #expect(throws: BusError.self) { try await journal.pendingCounts() }
      #expect(reading?.code == .diskFull)
      let writing = await #expect(throws: BusError.self) {
        try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("late")]))
      }
      #expect(writing?.code == .diskFull)
      // Operators see what lies in the database.
      #expect(try await journal.timeline(messageID: "m1", limit: 9).isEmpty)
      let copy = try Self.killed(folder)
      defer { try? FileManager.default.removeItem(atPath: copy) }
      // There is room again: what waits is carried without anybody's asking.
      try await journal.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
      for _ in 0..<200 where try await Self.inDatabase(journal) < 40 { try await Task.sleep(for: .milliseconds(20)) }
      _ = try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("after")]))
      #expect(try await journal.timeline(messageID: "m39", limit: 9).count == 1)
      try await journal.close()
      for path in [folder, copy] {
        let again = try SQLiteJournal(folder: path)
        for number in 0..<40 { #expect(try await again.timeline(messageID: "m\(number)", limit: 2).count == 1) }
        #expect(try await again.timeline(messageID: "late", limit: 2).isEmpty)
        try await again.close()
      }
    }
  }

  @Test("readers find what was acknowledged before, while others write", .timeLimit(.minutes(1)))
  func readersAndWriters() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var configuration = SQLiteJournal.Configuration()
      configuration.carryUnits = 50
      configuration.carryAge = .milliseconds(5)
      configuration.logBytes = 20_000
      let journal = try SQLiteJournal(folder: folder, configuration: configuration)
      try await withThrowingDiscardingTaskGroup { group in
        for sender in 0..<8 {
          group.addTask {
            for number in 0..<150 {
              var entry = SQLiteJournalTests.entry("\(sender)-\(number)", bytes: 100)
              entry.deliveries = ["OMS"]
              let id = try #require(try await journal.write(JournalUnit(entries: [entry])).first)
              if number % 10 == sender {
                #expect(try await journal.entry(id)?.messageID == "\(sender)-\(number)")
              }
              _ = try await journal.write(JournalUnit(settlements: [Settlement(id, "OMS", .done)]))
            }
          }
        }
      }
      #expect(try await journal.pendingCounts() == [:])
      let page = try await journal.search(MessageQuery(limit: 1_000))
      #expect(page.entries.count == 1_000 && page.entries.first?.id == EntryID(1_200))
      #expect(page.entries.allSatisfy { $0.deliveries.map(\.state) == [.done] })
      try await journal.close()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/log").isEmpty)
    }
  }

  // MARK: Found by review

  @Test("an older database beside a newer log is told, not filled with what does not fit it")
  func olderDatabase() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let first = try SQLiteJournal(folder: folder)
      _ = try await first.write(JournalUnit(entries: [SQLiteJournalTests.entry("m1")]))
      try await first.close()
      let older = try Self.killed(folder)
      let second = try SQLiteJournal(folder: folder)
      _ = try await second.write(JournalUnit(entries: [SQLiteJournalTests.entry("m2")]))
      try await second.close()
      let third = try SQLiteJournal(folder: folder, configuration: Self.patient)
      _ = try await third.write(JournalUnit(entries: [SQLiteJournalTests.entry("m3")]))
      try FileManager.default.removeItem(atPath: older + "/log")
      try FileManager.default.copyItem(atPath: folder + "/log", toPath: older + "/log")
      defer { try? FileManager.default.removeItem(atPath: older) }
      let error = #expect(throws: BusError.self) { try SQLiteJournal(folder: older) }
      #expect(error?.code == .storage && error?.message.contains("segment before") == true)
      try FileManager.default.removeItem(atPath: older + "/log")
      let without = try SQLiteJournal(folder: older)
      #expect(try await without.timeline(messageID: "m1", limit: 2).count == 1)
      try await without.close()
      try await third.close()
    }
  }

  @Test("a log that cannot be listed is not an empty one")
  func unlistable() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      try await SQLiteJournal(folder: folder).close()
      try FileManager.default.removeItem(atPath: folder + "/log")
      try "in the way".write(toFile: folder + "/log", atomically: true, encoding: .utf8)
      #expect(#expect(throws: BusError.self) { try SQLiteJournal(folder: folder) }?.code == .storage)
    }
  }

  @Test("retention makes room while the database is full, and then the log goes on")
  func retentionWhenFull() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var configuration = Self.patient
      configuration.maximumBytes = 1_000_000
      configuration.carryUnits = 5
      let journal = try SQLiteJournal(folder: folder, configuration: configuration)
      var written = 0
      let error = await #expect(throws: BusError.self) {
        while true {
          _ = try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("m\(written)", bytes: 20_000)]))
          written += 1
          // Loads of five go into the database on their own.
          try await Task.sleep(for: .milliseconds(2))
        }
      }
      #expect(error?.code == .diskFull && written > 20)
      let deleted = try await journal.prune(RetentionPolicy(age: .zero), limit: 20).deleted
      #expect(deleted == 20)
      // Those who try again all the time do not keep the log from it.
      _ = try await Self.patiently {
        try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("after")]))
      }
      #expect(try await journal.timeline(messageID: "m\(written - 1)", limit: 2).count == 1)
      #expect(try await journal.timeline(messageID: "m0", limit: 2).isEmpty)
      try await journal.close()
    }
  }

  @Test("writers are answered while the database is full and the log has no room")
  func noRoom() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var configuration = Self.patient
      configuration.maximumBytes = 300_000
      configuration.carryUnits = 5
      configuration.logBytes = 50_000
      configuration.batch = 2
      let journal = try SQLiteJournal(folder: folder, configuration: configuration)
      let refused = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<200 {
          group.addTask {
            let unit = JournalUnit(entries: [SQLiteJournalTests.entry("m\(number)", bytes: 20_000)])
            do {
              _ = try await journal.write(unit)
              return false
            } catch {
              return (error as? BusError)?.code == .diskFull
            }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(refused > 100 && refused < 200)
      try await journal.close()
      let roomier = try SQLiteJournal(folder: folder)
      #expect(try await Self.inDatabase(roomier) == 200 - refused)
      try await roomier.close()
    }
  }

  /// Tries again for some seconds.
  private static func patiently<Value>(_ work: () async throws -> Value) async throws -> Value {
    for _ in 0..<200 {
      if let value = try? await work() { return value }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try await work()
  }
}
