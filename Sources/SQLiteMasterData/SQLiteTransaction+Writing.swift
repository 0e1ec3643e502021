// The rows of a master data file, written: nothing is overwritten but the end of what was known.
import CIMModel
import IECMessage
import MasterData
import SQLiteAccess

extension SQLiteTransaction {
  func insertObject(_ kind: ObjectKind, mRID: String?) throws -> ObjectNumber {
    try connection.run(
      "INSERT INTO object (kind, mrid) VALUES (?, ?)", .integer(Int64(kind.index)),
      mRID.map { .blob(Self.packed($0)) } ?? .null)
    let number = ObjectNumber(connection.lastInserted)
    if let mRID {
      try add(.mRID(mRID), kind, number)
      recent[.init(kind: kind, mRID: mRID)] = number
    }
    let entry = recent.entry(of: number)
    entry.record = ObjectRecord(number: number, kind: kind, mRID: mRID)
    entry.periods = []
    entry.lastSlice = Self.rows(of: number).first - 1
    entry.lastLink = entry.lastSlice
    entry.hasNoLinks = true
    return number
  }

  private func add(_ term: IndexTerm, _ kind: ObjectKind, _ object: ObjectNumber) throws {
    try connection.run(
      "INSERT OR IGNORE INTO fresh_term VALUES (?, ?)", .integer(term.hash(kind)), .integer(object.value))
    addedTerms += connection.changes
  }

  /// The number of an object's next row of a table; `query` finds the last one where it is not known.
  private func row(_ object: ObjectNumber, after last: Int64?, _ query: StaticString) throws -> Int64 {
    let rows = Self.rows(of: object)
    let last =
      try last ?? connection.rows(query, .integer(rows.first), .integer(rows.last)) { $0.optional(0) }.first ?? nil
    let next = last.map { $0 + 1 } ?? rows.first
    guard next <= rows.last else { throw MasterDataError.storage("object \(object.value) has too much of a history") }
    return next
  }

  func insert(_ object: ObjectNumber, valid: Period, content: Element, parts: [Element]) throws {
    var encoder = ContentEncoder { [connection] word in
      if let known = connection.words.number(of: word) { return known }
      try connection.run(
        "INSERT INTO word VALUES (?, ?)", .integer(Int64(connection.words.texts.count)), .text(word))
      connection.words.append(word)
      return connection.words.texts.count - 1
    }
    try encoder.write(content)
    for part in parts { try encoder.write(part) }
    guard let kind = try record(of: object)?.kind else { throw MasterDataError.storage("no object \(object.value)") }
    let entry = recent.entry(of: object)
    let row = try row(object, after: entry.lastSlice, "SELECT max(number) FROM slice WHERE number BETWEEN ? AND ?")
    entry.lastSlice = row
    entry.periods = entry.periods.map { $0.isEmpty ? [valid] : ($0 + [valid]).sorted { $0.from < $1.from } }
    try connection.run(
      "INSERT INTO slice (number, valid_from, valid_to, known_from, content) VALUES (?, ?, ?, ?, ?)",
      .integer(row), .integer(valid.from.microseconds), Self.end(valid.to),
      .integer(time.microseconds), .blob(encoder.bytes))
    for term in IndexTerm.all(of: content) { try add(term, kind, object) }
  }

  func supersede(_ slice: Slice) throws {
    recent.entry(of: slice.object).periods = nil
    // What was written in this very transaction nobody will ever have known. Its terms may stay: they lead to the object.
    if slice.known.from == time {
      try connection.run("DELETE FROM slice WHERE number = ?", .integer(slice.number))
    } else {
      try connection.run(
        "UPDATE slice SET known_to = ? WHERE number = ?", .integer(time.microseconds), .integer(slice.number))
    }
  }

  func insertLink(_ first: ObjectNumber, _ second: ObjectNumber, valid: Period) throws {
    let entry = recent.entry(of: first)
    let row = try row(first, after: entry.lastLink, "SELECT max(number) FROM link WHERE number BETWEEN ? AND ?")
    entry.lastLink = row
    entry.hasNoLinks = false
    recent.entry(of: second).hasNoLinks = false
    try connection.run(
      "INSERT INTO link (number, second, valid_from, valid_to, known_from) VALUES (?, ?, ?, ?, ?)",
      .integer(row), .integer(second.value), .integer(valid.from.microseconds),
      Self.end(valid.to), .integer(time.microseconds))
  }

  func supersede(_ link: Link) throws {
    if link.known.from == time {
      try connection.run("DELETE FROM link WHERE number = ?", .integer(link.number))
    } else {
      try connection.run(
        "UPDATE link SET known_to = ? WHERE number = ?", .integer(time.microseconds), .integer(link.number))
    }
  }

  func append(_ change: ChangeRecord) throws {
    guard let verb = Self.verbs.firstIndex(of: change.verb) else {
      throw MasterDataError.storage("'\(change.verb.rawValue)' is no verb of a change")
    }
    try connection.run(
      "INSERT INTO change (known, verb, object, other, at, body) VALUES (?, ?, ?, ?, ?, ?)",
      .integer(change.known.microseconds), .integer(Int64(verb)),
      change.object.map { .integer($0.value) } ?? .null, change.other.map { .integer($0.value) } ?? .null,
      .integer(change.at.microseconds), change.body.map { .blob($0) } ?? .null)
  }

  func setPublished(_ sequence: Int64) throws {
    let before = try published()
    let sequence = min(sequence, try StoreSchema.number(connection, "SELECT max(sequence) FROM change"))
    guard sequence > before else { return }
    try connection.run(
      "UPDATE change SET body = NULL WHERE sequence > ? AND sequence <= ? AND body IS NOT NULL", .integer(before),
      .integer(sequence))
    try connection.run("UPDATE state SET published = ?", .integer(sequence))
  }

  func keep(reply: [UInt8], to request: String) throws {
    try connection.run("INSERT OR REPLACE INTO reply (request, body) VALUES (?, ?)", .text(request), .blob(reply))
    try connection.run("DELETE FROM reply WHERE number <= ?", .integer(connection.lastInserted - 100_000))
  }

  func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
    // Savepoints of one name lie one above the other: the latest is meant.
    let words = connection.words.texts.count
    let terms = addedTerms
    try connection.run("SAVEPOINT part")
    do {
      let result = try body()
      try connection.run("RELEASE part")
      return result
    } catch {
      connection.words.truncate(to: words)
      addedTerms = terms
      recent = RecentRows()
      try connection.run("ROLLBACK TO part")
      try connection.run("RELEASE part")
      throw error
    }
  }
}
