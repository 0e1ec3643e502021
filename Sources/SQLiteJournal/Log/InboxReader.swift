// The inbox as the database has it.
import GRDBSQLite
import MessageBus
import SQLiteAccess

/// Looks messages up in the database on a connection of its own. To be used by one thread.
final class InboxReader {
  private var connection: OpaquePointer?
  private let begin: PreparedStatement<SQLiteFailure>
  private let end: PreparedStatement<SQLiteFailure>
  /// Whether anything has the MessageID, which next to nothing that comes has.
  private let suspect: PreparedStatement<SQLiteFailure>
  private let find: PreparedStatement<SQLiteFailure>
  private var isReading = false

  /// - Throws: `SQLiteFailure`.
  init(path: String) throws(SQLiteFailure) {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened, code == SQLITE_OK else {
      sqlite3_close_v2(opened)
      throw SQLiteFailure(of: nil, code)
    }
    connection = opened
    sqlite3_busy_timeout(opened, 5_000)
    begin = try PreparedStatement(opened, "BEGIN")
    end = try PreparedStatement(opened, "COMMIT")
    suspect = try PreparedStatement(
      opened, Identifiers.entries(from: "?", to: "?") + " LIMIT 1")
    // The entry of a duplicate, or the negative one of a MessageID that was used for something else.
    find = try PreparedStatement(
      opened,
      """
      SELECT coalesce(
        (SELECT entry FROM message WHERE message_id = ?1 AND digest = ?2 AND sender = ?3 AND source IS ?4
           AND state NOT IN ('dead', 'failed') AND entry IN (\(Identifiers.entries(of: "?5")))
           ORDER BY entry DESC LIMIT 1),
        (SELECT -m.entry FROM \(Identifiers.tables.all) i CROSS JOIN message m ON m.entry = i.entry
           WHERE i.hash BETWEEN ?6 AND ?7 AND m.message_id = ?1 AND m.sender = ?3 AND m.source IS ?4
             AND m.digest IS NOT NULL AND m.state NOT IN ('dead', 'failed') LIMIT 1))
      """)
  }

  /// What the database as it is now knows of a key; as it was at the first question since `finish`.
  func known(_ key: InboxKey) throws(SQLiteFailure) -> RecentKeys.Finding {
    if !isReading {
      try begin.run()
      isReading = true
    }
    let hashes = Identifiers.hashes(messageID: key.messageID)
    suspect.bind(1, hashes.lowerBound)
    suspect.bind(2, hashes.upperBound)
    guard try suspect.number() != nil else { return .unknown }
    find.bind(1, key.messageID)
    find.bind(2, key.digest)
    find.bind(3, key.sender.rawValue)
    find.bind(4, key.source)
    find.bind(5, Identifiers.hash(messageID: key.messageID, digest: key.digest))
    find.bind(6, hashes.lowerBound)
    find.bind(7, hashes.upperBound)
    guard let entry = try find.number() else { return .unknown }
    return entry > 0 ? .duplicate(EntryID(entry)) : .reused(EntryID(-entry))
  }

  /// Ends the reading, so that the next question is put to the database as it is then.
  func finish() {
    guard isReading else { return }
    try? end.run()
    isReading = false
  }

  /// Nothing is asked afterwards.
  func close() {
    finish()
    for statement in [begin, end, suspect, find] { statement.close() }
    sqlite3_close_v2(connection)
    connection = nil
  }

  deinit { close() }
}
