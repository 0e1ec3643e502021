// Writes what the log holds into the database.
import CIMModel
import GRDB
import IECMessage
import MessageBus
import SQLiteAccess

/// Writes loads with statements that are prepared once for the connection that writes.
///
/// To be used on the queue of that connection alone, which is what makes it sendable; `close` it there before the
/// connection is closed.
final class LoadWriter: @unchecked Sendable {
  private let insertMessage: PreparedStatement<SQLiteFailure>
  private let insertDelivery: PreparedStatement<SQLiteFailure>
  private let settleDelivery: PreparedStatement<SQLiteFailure>
  private let changeState: PreparedStatement<SQLiteFailure>
  private let insertIdentifier: PreparedStatement<SQLiteFailure>
  private let identifiers: SortedLevels<SQLiteFailure>

  /// - Throws: `SQLiteFailure`.
  init(_ db: Database, limits: LevelLimits) throws {
    guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
    insertMessage = try PreparedStatement(
      connection,
      """
      INSERT INTO message (
        received, sender, kind, verb, noun, message_id, correlation_id, source, state, answers, body, form, digest, note,
        replays, entry)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    insertDelivery = try PreparedStatement(
      connection,
      """
      INSERT INTO delivery (entry, participant, kind, state, priority, attempts, next_try, error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    settleDelivery = try PreparedStatement(
      connection, "UPDATE delivery SET state = 'done' WHERE entry = ? AND participant = ?")
    changeState = try PreparedStatement(connection, "UPDATE message SET state = ? WHERE entry = ?")
    insertIdentifier = try PreparedStatement(
      connection, "INSERT OR IGNORE INTO \(Identifiers.tables.fresh) VALUES (?, ?)")
    identifiers = SortedLevels(connection, Identifiers.tables, limits: limits)
  }

  func close() {
    for statement in [insertMessage, insertDelivery, settleDelivery, changeState, insertIdentifier] {
      statement.close()
    }
    identifiers.close()
  }

  /// Writes a load in one transaction, which also says that its segment need not be read again.
  func write(_ load: LogKeeper.Load, _ db: Database) throws {
    let carried = CarriedLoad(load.units)
    try db.inTransaction(.immediate) {
      for entry in carried.entries { try insert(entry) }
      try insertIdentifiers(carried.entries)
      for (entry, file) in carried.files { try Spool.insert(db, file, entry: entry) }
      for settlement in carried.settlements { try settle(settlement, db) }
      for change in carried.states {
        changeState.bind(1, change.state.rawValue)
        changeState.bind(2, change.entry.rawValue)
        try changeState.run()
      }
      for letter in carried.deadLetters {
        try run(
          "INSERT INTO dead_letter (entry, participant, time, code, reason) VALUES (?, ?, ?, ?, ?)",
          [
            letter.entry.rawValue, letter.participant?.rawValue, letter.at.microseconds, letter.cause.code,
            letter.cause.reason,
          ], db)
      }
      try run("UPDATE log SET carried = max(carried, ?)", [load.segment], db)
      return .commit
    }
  }

  private func insert(_ entry: CarriedLoad.Entry) throws {
    let new = entry.new
    insertMessage.bind(1, new.received.microseconds)
    insertMessage.bind(2, new.from.rawValue)
    insertMessage.bind(3, new.kind?.rawValue)
    insertMessage.bind(4, new.verb?.rawValue)
    insertMessage.bind(5, new.noun)
    insertMessage.bind(6, new.messageID)
    insertMessage.bind(7, new.correlationID)
    insertMessage.bind(8, new.source)
    insertMessage.bind(9, entry.state.rawValue)
    insertMessage.bind(10, new.answers?.entry(among: [])?.rawValue)
    insertMessage.bind(13, new.digest)
    insertMessage.bind(14, new.note)
    insertMessage.bind(15, new.replays?.rawValue)
    insertMessage.bind(16, entry.id.rawValue)
    try insertMessage.bind(11, new.body) { try insertMessage.bind(12, new.form) { try insertMessage.run() } }
    for delivery in entry.deliveries {
      insertDelivery.bind(1, entry.id.rawValue)
      insertDelivery.bind(2, delivery.participant.rawValue)
      insertDelivery.bind(3, delivery.kind.rawValue)
      insertDelivery.bind(4, delivery.state.rawValue)
      insertDelivery.bind(5, Int64(new.priority.rawValue))
      insertDelivery.bind(6, Int64(delivery.attempts))
      insertDelivery.bind(7, delivery.nextTry?.microseconds)
      insertDelivery.bind(8, delivery.lastError)
      try insertDelivery.run()
    }
  }

  /// In the order of their hashes, so that each page is looked for once.
  private func insertIdentifiers(_ entries: [CarriedLoad.Entry]) throws {
    var rows: [(hash: Int64, entry: Int64)] = []
    rows.reserveCapacity(entries.count)
    for entry in entries {
      if let id = entry.new.messageID {
        rows.append((Identifiers.hash(messageID: id, digest: entry.new.digest), entry.id.rawValue))
      }
      if let id = entry.new.correlationID {
        rows.append((Identifiers.hash(correlationID: id), entry.id.rawValue))
      }
    }
    rows.sort { $0 < $1 }
    for row in rows {
      insertIdentifier.bind(1, row.hash)
      insertIdentifier.bind(2, row.entry)
      try insertIdentifier.run()
    }
    try identifiers.settle(added: rows.count)
  }

  /// What has become of a delivery of an entry that lies in the database.
  private func settle(_ settlement: Settlement, _ db: Database) throws {
    var key: [(any DatabaseValueConvertible)?] { [settlement.entry.rawValue, settlement.participant.rawValue] }
    switch settlement.result {
    case .done:
      settleDelivery.bind(1, settlement.entry.rawValue)
      settleDelivery.bind(2, settlement.participant.rawValue)
      try settleDelivery.run()
    case .retry(let attempts, let nextTry, let error):
      try run(
        "UPDATE delivery SET attempts = ?, next_try = ?, error = ? WHERE entry = ? AND participant = ?",
        [attempts, nextTry.microseconds, error] + key, db)
    case .dead(let attempts, let cause, _):
      try run(
        "UPDATE delivery SET state = 'dead', attempts = ?, error = ? WHERE entry = ? AND participant = ?",
        [attempts, cause.reason] + key, db)
    }
  }

  private func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?], _ db: Database) throws {
    try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
  }
}
