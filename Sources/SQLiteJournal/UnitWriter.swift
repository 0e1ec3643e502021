// Writes one unit inside a transaction.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus
import SQLiteAccess

/// Writes units with statements that are prepared once for the connection that writes.
///
/// To be used on the queue of that connection alone, which is what makes it sendable; `close` it there before the
/// connection is closed.
final class UnitWriter: @unchecked Sendable {
  private let insertMessage: PreparedStatement<SQLiteFailure>
  private let insertDelivery: PreparedStatement<SQLiteFailure>
  private let settleDelivery: PreparedStatement<SQLiteFailure>
  private let changeState: PreparedStatement<SQLiteFailure>
  private let findKnown: PreparedStatement<SQLiteFailure>

  /// - Throws: `SQLiteFailure`.
  init(_ db: Database) throws {
    guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
    insertMessage = try PreparedStatement(
      connection,
      """
      INSERT INTO message (
        received, sender, kind, verb, noun, message_id, correlation_id, source, state, answers, body, form, digest, note,
        replays)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    insertDelivery = try PreparedStatement(
      connection,
      "INSERT OR IGNORE INTO delivery (entry, participant, kind, state, priority) VALUES (?, ?, ?, 'pending', ?)")
    settleDelivery = try PreparedStatement(
      connection, "UPDATE delivery SET state = 'done' WHERE entry = ? AND participant = ?")
    changeState = try PreparedStatement(connection, "UPDATE message SET state = ? WHERE entry = ?")
    // The entry of a duplicate, or the negative one of a MessageID that was used for something else.
    findKnown = try PreparedStatement(
      connection,
      """
      SELECT coalesce(
        (SELECT entry FROM message WHERE message_id = ?1 AND digest = ?2 AND sender = ?3 AND source IS ?4
           AND state NOT IN ('dead', 'failed') ORDER BY entry DESC LIMIT 1),
        (SELECT -entry FROM message WHERE message_id = ?1 AND sender = ?3 AND source IS ?4 AND digest IS NOT NULL
           AND state NOT IN ('dead', 'failed') LIMIT 1))
      """)
  }

  func close() {
    for statement in [insertMessage, insertDelivery, settleDelivery, changeState, findKnown] { statement.close() }
  }

  /// - Parameter files: what was taken out of the unit's entries because it is large.
  /// - Returns: the numbers of the unit's entries.
  func write(_ unit: JournalUnit, _ files: [Spool.File] = [], _ db: Database) throws -> [EntryID] {
    var ids: [EntryID] = []
    ids.reserveCapacity(unit.entries.count)
    for entry in unit.entries { ids.append(try insert(entry, siblings: ids, db)) }
    for file in files where ids.indices.contains(file.index) { try Spool.insert(db, file, entry: ids[file.index]) }
    for settlement in unit.settlements { try settle(settlement, db) }
    for change in unit.states {
      changeState.bind(1, change.state.rawValue)
      changeState.bind(2, change.entry.rawValue)
      try changeState.run()
      if let cause = change.deadLetter { try bury(change.entry, nil, change.at, cause, db) }
    }
    return ids
  }

  /// Writes the unit unless its first entry has come before.
  func admit(_ unit: JournalUnit, _ files: [Spool.File] = [], _ db: Database) throws -> Admission {
    guard let key = unit.entries.first?.inboxKey else { return .written(try write(unit, files, db), reused: nil) }
    findKnown.bind(1, key.messageID)
    findKnown.bind(2, key.digest)
    findKnown.bind(3, key.sender.rawValue)
    findKnown.bind(4, key.source)
    guard let known = try findKnown.number() else { return .written(try write(unit, files, db), reused: nil) }
    if known > 0 { return .duplicate(of: EntryID(known)) }
    let reused = EntryID(-known)
    var unit = unit
    unit.entries[0].remark(reused: reused)
    return .written(try write(unit, files, db), reused: reused)
  }

  private func insert(_ new: NewEntry, siblings: [EntryID], _ db: Database) throws -> EntryID {
    let answers: Int64? =
      switch new.answers {
      case .entry(let id): id.rawValue
      case .sibling(let index): siblings.indices.contains(index) ? siblings[index].rawValue : nil
      case nil: nil
      }
    insertMessage.bind(1, new.received.microseconds)
    insertMessage.bind(2, new.from.rawValue)
    insertMessage.bind(3, new.kind?.rawValue)
    insertMessage.bind(4, new.verb?.rawValue)
    insertMessage.bind(5, new.noun)
    insertMessage.bind(6, new.messageID)
    insertMessage.bind(7, new.correlationID)
    insertMessage.bind(8, new.source)
    insertMessage.bind(9, new.state.rawValue)
    insertMessage.bind(10, answers)
    insertMessage.bind(13, new.digest)
    insertMessage.bind(14, new.note)
    insertMessage.bind(15, new.replays?.rawValue)
    try insertMessage.bind(11, new.body) { try insertMessage.bind(12, new.form) { try insertMessage.run() } }
    let id = EntryID(db.lastInsertedRowID)
    for participant in new.deliveries {
      insertDelivery.bind(1, id.rawValue)
      insertDelivery.bind(2, participant.rawValue)
      insertDelivery.bind(3, new.deliveryKind.rawValue)
      insertDelivery.bind(4, Int64(new.priority.rawValue))
      try insertDelivery.run()
    }
    if let cause = new.deadLetter { try bury(id, nil, new.received, cause, db) }
    return id
  }

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
    case .dead(let attempts, let cause, let time):
      try run(
        "UPDATE delivery SET state = 'dead', attempts = ?, error = ? WHERE entry = ? AND participant = ?",
        [attempts, cause.reason] + key, db)
      try bury(settlement.entry, settlement.participant, time, cause, db)
    }
  }

  private func bury(
    _ entry: EntryID, _ participant: ParticipantID?, _ time: Timestamp, _ cause: NewEntry.Cause, _ db: Database
  ) throws {
    try run(
      "INSERT INTO dead_letter (entry, participant, time, code, reason) VALUES (?, ?, ?, ?, ?)",
      [entry.rawValue, participant?.rawValue, time.microseconds, cause.code, cause.reason], db)
  }

  private func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?], _ db: Database) throws {
    try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
  }
}
