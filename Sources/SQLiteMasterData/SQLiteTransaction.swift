// The rows of a master data file, read.
import CIMModel
import IECMessage
import MasterData
import SQLiteAccess

/// A transaction, or a reading, on one connection.
final class SQLiteTransaction: MasterDataTransaction {
  let connection: Connection
  let time: Timestamp
  /// Terms that were added; see `SortedLevels`.
  var addedTerms = 0
  var recent = RecentRows()

  init(_ connection: Connection, time: Timestamp) {
    self.connection = connection
    self.time = time
  }

  // MARK: Rows

  /// The rows of an object's slices, or of the links it is the first end of.
  static func rows(of object: ObjectNumber) -> (first: Int64, last: Int64) {
    let first = object.value << StoreSchema.rowBits
    return (first, first | (1 << StoreSchema.rowBits - 1))
  }

  private static func owner(ofRow number: Int64) -> ObjectNumber { ObjectNumber(number >> StoreSchema.rowBits) }

  /// number, valid_from, valid_to, known_from, known_to, content
  private func slice(_ row: Statement) throws -> Slice {
    var decoder = ContentDecoder(row.blob(5), connection.words)
    guard let content = decoder.element() else { throw damaged }
    var parts: [Element] = []
    while !decoder.atEnd {
      guard let part = decoder.element() else { throw damaged }
      parts.append(part)
    }
    let number = row.integer(0)
    return Slice(
      number: number, object: Self.owner(ofRow: number), valid: period(row, 1), known: period(row, 3),
      content: content, parts: parts)
  }

  var damaged: MasterDataError { .storage("the master data file is damaged: a content cannot be read") }

  private func period(_ row: Statement, _ column: Int32) -> Period {
    Period(
      Timestamp(microseconds: row.integer(column)),
      to: row.optional(column + 1).map { Timestamp(microseconds: $0) } ?? .endless)
  }

  private func link(_ row: Statement) -> Link {
    Link(
      number: row.integer(0), first: Self.owner(ofRow: row.integer(0)), second: ObjectNumber(row.integer(1)),
      valid: period(row, 2), known: period(row, 4))
  }

  private func record(_ row: Statement) throws -> ObjectRecord {
    guard let kind = ObjectKind(index: Int(row.integer(1))) else { throw damaged }
    let mRID = row.octets(2).map { bytes in
      bytes.count == 16
        ? bytes.withUnsafeBytes { UUIDBytes.text($0) } : String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
    }
    return ObjectRecord(number: ObjectNumber(row.integer(0)), kind: kind, mRID: mRID)
  }

  static func packed(_ mRID: String) -> [UInt8] {
    // Texts have a zero in front, and another one where they would come to the sixteen bytes of a UUID.
    UUIDBytes.packed(mRID) ?? (mRID.utf8.count == 15 ? [0, 0] : [0]) + Array(mRID.utf8)
  }

  static func end(_ time: Timestamp) -> SQLValue {
    time == .endless ? .null : .integer(time.microseconds)
  }

  // MARK: Reading

  func record(of object: ObjectNumber) throws -> ObjectRecord? {
    let entry = recent.entry(of: object)
    if let known = entry.record { return known }
    let found = try connection.rows("SELECT number, kind, mrid FROM object WHERE number = ?", .integer(object.value)) {
      try record($0)
    }.first
    entry.record = found
    return found
  }

  func object(_ kind: ObjectKind, mRID: String) throws -> ObjectNumber? {
    let name = RecentRows.Name(kind: kind, mRID: mRID)
    if let known = recent[name] { return known }
    let found = try objects(IndexTerm.mRID(mRID), kind).first {
      let record = try record(of: $0)
      return record?.kind == kind && record?.mRID == mRID
    }
    recent[name] = found
    return found
  }

  func slices(_ kind: ObjectKind, by term: IndexTerm, known: Timestamp?) throws -> [Slice] {
    // Different terms, of different kinds even, may share a number; and an object may have had the term at another time.
    return try objects(term, kind).filter { try record(of: $0)?.kind == kind }.flatMap { object in
      try slices(of: object, known: known).filter { IndexTerm.all(of: $0.content).contains(term) }
    }
  }

  /// Objects that a term may lead to, each once, in order.
  private func objects(_ term: IndexTerm, _ kind: ObjectKind) throws -> [ObjectNumber] {
    // A term that is being settled, or was said again, is there twice.
    let found = try connection.rows("SELECT object FROM any_term WHERE hash = ?", .integer(term.hash(kind))) {
      ObjectNumber($0.integer(0))
    }
    return found.count > 1 ? Set(found).sorted() : found
  }

  func slices(of object: ObjectNumber, known: Timestamp?) throws -> [Slice] {
    let rows = Self.rows(of: object)
    guard let known else {
      return try connection.rows(
        """
        SELECT number, valid_from, valid_to, known_from, known_to, content FROM slice
        WHERE number BETWEEN ? AND ? AND known_to IS NULL ORDER BY valid_from
        """, .integer(rows.first), .integer(rows.last)
      ) { try slice($0) }
    }
    return try connection.rows(
      """
      SELECT number, valid_from, valid_to, known_from, known_to, content FROM slice
      WHERE number BETWEEN ? AND ? AND known_from <= ? AND (known_to IS NULL OR known_to > ?) ORDER BY valid_from
      """, .integer(rows.first), .integer(rows.last), .integer(known.microseconds), .integer(known.microseconds)
    ) { try slice($0) }
  }

  func validity(of object: ObjectNumber) throws -> [Period] {
    let entry = recent.entry(of: object)
    if let known = entry.periods { return known }
    let rows = Self.rows(of: object)
    let found = try connection.rows(
      "SELECT valid_from, valid_to FROM slice WHERE number BETWEEN ? AND ? AND known_to IS NULL ORDER BY valid_from",
      .integer(rows.first), .integer(rows.last)
    ) { period($0, 0) }
    entry.periods = found
    return found
  }

  func history(of object: ObjectNumber) throws -> [Slice] {
    let rows = Self.rows(of: object)
    return try connection.rows(
      """
      SELECT number, valid_from, valid_to, known_from, known_to, content FROM slice
      WHERE number BETWEEN ? AND ? ORDER BY known_from, number
      """, .integer(rows.first), .integer(rows.last)
    ) { try slice($0) }
  }

  private func links(_ object: ObjectNumber) throws -> [Link] {
    if recent.entry(of: object).hasNoLinks { return [] }
    let rows = Self.rows(of: object)
    // Two queries: the rows of the first end, and the index of the second.
    return try connection.rows(
      """
      SELECT number, second, valid_from, valid_to, known_from, known_to FROM link WHERE number BETWEEN ? AND ?
      """, .integer(rows.first), .integer(rows.last)
    ) { link($0) }
      + connection.rows(
        "SELECT number, second, valid_from, valid_to, known_from, known_to FROM link WHERE second = ?",
        .integer(object.value)
      ) { link($0) }
  }

  private static func ordered(_ a: Link, _ b: Link) -> Bool {
    (a.valid.from, a.number) < (b.valid.from, b.number)
  }

  func links(of object: ObjectNumber, known: Timestamp?) throws -> [Link] {
    try links(object).filter { known.map($0.known.contains) ?? $0.known.isOpen }.sorted(by: Self.ordered)
  }

  func links(_ first: ObjectNumber, _ second: ObjectNumber) throws -> [Link] {
    if recent.entry(of: first).hasNoLinks || recent.entry(of: second).hasNoLinks { return [] }
    let rows = Self.rows(of: first)
    return try connection.rows(
      """
      SELECT number, second, valid_from, valid_to, known_from, known_to FROM link INDEXED BY link_by_second
      WHERE second = ? AND number BETWEEN ? AND ? AND known_to IS NULL
      """, .integer(second.value), .integer(rows.first), .integer(rows.last)
    ) { link($0) }.sorted(by: Self.ordered)
  }

  func links(after: Int64, limit: Int) throws -> [Link] {
    try connection.rows(
      """
      SELECT number, second, valid_from, valid_to, known_from, known_to FROM link WHERE number > ?
      ORDER BY number LIMIT ?
      """, .integer(after), .integer(Int64(limit))
    ) { link($0) }
  }

  func links(of object: ObjectNumber, after: Int64, limit: Int) throws -> [Link] {
    let rows = Self.rows(of: object)
    let asFirst = try connection.rows(
      """
      SELECT number, second, valid_from, valid_to, known_from, known_to FROM link
      WHERE number > ? AND number <= ? ORDER BY number LIMIT ?
      """, .integer(max(after, rows.first - 1)), .integer(rows.last), .integer(Int64(limit))
    ) { link($0) }
    let asSecond = try connection.rows(
      """
      SELECT number, second, valid_from, valid_to, known_from, known_to FROM link INDEXED BY link_by_second
      WHERE second = ? AND number > ? ORDER BY number LIMIT ?
      """, .integer(object.value), .integer(after), .integer(Int64(limit))
    ) { link($0) }
    return Array((asFirst + asSecond).sorted { $0.number < $1.number }.prefix(limit))
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

  static let verbs: [Verb] = [.created, .changed, .closed, .deleted, .canceled, .executed]

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
}
