// Large bodies in files of their own.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus
import Synchronization
import Testing

@testable import SQLiteJournal

/// Set once, asked often.
final class Flag: Sendable {
  private let state = Mutex(false)
  var value: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}

@Suite("SQLite journal: spooled bodies", .timeLimit(.minutes(1)))
struct SpoolTests {
  private static func files(_ folder: String) -> [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder + "/spool")) ?? []
    return paths.filter { $0.hasSuffix(".xml") }.sorted()
  }

  private static func bytes(_ count: Int, _ first: UInt8) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) &+ first }
  }

  /// What is to be delivered, wherever it lies.
  private static func forms(_ pending: [PendingDelivery]) throws -> [[UInt8]] {
    try pending.map { try $0.document?.whole() ?? $0.form }
  }

  @Test("a body of the limit stays in the row, one byte more goes to a file; all come back as they were")
  func limits() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var configuration = SQLiteJournal.Configuration()
      configuration.spoolOver = 1000
      var journal = try SQLiteJournal(folder: folder, configuration: configuration)
      let bodies = [0, 1, 999, 1000, 1001, 700_000].map { Self.bytes($0, 3) }
      var entries = bodies.enumerated().map { number, body in
        var entry = SQLiteJournalTests.entry("m\(number)")
        entry.body = body
        entry.deliveries = ["OMS"]
        return entry
      }
      // The form may be the large one.
      entries[1].form = Self.bytes(5000, 9)
      entries[5].form = [1, 2]
      let ids = try await journal.write(JournalUnit(entries: entries))
      #expect(Self.files(folder).count == 3)
      for _ in 0..<2 {
        for (index, id) in ids.enumerated() {
          #expect(try await journal.body(of: id) == bodies[index])
          #expect(try await journal.form(of: id) == entries[index].form ?? bodies[index])
          #expect(
            try await journal.body(of: id, from: 900, count: 300) == Array(bodies[index].dropFirst(900).prefix(300)))
        }
        let pending = try await journal.pending(for: "OMS", limit: 10, bytes: 1 << 30).deliveries
        #expect(try Self.forms(pending) == entries.map { $0.form ?? $0.body })
        #expect(pending.allSatisfy { $0.form.isEmpty || $0.document == nil })
        #expect(try await journal.body(of: EntryID(99), from: 0, count: 1) == nil)
        let inRows = try await journal.pool.read { try Int.fetchOne($0, sql: "SELECT sum(length(body)) FROM message") }
        #expect(inRows == 2000)
        try await journal.close()
        journal = try SQLiteJournal(folder: folder)
      }
      try await journal.close()
    }
  }

  @Test("a message that has come before leaves no file")
  func duplicate() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      var entry = SQLiteJournalTests.entry("m1", bytes: 300_000)
      entry.digest = 7
      guard case .written(let ids, _) = try await journal.admit(JournalUnit(entries: [entry])) else {
        Issue.record("not written")
        return
      }
      #expect(try await journal.admit(JournalUnit(entries: [entry])) == .duplicate(of: try #require(ids.first)))
      #expect(Self.files(folder).count == 1)
      try await journal.close()
    }
  }

  @Test("a write that fails leaves no file")
  func failedWrite() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      try await journal.close()
      let error = await #expect(throws: BusError.self) {
        try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("m1", bytes: 300_000)]))
      }
      #expect(error?.code == .closed && Self.files(folder).isEmpty)
    }
  }

  @Test("the next start removes what a crash between file and commit has left, and nothing else")
  func orphans() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      let ids = try await journal.write(
        JournalUnit(entries: (0..<8).map { SQLiteJournalTests.entry("m\($0)", bytes: 300_000 + $0) }))
      try await journal.close()
      let before = Self.files(folder)
      for orphan in ["00/00aa.xml", "ff/ffbb.xml", String(before[0].prefix(2)) + "/zz.xml", before[0] + ".part"] {
        let path = folder + "/spool/" + orphan
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data("half a mess".utf8).write(to: URL(fileURLWithPath: path))
      }
      let again = try SQLiteJournal(folder: folder)
      #expect(Self.files(folder) == before)
      let all = try FileManager.default.subpathsOfDirectory(atPath: folder + "/spool").filter { $0.contains(".") }
      #expect(all.count == before.count)
      for (number, id) in ids.enumerated() { #expect(try await again.body(of: id)?.count == 300_000 + number) }
      try await again.close()
    }
  }

  @Test("a file that is gone or cut short is named, and the rest goes on", arguments: [true, false])
  func missingFile(_ isGone: Bool) async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      let entries = (0..<3).map { number in
        var entry = SQLiteJournalTests.entry("m\(number)")
        entry.body = Array("<a><mRID>meter-\(number)</mRID>\(String(repeating: " ", count: 300_000))</a>".utf8)
        entry.deliveries = ["OMS"]
        return entry
      }
      let ids = try await journal.write(JournalUnit(entries: entries))
      let name = try await journal.read { db in try Spool.file(db, .body, of: ids[1].rawValue)?.name }
      let path = folder + "/spool/" + (try #require(name))
      if isGone {
        try FileManager.default.removeItem(atPath: path)
      } else {
        try Data("<a>".utf8).write(to: URL(fileURLWithPath: path))
      }
      let error = await #expect(throws: BusError.self) { try await journal.body(of: ids[1]) }
      #expect(error?.code == .missingBody)
      #expect(error?.message.contains(path) == true && error?.message.contains("entry 2") == true)
      #expect(
        await #expect(throws: BusError.self) { try await journal.body(of: ids[1], from: 0, count: 1) }?.code
          == .missingBody)
      let pending = try await journal.pending(for: "OMS", limit: 10, bytes: 1 << 30).deliveries
      #expect(try Self.forms(pending) == [entries[0].body, [], entries[2].body])
      for isIndexed in [false, true] {
        if isIndexed { #expect(try await journal.indexNext() == 3) }
        let found = try await journal.search(MessageQuery(text: "meter-2"))
        #expect(found.entries.map(\.id) == [ids[2]])
      }
      try await journal.close()
    }
  }
}
