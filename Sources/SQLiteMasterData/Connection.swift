// A connection to SQLite with its prepared statements. The library is used directly: these paths run millions of times.
import GRDBSQLite
import MasterData
import SQLiteAccess

/// One connection; used by one thread at a time.
final class Connection {
  private let handle: OpaquePointer
  /// By the address of their text, which is a literal: quicker than by the text.
  private var statements: [UnsafePointer<UInt8>: Statement] = [:]
  /// Words of the file by number, and back; see `ContentCoder`.
  var words = WordTable()
  private var terms: SortedLevels<MasterDataError>?

  init(path: String, isReadOnly: Bool) throws {
    var pointer: OpaquePointer?
    let flags =
      (isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &pointer, flags, nil)
    guard code == SQLITE_OK, let pointer else {
      let reason = pointer.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(pointer)
      throw MasterDataError(.notAStore, replyCode: "5.3", "\(path) cannot be opened: \(reason)")
    }
    handle = pointer
    sqlite3_busy_timeout(handle, 5_000)
  }

  deinit {
    statements = [:]
    terms?.close()
    sqlite3_close_v2(handle)
  }

  func error(_ doing: String) -> MasterDataError {
    .storage("the master data cannot be \(doing): \(String(cString: sqlite3_errmsg(handle)))")
  }

  /// Runs statements without values.
  func execute(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error("written") }
  }

  /// A statement, compiled once. It is reset when its values are bound.
  func statement(_ sql: StaticString) throws -> Statement {
    if let known = statements[sql.utf8Start] { return known }
    let statement = try Statement(handle, sql.description)
    statements[sql.utf8Start] = statement
    return statement
  }

  /// Runs a statement that gives no rows. Its values come one by one, not as an array: these calls are the hot ones.
  func run(
    _ sql: StaticString, _ a: SQLValue = .absent, _ b: SQLValue = .absent, _ c: SQLValue = .absent,
    _ d: SQLValue = .absent, _ e: SQLValue = .absent, _ f: SQLValue = .absent, _ g: SQLValue = .absent
  ) throws {
    let statement = try statement(sql)
    statement.bind(a, b, c, d, e, f, g)
    while try statement.step() {}
  }

  /// All rows of a query. The rows are read before another statement runs, so queries may nest.
  func rows<Row>(
    _ sql: StaticString, _ a: SQLValue = .absent, _ b: SQLValue = .absent, _ c: SQLValue = .absent,
    _ d: SQLValue = .absent, read: (Statement) throws -> Row
  ) throws -> [Row] {
    let statement = try statement(sql)
    statement.bind(a, b, c, d, .absent, .absent, .absent)
    var rows: [Row] = []
    do {
      while try statement.step() { rows.append(try read(statement)) }
    } catch {
      statement.reset()
      throw error
    }
    return rows
  }

  /// Reads the words that others have added.
  func loadWords() throws {
    let known = words.texts.count
    for text in try rows(
      "SELECT text FROM word WHERE number >= ? ORDER BY number", .integer(Int64(known)), read: { $0.text(0) ?? "" })
    { words.append(text) }
  }

  /// Ends a transaction that has put so many terms into `fresh_term`.
  func settleTerms(added: Int, limits: LevelLimits) throws {
    let terms = terms ?? SortedLevels(handle, TermLevels.tables, limits: limits)
    self.terms = terms
    try terms.settle(added: added)
  }

  /// SQLite ends a transaction by itself where it cannot go on, as when the disk is full.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Rows that the last statement has inserted, updated or deleted.
  var changes: Int { Int(sqlite3_changes(handle)) }

  var lastInserted: Int64 { sqlite3_last_insert_rowid(handle) }
}

typealias Statement = PreparedStatement<MasterDataError>

extension MasterDataError: SQLiteError {
  package init(sqlite code: Int32, _ text: String) {
    self.init(.storage, replyCode: "5.3", "the master data cannot be read or written: \(text)")
  }
}

/// A value of a statement.
enum SQLValue {
  case integer(Int64)
  case blob([UInt8])
  case text(String)
  case null
  /// The statement has no such value.
  case absent
}

extension PreparedStatement<MasterDataError> {
  /// Binds values up to the first that is absent.
  func bind(
    _ a: SQLValue, _ b: SQLValue, _ c: SQLValue, _ d: SQLValue, _ e: SQLValue, _ f: SQLValue, _ g: SQLValue
  ) {
    _ = bind(1, a) && bind(2, b) && bind(3, c) && bind(4, d) && bind(5, e) && bind(6, f) && bind(7, g)
  }

  private func bind(_ place: Int32, _ value: SQLValue) -> Bool {
    switch value {
    case .absent: return false
    case .integer(let value): bind(place, value)
    case .null: bind(place, nil as Int64?)
    case .blob(let bytes): bytes.withUnsafeBytes { bind(place, $0, copied: true) }
    case .text(let text): bind(place, text)
    }
    return true
  }

  func optional(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func octets(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : Array(blob(column)) }
}
