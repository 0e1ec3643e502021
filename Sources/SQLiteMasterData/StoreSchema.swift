// The tables of a master data file.
import MasterData
import SQLiteAccess

enum StoreSchema {
  /// "BBMD": tells a file of ours from another's.
  static let applicationID = 0x4242_4D44
  static let version = 3
  /// A commit writes pages as a whole, so that smaller ones make for less to write, and larger ones for less processor time:
  /// with 200,000 meters in Benchmarks/Master those of 1 KB took half as much processor time again, and no less time in all.
  private static let pageBytes = 4_096
  /// Of the log, until it is written into the file: pages that come again and again go there once.
  private static let logBytes = 96 << 20

  /// A row of an object's slices or links is numbered by the object and, in the low bits, by itself: what belongs to an
  /// object lies together, and is found without an index.
  static let rowBits: Int64 = 24

  private static let tables = """
    CREATE TABLE object (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, mrid BLOB);
    CREATE INDEX object_by_kind ON object(kind);
    \(TermLevels.tables.creation)
    CREATE TABLE slice (
      number INTEGER PRIMARY KEY, valid_from INTEGER NOT NULL, valid_to INTEGER, known_from INTEGER NOT NULL,
      known_to INTEGER, content BLOB NOT NULL);
    CREATE TABLE link (
      number INTEGER PRIMARY KEY, second INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER,
      known_from INTEGER NOT NULL, known_to INTEGER);
    CREATE INDEX link_by_second ON link(second);
    CREATE TABLE change (
      sequence INTEGER PRIMARY KEY, known INTEGER NOT NULL, verb INTEGER NOT NULL, object INTEGER, other INTEGER,
      at INTEGER NOT NULL, body BLOB);
    CREATE TABLE reply (number INTEGER PRIMARY KEY, request TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
    CREATE TABLE word (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE TABLE state (
      published INTEGER NOT NULL, last_known INTEGER NOT NULL, fresh_terms INTEGER NOT NULL, middle INTEGER NOT NULL,
      middle_terms INTEGER NOT NULL, settled_hash INTEGER, settled_object INTEGER);
    INSERT INTO state VALUES (0, 0, 0, 0, 0, NULL, NULL);
    """

  /// Makes the tables of a new file, and looks whether an old one is ours.
  ///
  /// - Throws: `MasterDataError` with code `.notAStore` or `.storage`.
  static func open(_ connection: Connection, path: String, isReadOnly: Bool) throws {
    let id = try number(connection, "PRAGMA application_id")
    let isEmpty = try number(connection, "SELECT count(*) FROM sqlite_master") == 0
    if id == 0 && isEmpty && !isReadOnly {
      try connection.execute("PRAGMA page_size = \(pageBytes); PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
      // Another process may have made the tables meanwhile.
      if try number(connection, "SELECT count(*) FROM sqlite_master") == 0 {
        try connection.execute(tables)
        try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
      }
      try connection.execute("COMMIT")
    } else {
      guard id == applicationID else {
        throw MasterDataError(.notAStore, replyCode: "5.3", "\(path) holds no master data of Busbar")
      }
      let found = try number(connection, "PRAGMA user_version")
      guard found <= version else {
        throw MasterDataError(.notAStore, replyCode: "5.3", "\(path) was written by a newer Busbar")
      }
      guard found == version else {
        throw MasterDataError(
          .notAStore, replyCode: "5.3", "\(path) was written by an older Busbar, before its first release: load it anew"
        )
      }
    }
    // What was committed survives the end of power, too.
    try connection.execute(
      """
      PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = \(logBytes / pageBytes);
      PRAGMA mmap_size = \(isReadOnly ? 4 << 30 : 0)
      """)
  }

  static func number(_ connection: Connection, _ sql: StaticString) throws -> Int64 {
    try connection.rows(sql) { $0.integer(0) }.first ?? 0
  }
}
