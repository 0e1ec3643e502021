import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus
import Testing

@testable import SQLiteJournal

@Suite("SQLite journal: opening, durability, errors", .timeLimit(.minutes(1)))
struct SQLiteJournalTests {
  static func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("busbar-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  static func entry(_ name: String, bytes: Int = 10, digest: Int64? = nil) -> NewEntry {
    NewEntry(
      received: .now(), from: "HES", kind: .event, verb: .created, noun: "EndDeviceEvents", messageID: name,
      body: [UInt8](repeating: 0x61, count: bytes), state: .done, digest: digest)
  }

  @Test("every commit is forced to the disk: WAL with synchronous FULL")
  func fullySynchronous() async throws {
    try await Self.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder + "/made/for/it")
      #expect(try await journal.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
      #expect(try await journal.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
      try await journal.close()
    }
  }

  @Test("what was written is there without an orderly end")
  func withoutClose() async throws {
    try await Self.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      _ = try await journal.write(JournalUnit(entries: [Self.entry("m1")]))
      // The files as the disk has them now, while the journal is open.
      try FileManager.default.copyItem(atPath: folder, toPath: folder + "-copy")
      defer { try? FileManager.default.removeItem(atPath: folder + "-copy") }
      let found = try SQLiteJournal(folder: folder + "-copy")
      #expect(try await found.timeline(messageID: "m1", limit: 5).count == 1)
      try await found.close()
      try await journal.close()
    }
  }

  @Test("a second journal on the same folder is refused until the first is closed")
  func lockedByOne() async throws {
    try await Self.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      let error = #expect(throws: BusError.self) { try SQLiteJournal(folder: folder) }
      #expect(error?.code == .locked)
      try await journal.close()
      try await SQLiteJournal(folder: folder).close()
    }
  }

  @Test("a closed journal says so")
  func closed() async throws {
    try await Self.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      try await journal.close()
      let writing = await #expect(throws: BusError.self) { try await journal.write(JournalUnit()) }
      let reading = await #expect(throws: BusError.self) { try await journal.deadLetters(limit: 1) }
      #expect(writing?.code == .closed && reading?.code == .closed)
    }
  }

  @Test("a file that is no journal is refused and left as it is")
  func foreignFile() async throws {
    try await Self.withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let path = folder + "/" + SQLiteJournal.fileName
      try String(repeating: "something else ", count: 40).write(toFile: path, atomically: true, encoding: .utf8)
      #expect(#expect(throws: BusError.self) { try SQLiteJournal(folder: folder) }?.code == .notAJournal)
      try FileManager.default.removeItem(atPath: path)
      let other = try DatabaseQueue(path: path)
      try await other.write { try $0.execute(sql: "CREATE TABLE bills (amount INTEGER)") }
      try other.close()
      let before = FileManager.default.contents(atPath: path)
      #expect(#expect(throws: BusError.self) { try SQLiteJournal(folder: folder) }?.code == .notAJournal)
      #expect(FileManager.default.contents(atPath: path) == before)
    }
  }

  @Test("an empty file, as a start cut short leaves it, becomes a journal")
  func emptyFile() async throws {
    try await Self.withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: folder + "/" + SQLiteJournal.fileName))
      try await SQLiteJournal(folder: folder).close()
    }
  }

  @Test("a journal of a newer Busbar is refused")
  func newerSchema() async throws {
    try await Self.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      try await journal.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v99')") }
      try await journal.close()
      #expect(#expect(throws: BusError.self) { try SQLiteJournal(folder: folder) }?.code == .newerSchema)
    }
  }

  @Test("a data folder that cannot be made is named")
  func notWritable() async throws {
    try await Self.withFolder { folder in
      try "a file".write(toFile: folder, atomically: true, encoding: .utf8)
      let error = #expect(throws: BusError.self) { try SQLiteJournal(folder: folder + "/data") }
      #expect(error?.code == .notWritable)
      #expect(error?.message.contains(folder) == true)
    }
  }

  @Test("a full disk fails the write, keeps what was acknowledged, and heals")
  func diskFull() async throws {
    try await Self.withFolder { folder in
      var configuration = SQLiteJournal.Configuration()
      configuration.maximumBytes = 400_000
      let journal = try SQLiteJournal(folder: folder, configuration: configuration)
      var written = 0
      let error = try await #require(throws: BusError.self) {
        while true {
          _ = try await journal.write(JournalUnit(entries: [Self.entry("m\(written)", bytes: 20_000)]))
          written += 1
        }
      }
      #expect(error.code == .diskFull && error.replyCode == "5.1")
      #expect(written > 5)
      #expect(try await journal.timeline(messageID: "m\(written)", limit: 1).isEmpty)
      try await journal.close()
      let roomier = try SQLiteJournal(folder: folder)
      for number in 0..<written {
        #expect(try await roomier.timeline(messageID: "m\(number)", limit: 1).count == 1)
      }
      _ = try await roomier.write(JournalUnit(entries: [Self.entry("after", bytes: 20_000)]))
      try await roomier.close()
    }
  }

  @Test("searches and queues use an index")
  func indexes() async throws {
    try await Self.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      let queries = [
        "SELECT 1 FROM message WHERE message_id = 'a' AND entry IN (\(Identifiers.entries(from: "1", to: "2")))",
        "SELECT 1 FROM message WHERE message_id = 'a' AND entry IN (\(Identifiers.entries(of: "1")))",
        Identifiers.newestFirst(hash: "1", bounds: " AND entry > 5 AND entry < 9", limit: "10"),
        "SELECT 1 FROM message WHERE answers = 1", "SELECT 1 FROM message WHERE state = 'open' AND entry > 5",
        "SELECT 1 FROM delivery WHERE participant = 'a' AND state = 'pending' ORDER BY priority DESC, entry",
        "SELECT 1 FROM dead_letter WHERE code = '2.5'",
      ]
      for query in queries {
        let plan = try await journal.pool.read { db in
          try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(query)").map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("SEARCH") }, "\(query): \(plan)")
        #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP") }, "\(query): \(plan)")
      }
      try await journal.close()
    }
  }
}
