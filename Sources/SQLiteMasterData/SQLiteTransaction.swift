// The rows of a master data file, read and written.
import CIMModel
import IECMessage
import MasterData
import SQLiteAccess

/// A transaction, or a reading, on one connection.
final class SQLiteTransaction: MasterDataTransaction {
  let connection: Connection
  let time: Timestamp
  private var depth = 0
  /// Objects that were looked up or made, since the last rollback.
  private var records: [ObjectNumber: ObjectRecord] = [:]

  init(_ connection: Connection, time: Timestamp) {
    self.connection = connection
    self.time = time
  }

  // MARK: Rows

  private static let sliceColumns = "number, object, valid_from, valid_to, known_from, known_to, content"

  private func slice(_ row: Statement) throws -> Slice {
    var decoder = ContentDecoder(row.blob(6), connection.words)
    guard let content = decoder.element() else { throw damaged }
    var parts: [Element] = []
    while !decoder.atEnd {
      guard let part = decoder.element() else { throw damaged }
      parts.append(part)
    }
    return Slice(
      number: row.integer(0), object: ObjectNumber(row.integer(1)), valid: period(row, 2), known: period(row, 4),
      content: content, parts: parts)
  }

  private var damaged: MasterDataError { .storage("the master data file is damaged: a content cannot be read") }

  private func period(_ row: Statement, _ column: Int32) -> Period {
    Period(
      Timestamp(microseconds: row.integer(column)),
      to: row.optional(column + 1).map { Timestamp(microseconds: $0) } ?? .endless)
  }

  private func link(_ row: Statement) -> Link {
    Link(
      number: row.integer(0), first: ObjectNumber(row.integer(1)), second: ObjectNumber(row.integer(2)),
      valid: period(row, 3), known: period(row, 5))
  }

  private func record(_ row: Statement) throws -> ObjectRecord {
    guard let kind = ObjectKind(index: Int(row.integer(1))) else { throw damaged }
    let mRID = row.octets(2).map { bytes in
      bytes.count == 16
        ? bytes.withUnsafeBytes { UUIDBytes.text($0) } : String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
    }
    return ObjectRecord(number: ObjectNumber(row.integer(0)), kind: kind, mRID: mRID)
  }

  private static func packed(_ mRID: String) -> [UInt8] {
    // Texts have a zero in front, and another one where they would come to the sixteen bytes of a UUID.
    UUIDBytes.packed(mRID) ?? (mRID.utf8.count == 15 ? [0, 0] : [0]) + Array(mRID.utf8)
  }

  private static func hash(_ kind: ObjectKind, mRID: String) -> Int64 { IndexTerm.name(mRID).hash(kind) }

  private static func end(_ time: Timestamp) -> SQLValue {
    time == .endless ? .null : .integer(time.microseconds)
  }

  // MARK: Reading

  func record(of object: ObjectNumber) throws -> ObjectRecord? {
    if let known = records[object] { return known }
    let found = try connection.rows("SELECT number, kind, mrid FROM object WHERE number = ?", .integer(object.value)) {
      try record($0)
    }.first
    if records.count >= 10_000 { records = [:] }
    records[object] = found
    return found
  }

  func object(_ kind: ObjectKind, mRID: String) throws -> ObjectNumber? {
    // The sign keeps the planner from the index on kinds, which would lead through all objects of the kind.
    try connection.rows(
      "SELECT number FROM object WHERE hash = ? AND +kind = ? AND mrid = ?", .integer(Self.hash(kind, mRID: mRID)),
      .integer(Int64(kind.index)), .blob(Self.packed(mRID))
    ) { ObjectNumber($0.integer(0)) }.first
  }

  func slices(_ kind: ObjectKind, by term: IndexTerm, known: Timestamp?) throws -> [Slice] {
    let numbers = try connection.rows("SELECT slice FROM term WHERE hash = ?", .integer(term.hash(kind))) {
      $0.integer(0)
    }
    var result: [Slice] = []
    for number in numbers {
      let found = try connection.rows(
        "SELECT \(Self.sliceColumns) FROM slice WHERE number = ?", .integer(number)
      ) { try slice($0) }
      for slice in found where known.map(slice.known.contains) ?? slice.known.isOpen {
        // Different terms, of different kinds even, may share a number.
        guard try record(of: slice.object)?.kind == kind, IndexTerm.all(of: slice.content).contains(term) else {
          continue
        }
        result.append(slice)
      }
    }
    return result.sorted { ($0.object, $0.valid.from) < ($1.object, $1.valid.from) }
  }

  func slices(of object: ObjectNumber, known: Timestamp?) throws -> [Slice] {
    guard let known else {
      return try connection.rows(
        "SELECT \(Self.sliceColumns) FROM slice WHERE object = ? AND known_to IS NULL ORDER BY valid_from",
        .integer(object.value)
      ) { try slice($0) }
    }
    return try connection.rows(
      """
      SELECT \(Self.sliceColumns) FROM slice
      WHERE object = ? AND known_from <= ? AND (known_to IS NULL OR known_to > ?) ORDER BY valid_from
      """, .integer(object.value), .integer(known.microseconds), .integer(known.microseconds)
    ) { try slice($0) }
  }

  func validity(of object: ObjectNumber) throws -> [Period] {
    try connection.rows(
      "SELECT valid_from, valid_to FROM slice WHERE object = ? AND known_to IS NULL ORDER BY valid_from",
      .integer(object.value)
    ) { period($0, 0) }
  }

  func history(of object: ObjectNumber) throws -> [Slice] {
    try connection.rows(
      "SELECT \(Self.sliceColumns) FROM slice WHERE object = ? ORDER BY known_from, number", .integer(object.value)
    ) { try slice($0) }
  }

  private static let linkColumns = "number, first, second, valid_from, valid_to, known_from, known_to"

  private func links(_ object: ObjectNumber) throws -> [Link] {
    // Two queries, so that each uses its index.
    try connection.rows("SELECT \(Self.linkColumns) FROM link WHERE first = ?", .integer(object.value)) { link($0) }
      + connection.rows("SELECT \(Self.linkColumns) FROM link WHERE second = ?", .integer(object.value)) { link($0) }
  }

  func links(of object: ObjectNumber, known: Timestamp?) throws -> [Link] {
    try links(object).filter { known.map($0.known.contains) ?? $0.known.isOpen }
      .sorted { ($0.valid.from, $0.number) < ($1.valid.from, $1.number) }
  }

  func linkHistory(of object: ObjectNumber) throws -> [Link] {
    try links(object).sorted { ($0.known.from, $0.number) < ($1.known.from, $1.number) }
  }

  func objects(_ kind: ObjectKind, after: ObjectNumber?, limit: Int) throws -> [ObjectRecord] {
    try connection.rows(
      "SELECT number, kind, mrid FROM object WHERE kind = ? AND number > ? ORDER BY number LIMIT ?",
      .integer(Int64(kind.index)), .integer(after?.value ?? 0), .integer(Int64(limit))
    ) { try record($0) }
  }

  private static let verbs: [Verb] = [.created, .changed, .closed, .deleted, .canceled, .executed]

  func changes(after: Int64, limit: Int) throws -> [ChangeRecord] {
    try connection.rows(
      "SELECT sequence, known, verb, object, other, at, body FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?",
      .integer(after), .integer(Int64(limit))
    ) { row in
      let verb = Int(row.integer(2))
      guard Self.verbs.indices.contains(verb) else { throw damaged }
      return ChangeRecord(
        sequence: row.integer(0), known: Timestamp(microseconds: row.integer(1)), verb: Self.verbs[verb],
        object: row.optional(3).map { ObjectNumber($0) }, other: row.optional(4).map { ObjectNumber($0) },
        at: Timestamp(microseconds: row.integer(5)), body: row.octets(6))
    }
  }

  func published() throws -> Int64 { try StoreSchema.number(connection, "SELECT published FROM state") }

  func reply(to request: String) throws -> [UInt8]? {
    try connection.rows("SELECT body FROM reply WHERE request = ?", .text(request)) { $0.octets(0) ?? [] }.first
  }

  // MARK: Writing

  func insertObject(_ kind: ObjectKind, mRID: String?) throws -> ObjectNumber {
    try connection.run(
      "INSERT INTO object (kind, hash, mrid) VALUES (?, ?, ?)", .integer(Int64(kind.index)),
      .integer(mRID.map { Self.hash(kind, mRID: $0) } ?? 0), mRID.map { .blob(Self.packed($0)) } ?? .null)
    let number = ObjectNumber(connection.lastInserted)
    records[number] = ObjectRecord(number: number, kind: kind, mRID: mRID)
    return number
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
    try connection.run(
      "INSERT INTO slice (object, valid_from, valid_to, known_from, content) VALUES (?, ?, ?, ?, ?)",
      .integer(object.value), .integer(valid.from.microseconds), Self.end(valid.to), .integer(time.microseconds),
      .blob(encoder.bytes))
    let number = connection.lastInserted
    guard let kind = try record(of: object)?.kind else { throw MasterDataError.storage("no object \(object.value)") }
    for term in IndexTerm.all(of: content) {
      try connection.run(
        "INSERT OR IGNORE INTO term VALUES (?, ?)", .integer(term.hash(kind)), .integer(number))
    }
  }

  func supersede(_ slice: Slice) throws {
    guard slice.known.from == time else {
      return try connection.run(
        "UPDATE slice SET known_to = ? WHERE number = ?", .integer(time.microseconds), .integer(slice.number))
    }
    // Nobody will ever have known it.
    guard let kind = try record(of: slice.object)?.kind else { return }
    for term in IndexTerm.all(of: slice.content) {
      try connection.run(
        "DELETE FROM term WHERE hash = ? AND slice = ?", .integer(term.hash(kind)), .integer(slice.number))
    }
    try connection.run("DELETE FROM slice WHERE number = ?", .integer(slice.number))
  }

  func insertLink(_ first: ObjectNumber, _ second: ObjectNumber, valid: Period) throws {
    try connection.run(
      "INSERT INTO link (first, second, valid_from, valid_to, known_from) VALUES (?, ?, ?, ?, ?)",
      .integer(first.value), .integer(second.value), .integer(valid.from.microseconds), Self.end(valid.to),
      .integer(time.microseconds))
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
    depth += 1
    defer { depth -= 1 }
    let words = connection.words.texts.count
    try connection.run("SAVEPOINT s\(depth)")
    do {
      let result = try body()
      try connection.run("RELEASE s\(depth)")
      return result
    } catch {
      connection.words.truncate(to: words)
      records = [:]
      try connection.run("ROLLBACK TO s\(depth)")
      try connection.run("RELEASE s\(depth)")
      throw error
    }
  }
}
