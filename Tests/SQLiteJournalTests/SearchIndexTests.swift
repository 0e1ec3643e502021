// The index is thrown away and made again wherever it cannot be used.
import CIMModel
import Foundation
import GRDB
import MessageBus
import Testing

@testable import SQLiteJournal

@Suite("SQLite journal: the search index", .timeLimit(.minutes(1)))
struct SearchIndexTests {
  private static func fill(_ journal: SQLiteJournal, _ names: [String]) async throws {
    let entries = names.map { name in
      var entry = SQLiteJournalTests.entry(name)
      entry.body = Array("<a><name>\(name)</name><t>common</t></a>".utf8)
      return entry
    }
    _ = try await journal.write(JournalUnit(entries: entries))
  }

  private static func names(_ journal: SQLiteJournal, _ query: MessageQuery) async throws -> [String] {
    try await journal.search(query).entries.compactMap(\.messageID)
  }

  @Test(
    "an index that is absent, damaged, of another version or another journal is made anew",
    arguments: ["absent", "damaged", "no index", "version", "journal"])
  func madeAnew(_ what: String) async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var journal = try SQLiteJournal(folder: folder)
      try await Self.fill(journal, ["m1", "m2", "m3"])
      #expect(try await journal.indexNext() == 3)
      try await journal.close()
      let path = folder + "/" + SearchIndex.fileName
      switch what {
      case "absent": try FileManager.default.removeItem(atPath: path)
      case "damaged":
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in 100..<bytes.count { bytes[index] = 0xA5 }
        try bytes.write(to: URL(fileURLWithPath: path))
      case "no index": try Data("something else".utf8).write(to: URL(fileURLWithPath: path))
      case "version":
        let index = try DatabaseQueue(path: path)
        try await index.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try index.close()
      default:
        // An older copy of the journal was put back.
        try FileManager.default.removeItem(atPath: folder + "/" + SQLiteJournal.fileName)
        let other = try SQLiteJournal(folder: folder)
        try await Self.fill(other, ["m1", "m2"])
        try await other.close()
      }
      journal = try SQLiteJournal(folder: folder)
      let keeping = Task { [journal] in try await journal.maintainSearchIndex() }
      let count: Int64 = what == "journal" ? 2 : 3
      while try await journal.search(MessageQuery(limit: 1)).indexedUpTo != EntryID(count) {
        try await Task.sleep(for: .milliseconds(20))
      }
      keeping.cancel()
      _ = await keeping.result
      #expect(try await Self.names(journal, MessageQuery(object: "M2")) == ["m2"])
      #expect(try await Self.names(journal, MessageQuery(text: "common")).count == Int(count))
      #expect(try await journal.indexNext() == 0)
      try await journal.close()
    }
  }

  @Test("damage found by a search is no failure of the search")
  func damagedMeanwhile() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      try await Self.fill(journal, ["m1", "m2", "m3"])
      #expect(try await journal.indexNext() == 3)
      try await journal.index.pool().write { try $0.execute(sql: "DROP TABLE terms_0") }
      #expect(try await Self.names(journal, MessageQuery(text: "common")) == ["m3", "m2", "m1"])
      #expect(try await journal.search(MessageQuery()).indexedUpTo == EntryID(0))
      #expect(try await journal.indexNext() == 3)
      #expect(try await Self.names(journal, MessageQuery(text: "common")) == ["m3", "m2", "m1"])
      try await journal.close()
    }
  }

  @Test("a search says how many messages it has left out because they are too many to look through")
  func longTail() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      try await Self.fill(journal, ["first"])
      #expect(try await journal.indexNext() == 1)
      let many = Search.tailLimit + 500
      for start in stride(from: 0, to: many, by: 1000) {
        try await Self.fill(journal, (start..<min(start + 1000, many)).map { "n\($0)" })
      }
      let page = try await journal.search(MessageQuery(object: "first"))
      #expect(page.unsearched == 500 && page.entries.map(\.messageID) == ["first"])
      #expect(try await journal.search(MessageQuery(object: "n600")).entries.count == 1)
      #expect(try await journal.search(MessageQuery(object: "n100")).entries.isEmpty)
      #expect(try await journal.search(MessageQuery(text: "common", limit: 10)).unsearched == 0)
      while try await journal.indexNext() > 0 {}
      #expect(try await journal.search(MessageQuery(object: "n100")).unsearched == 0)
      #expect(try await journal.search(MessageQuery(object: "n100")).entries.count == 1)
      try await journal.close()
    }
  }

  @Test("what retention has deleted is not found, and tables that hold nothing else are dropped")
  func pruned() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      try await Self.fill(journal, ["m1", "m2", "m3"])
      #expect(try await journal.indexNext() == 3)
      // As if a whole table's worth of messages had come.
      try await journal.pool.write {
        try $0.execute(sql: "UPDATE message SET entry = entry + ? WHERE entry = 3", arguments: [SearchIndex.shardSize])
      }
      #expect(try await journal.indexNext() == 1)
      _ = try await journal.prune(RetentionPolicy(age: .zero), now: Timestamp.now().adding(seconds: 1000))
      #expect(try await Self.names(journal, MessageQuery(text: "common")) == ["m3"])
      #expect(try await journal.index.pool().read { try SearchIndex.shards($0) } == [1])
      try await journal.close()
    }
  }
}
