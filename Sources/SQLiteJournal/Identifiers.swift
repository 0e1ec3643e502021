// The index of MessageIDs and CorrelationIDs.
import GRDB
import SQLiteAccess

/// Finds entries by MessageID or CorrelationID: rows of a hash and an entry, in the view `any_identifier`.
///
/// Identifiers are random, and a tree of them in which each message has its own place would be written all over: in a burst
/// that was a third of what the journal wrote. So hashes lie in levels (`SortedLevels`). A hash only ever gives candidates:
/// what an entry's identifiers are says its row, and one whose row is gone is passed over.
enum Identifiers {
  static let limits = LevelLimits(fresh: 65_536, middle: 1_000_000)

  static let tables = LevelTables(
    name: "identifier", key: "hash", value: "entry",
    state: LevelTables.State(
      table: "identifier_state", fresh: "fresh", middle: "middle", middleRows: "middle_rows",
      settledKey: "settled_hash", settledValue: "settled_entry"))

  /// The statements that make the tables.
  static let creation = """
    \(tables.creation)
    CREATE TABLE identifier_state (
      id INTEGER PRIMARY KEY CHECK (id = 1), fresh INTEGER NOT NULL, middle INTEGER NOT NULL,
      middle_rows INTEGER NOT NULL, settled_hash INTEGER, settled_entry INTEGER);
    INSERT INTO identifier_state VALUES (1, 0, 0, 0, NULL, NULL);
    """

  /// Low bits of the hash of a MessageID: some of the digest, so that a message is found quickly among those that share
  /// its MessageID with it.
  private static let digestBits: Int64 = 0xFF_FFFF

  /// The hash of a message.
  static func hash(messageID: String, digest: Int64?) -> Int64 {
    hashes(messageID: messageID).lowerBound | (digest ?? 0) & digestBits
  }

  /// The hashes that messages of this MessageID may have.
  static func hashes(messageID: String) -> ClosedRange<Int64> {
    let base = hash(messageID, seed: 1) & ~digestBits
    return base...base | digestBits
  }

  /// The hash of all messages of this CorrelationID.
  static func hash(correlationID: String) -> Int64 { hash(correlationID, seed: 2) & ~digestBits }

  private static func hash(_ identifier: String, seed: UInt64) -> Int64 {
    var identifier = identifier
    return identifier.withUTF8 { Int64(bitPattern: Checksum.of(UnsafeRawBufferPointer($0), seed: seed)) }
  }

  // MARK: SQL

  /// Candidates of a CorrelationID, whose hash is the parameter, newest first; some may come twice.
  ///
  /// Written out, since of a view SQLite would sort all of them.
  static func newestFirst(hash: String, bounds: String = "", limit: String) -> String {
    tables.tables.map { "SELECT entry FROM \($0) WHERE hash = \(hash)\(bounds)" }.joined(separator: " UNION ALL ")
      + " ORDER BY entry DESC LIMIT \(limit)"
  }

  /// The entries of a hash, which is the parameter.
  static func entries(of hash: String) -> String { "SELECT entry FROM \(tables.all) WHERE hash = \(hash)" }

  /// The entries of a MessageID, whose bounds of hashes are the parameters.
  static func entries(from low: String, to high: String) -> String {
    "SELECT entry FROM \(tables.all) WHERE hash BETWEEN \(low) AND \(high)"
  }

  // MARK: Changing it

  /// Fills it from the messages of a file that has none.
  static func fill(_ db: Database) throws {
    let ofMessage = DatabaseFunction("hash_message_id", argumentCount: 2, pure: true) { values in
      String.fromDatabaseValue(values[0]).map { hash(messageID: $0, digest: Int64.fromDatabaseValue(values[1])) }
    }
    let ofCorrelation = DatabaseFunction("hash_correlation_id", argumentCount: 1, pure: true) { values in
      String.fromDatabaseValue(values[0]).map { hash(correlationID: $0) }
    }
    for function in [ofMessage, ofCorrelation] { db.add(function: function) }
    defer { for function in [ofMessage, ofCorrelation] { db.remove(function: function) } }
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO identifier SELECT hash_message_id(message_id, digest), entry FROM message
          WHERE message_id IS NOT NULL ORDER BY 1, 2;
        INSERT OR IGNORE INTO identifier SELECT hash_correlation_id(correlation_id), entry FROM message
          WHERE correlation_id IS NOT NULL ORDER BY 1, 2;
        """)
  }

  /// The hashes under which an entry lies.
  static func of(_ db: Database, entry: Int64) throws -> [Int64] {
    let statement = try db.cachedStatement(
      sql: "SELECT message_id, digest, correlation_id FROM message WHERE entry = ?")
    guard let row = try Row.fetchOne(statement, arguments: [entry]) else { return [] }
    return [
      (row[0] as String?).map { hash(messageID: $0, digest: row[1]) },
      (row[2] as String?).map { hash(correlationID: $0) },
    ].compactMap { $0 }
  }

  /// Forgets the hashes of an entry that is deleted.
  static func delete(_ db: Database, _ hashes: [Int64], entry: Int64) throws {
    for hash in hashes {
      for table in tables.tables {
        try db.cachedStatement(sql: "DELETE FROM \(table) WHERE hash = ? AND entry = ?")
          .execute(arguments: [hash, entry])
      }
    }
  }
}
