// The tables of the journal and their versions.
import Foundation
import GRDB
import MessageBus

/// The journal's tables. A change is a further migration; one that has been released is never edited.
enum Schema {
  /// Of a new file. Most of what is written lies side by side, messages behind messages: with large pages it takes fewer
  /// calls of the system to write them.
  static let pageBytes = 16_384
  /// "Bsbr": marks a SQLite file as a journal of Busbar.
  static let applicationID: Int32 = 0x4273_6272

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      // Times are microseconds UTC. `form` is the message as the bus reads it back, where `body`, the bytes as received,
      // is not that. Numbers are never used again as long as the newest message is never deleted.
      try db.execute(
        sql: """
          CREATE TABLE message (
            entry INTEGER PRIMARY KEY,
            received INTEGER NOT NULL,
            sender TEXT NOT NULL,
            kind TEXT,
            verb TEXT,
            noun TEXT,
            message_id TEXT,
            correlation_id TEXT,
            source TEXT,
            state TEXT NOT NULL,
            answers INTEGER,
            body BLOB NOT NULL,
            form BLOB
          );
          CREATE INDEX message_by_message_id ON message(message_id) WHERE message_id IS NOT NULL;
          CREATE INDEX message_by_correlation_id ON message(correlation_id) WHERE correlation_id IS NOT NULL;
          CREATE INDEX message_by_request ON message(answers) WHERE answers IS NOT NULL;
          CREATE INDEX message_open ON message(entry) WHERE state = 'open';
          CREATE TABLE delivery (
            entry INTEGER NOT NULL,
            participant TEXT NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_try INTEGER,
            error TEXT,
            PRIMARY KEY (entry, participant)
          ) WITHOUT ROWID;
          CREATE INDEX delivery_pending ON delivery(participant, entry) WHERE state = 'pending';
          CREATE TABLE dead_letter (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL,
            participant TEXT,
            time INTEGER NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL
          );
          CREATE INDEX dead_letter_by_code ON dead_letter(code, id);
          CREATE INDEX dead_letter_by_entry ON dead_letter(entry);
          """)
    }
    migrator.registerMigration("v2") { db in
      // `digest` is that of what the message says; with it the index on MessageID is the inbox as well.
      try db.execute(
        sql: """
          ALTER TABLE message ADD COLUMN digest INTEGER;
          ALTER TABLE message ADD COLUMN note TEXT;
          ALTER TABLE message ADD COLUMN replays INTEGER;
          DROP INDEX message_by_message_id;
          CREATE INDEX message_by_message_id ON message(message_id, digest) WHERE message_id IS NOT NULL;
          CREATE INDEX message_by_replayed ON message(replays) WHERE replays IS NOT NULL;
          """)
    }
    migrator.registerMigration("v3") { db in
      // Files that hold what is too large for a row: part 0 is the body, 1 the form; the row has it empty.
      try db.execute(
        sql: """
          CREATE TABLE spooled (
            entry INTEGER NOT NULL,
            part INTEGER NOT NULL,
            file TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (entry, part)
          ) WITHOUT ROWID;
          CREATE UNIQUE INDEX spooled_by_file ON spooled(file);
          """)
    }
    migrator.registerMigration("v4") { db in
      // 0 to 9, 9 first.
      try db.execute(
        sql: """
          ALTER TABLE delivery ADD COLUMN priority INTEGER NOT NULL DEFAULT 4;
          DROP INDEX delivery_pending;
          CREATE INDEX delivery_pending ON delivery(participant, priority DESC, entry) WHERE state = 'pending';
          """)
    }
    migrator.registerMigration("v5") { db in
      // The last segment of the log (see `JournalLog`) whose units lie here.
      try db.execute(
        sql: """
          CREATE TABLE log (id INTEGER PRIMARY KEY CHECK (id = 1), carried INTEGER NOT NULL);
          INSERT INTO log VALUES (1, 0);
          """)
    }
    migrator.registerMigration("v6") { db in
      // Identifiers by hash, in levels (see `Identifiers`), in place of two indexes that were written all over.
      try db.execute(sql: Identifiers.creation)
      try Identifiers.fill(db)
      try db.execute(sql: "DROP INDEX message_by_message_id; DROP INDEX message_by_correlation_id")
    }
    return migrator
  }

  /// Looks at an existing file before SQLite touches it, so that a file of somebody else's stays as it is.
  ///
  /// - Throws: `BusError` with code `.notAJournal` or `.notWritable`.
  static func checkFile(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard FileManager.default.isWritableFile(atPath: path), let file = FileHandle(forReadingAtPath: path) else {
      throw BusError(.notWritable, "\(path) cannot be read and written")
    }
    defer { try? file.close() }
    let head = try file.read(upToCount: 100) ?? Data()
    // A process may have ended after it made the file and before it wrote into it.
    if head.isEmpty { return }
    guard head.count == 100, head.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw BusError(.notAJournal, "\(path) is no journal of Busbar: it is no SQLite file")
    }
    let mark = head[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    // Zero is a journal whose mark still lies in the write-ahead log, or whose first start was cut short.
    if mark == applicationID || mark == 0 && FileManager.default.fileExists(atPath: path + "-wal") { return }
    guard mark == 0 else {
      throw BusError(.notAJournal, "\(path) is no journal of Busbar: its application id is \(mark)")
    }
    do {
      var settings = Configuration()
      settings.readonly = true
      try DatabaseQueue(path: path, configuration: settings).read { try checkIsEmpty($0, path) }
    } catch {
      throw BusError(reading: error, path: path)
    }
  }

  private static func checkIsEmpty(_ db: Database, _ path: String) throws {
    guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
      throw BusError(.notAJournal, "\(path) is no journal of Busbar: it holds other tables")
    }
  }

  static func open(_ pool: DatabasePool) throws {
    let migrator = migrator
    if try pool.read(migrator.hasBeenSuperseded) {
      throw BusError(.newerSchema, "\(pool.path) was written by a newer Busbar: this one cannot read it")
    }
    try pool.writeWithoutTransaction { db in
      let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      if mark != applicationID { try checkIsEmpty(db, pool.path) }
      // GRDB opens its pools with NORMAL, which in WAL mode may lose the last commits when the power fails.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // The pages that identifiers of the last million messages lie on.
      try db.execute(sql: "PRAGMA cache_size = -32768")
      Checkpoints.watch(db)
      // Written at every start: its commit syncs what a killed process had left in the log unsynced, before anything of it
      // is acknowledged a second time.
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
    try migrator.migrate(pool)
  }

  /// Lets the file grow no further than this, or than it is.
  static func limit(_ pool: DatabasePool, to maximumBytes: Int) throws {
    try pool.writeWithoutTransaction { db in
      let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
      try db.execute(sql: "PRAGMA max_page_count = \(max(maximumBytes / size, 1))")
    }
  }
}
