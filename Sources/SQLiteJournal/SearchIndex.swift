// The search index: a file beside the journal that can be thrown away and made again.
import Foundation
import GRDB
import MessageBus
import Synchronization

/// Which messages hold a term, in `search.sqlite` of the data folder.
///
/// The index is no part of what is durable: it is written after the journal, by one task, and where it is absent,
/// damaged, of another version or of another journal, it is made anew. Terms (`SearchTerms`) lie in full-text tables
/// without content, one per `shardSize` entries: so the work for a message does not grow with the journal, searches
/// begin with the newest, and old parts go by dropping a table.
final class SearchIndex: Sendable {
  static let fileName = "search.sqlite"
  static let version = 1
  /// Entries of one table.
  static let shardSize: Int64 = 1 << 20

  let path: String
  private let opened = Mutex<DatabasePool?>(nil)

  init(folder: String) { path = folder + (folder.hasSuffix("/") ? "" : "/") + Self.fileName }

  // MARK: The file

  /// The open index; made anew where it cannot be used.
  func pool() throws -> DatabasePool {
    try opened.withLock { pool in
      if let pool { return pool }
      let made: DatabasePool
      do {
        made = try open()
      } catch {
        removeFiles()
        made = try open()
      }
      pool = made
      return made
    }
  }

  func close() {
    opened.withLock { pool in
      try? pool?.close()
      pool = nil
    }
  }

  /// Throws the index away; the next use makes a new one.
  func discard() {
    close()
    removeFiles()
  }

  private func removeFiles() {
    for suffix in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  private func open() throws -> DatabasePool {
    var settings = Configuration()
    settings.label = "busbar.search"
    settings.maximumReaderCount = 3
    settings.foreignKeysEnabled = false
    settings.prepareDatabase { db in
      // In WAL mode NORMAL loses the last commits when the power fails, and never the file: they are indexed again.
      try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384")
    }
    let pool = try DatabasePool(path: path, configuration: settings)
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      if version == Self.version { return }
      guard version == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
        throw BusError(.storage, "\(path) is a search index of another version")
      }
      try db.inTransaction {
        try db.execute(
          sql: """
            CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), entry INTEGER NOT NULL, received INTEGER);
            INSERT INTO progress VALUES (1, 0, NULL);
            CREATE TABLE shard (number INTEGER PRIMARY KEY);
            PRAGMA user_version = \(Self.version);
            """)
        return .commit
      }
    }
    return pool
  }

  // MARK: Reading

  /// The last entry that is indexed, and when it was received.
  struct Progress: Sendable, Hashable {
    var entry: Int64 = 0
    var received: Int64?
  }

  static func progress(_ db: Database) throws -> Progress {
    guard let row = try Row.fetchOne(db, sql: "SELECT entry, received FROM progress") else { return Progress() }
    return Progress(entry: row[0], received: row[1])
  }

  func progress() throws -> Progress { try pool().read { try Self.progress($0) } }

  static func shards(_ db: Database) throws -> [Int64] {
    try Int64.fetchAll(db, sql: "SELECT number FROM shard ORDER BY number DESC")
  }

  /// The highest entries over `low` and under `high` that fit, highest first, at most `limit`.
  static func entries(
    _ db: Database, _ criteria: SearchCriteria, over low: Int64, under high: Int64, limit: Int
  ) throws -> [Int64] {
    var found: [Int64] = []
    for shard in try shards(db) where shard * shardSize < high && (shard + 1) * shardSize > low + 1 {
      let statement = try db.cachedStatement(
        sql: """
          SELECT rowid FROM terms_\(shard) WHERE terms_\(shard) MATCH ? AND rowid > ? AND rowid < ?
          ORDER BY rowid DESC LIMIT ?
          """)
      found += try Int64.fetchAll(statement, arguments: [criteria.match, low, high, limit - found.count])
      if found.count >= limit { break }
    }
    return found
  }

  // MARK: Writing

  /// Makes the table for this entry if there is none.
  static func prepareShard(_ db: Database, of entry: Int64) throws -> Int64 {
    let shard = entry / shardSize
    guard try Int.fetchOne(db, sql: "SELECT 1 FROM shard WHERE number = ?", arguments: [shard]) == nil else {
      return shard
    }
    try db.execute(
      sql: """
        CREATE VIRTUAL TABLE terms_\(shard) USING fts5(
          terms, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '-._:@%'");
        INSERT INTO terms_\(shard)(terms_\(shard), rank) VALUES ('hashsize', 8388608);
        INSERT INTO shard VALUES (\(shard));
        """)
    return shard
  }

  static func insert(_ db: Database, shard: Int64, entry: Int64, _ terms: SearchTerms) throws {
    guard terms.count > 0 else { return }
    try db.cachedStatement(sql: "INSERT INTO terms_\(shard) (rowid, terms) VALUES (?, ?)")
      .execute(arguments: [entry, String(decoding: terms.bytes, as: UTF8.self)])
  }

  static func advance(_ db: Database, to progress: Progress) throws {
    try db.execute(
      sql: "UPDATE progress SET entry = ?, received = ?", arguments: [progress.entry, progress.received])
  }

  /// Drops the tables that hold nothing but entries under this one.
  func prune(under entry: Int64) throws {
    try pool().write { db in
      for shard in try Self.shards(db) where (shard + 1) * Self.shardSize <= entry {
        try db.execute(sql: "DROP TABLE terms_\(shard); DELETE FROM shard WHERE number = \(shard)")
      }
    }
  }
}
