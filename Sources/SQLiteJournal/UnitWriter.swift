// Writes one unit inside a transaction.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus

/// The statements a unit needs, prepared once per connection.
struct UnitWriter {
  private let db: Database

  init(_ db: Database) throws { self.db = db }

  /// - Parameter files: what was taken out of the unit's entries because it is large.
  /// - Returns: the numbers of the unit's entries.
  func write(_ unit: JournalUnit, _ files: [Spool.File] = []) throws -> [EntryID] {
    var ids: [EntryID] = []
    for entry in unit.entries { ids.append(try insert(entry, siblings: ids)) }
    for file in files where ids.indices.contains(file.index) { try Spool.insert(db, file, entry: ids[file.index]) }
    for settlement in unit.settlements { try settle(settlement) }
    for change in unit.states {
      try run("UPDATE message SET state = ? WHERE entry = ?", [change.state.rawValue, change.entry.rawValue])
      if let cause = change.deadLetter { try bury(change.entry, nil, change.at, cause) }
    }
    return ids
  }

  /// Writes the unit unless its first entry has come before.
  func admit(_ unit: JournalUnit, _ files: [Spool.File] = []) throws -> Admission {
    guard let key = unit.entries.first?.inboxKey else { return .written(try write(unit, files), reused: nil) }
    if let known = try Queries.entry(db, of: key) { return .duplicate(of: known) }
    guard let reused = try Queries.reuse(db, of: key) else { return .written(try write(unit, files), reused: nil) }
    var unit = unit
    unit.entries[0].remark(reused: reused)
    return .written(try write(unit, files), reused: reused)
  }

  private func insert(_ new: NewEntry, siblings: [EntryID]) throws -> EntryID {
    let answers: Int64? =
      switch new.answers {
      case .entry(let id): id.rawValue
      case .sibling(let index): siblings.indices.contains(index) ? siblings[index].rawValue : nil
      case nil: nil
      }
    try run(
      """
      INSERT INTO message (
        received, sender, kind, verb, noun, message_id, correlation_id, source, state, answers, body, form, digest, note,
        replays)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        new.received.microseconds, new.from.rawValue, new.kind?.rawValue, new.verb?.rawValue, new.noun, new.messageID,
        new.correlationID, new.source, new.state.rawValue, answers, Data(new.body), new.form.map { Data($0) },
        new.digest, new.note, new.replays?.rawValue,
      ])
    let id = EntryID(db.lastInsertedRowID)
    for participant in new.deliveries {
      try run(
        "INSERT OR IGNORE INTO delivery (entry, participant, kind, state) VALUES (?, ?, ?, 'pending')",
        [id.rawValue, participant.rawValue, new.deliveryKind.rawValue])
    }
    if let cause = new.deadLetter { try bury(id, nil, new.received, cause) }
    return id
  }

  private func settle(_ settlement: Settlement) throws {
    let key: [(any DatabaseValueConvertible)?] = [settlement.entry.rawValue, settlement.participant.rawValue]
    switch settlement.result {
    case .done:
      try run("UPDATE delivery SET state = 'done' WHERE entry = ? AND participant = ?", key)
    case .retry(let attempts, let nextTry, let error):
      try run(
        "UPDATE delivery SET attempts = ?, next_try = ?, error = ? WHERE entry = ? AND participant = ?",
        [attempts, nextTry.microseconds, error] + key)
    case .dead(let attempts, let cause, let time):
      try run(
        "UPDATE delivery SET state = 'dead', attempts = ?, error = ? WHERE entry = ? AND participant = ?",
        [attempts, cause.reason] + key)
      try bury(settlement.entry, settlement.participant, time, cause)
    }
  }

  private func bury(_ entry: EntryID, _ participant: ParticipantID?, _ time: Timestamp, _ cause: NewEntry.Cause) throws
  {
    try run(
      "INSERT INTO dead_letter (entry, participant, time, code, reason) VALUES (?, ?, ?, ?, ?)",
      [entry.rawValue, participant?.rawValue, time.microseconds, cause.code, cause.reason])
  }

  private func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
    try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
  }
}
