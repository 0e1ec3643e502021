// A connection to SQLite with its prepared statements. The library is used directly: these paths run millions of times.
import GRDBSQLite
import MasterData

/// One connection; used by one thread at a time.
final class Connection {
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  /// Words of the file by number, and back; see `ContentCoder`.
  var words = WordTable()

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
  func statement(_ sql: String) throws -> Statement {
    if let known = statements[sql] { return known }
    var pointer: OpaquePointer?
    guard sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil) == SQLITE_OK,
      let pointer
    else { throw error("read") }
    let statement = Statement(pointer, self)
    statements[sql] = statement
    return statement
  }

  /// Runs a statement that gives no rows.
  func run(_ sql: String, _ values: Statement.Value...) throws {
    let statement = try statement(sql)
    try statement.bind(values)
    while try statement.step() {}
  }

  /// All rows of a query. The rows are read before another statement runs, so queries may nest.
  func rows<Row>(_ sql: String, _ values: Statement.Value..., read: (Statement) throws -> Row) throws -> [Row] {
    let statement = try statement(sql)
    try statement.bind(values)
    defer { statement.reset() }
    var rows: [Row] = []
    while try statement.step() { rows.append(try read(statement)) }
    return rows
  }

  var lastInserted: Int64 { sqlite3_last_insert_rowid(handle) }
}

/// A prepared statement.
final class Statement {
  enum Value {
    case integer(Int64)
    case blob([UInt8])
    case text(String)
    case null
  }

  private let pointer: OpaquePointer
  private unowned let connection: Connection
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ pointer: OpaquePointer, _ connection: Connection) {
    self.pointer = pointer
    self.connection = connection
  }

  deinit { sqlite3_finalize(pointer) }

  func reset() { sqlite3_reset(pointer) }

  func bind(_ values: [Value]) throws {
    sqlite3_reset(pointer)
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch value {
        case .integer(let value): sqlite3_bind_int64(pointer, place, value)
        case .null: sqlite3_bind_null(pointer, place)
        case .blob(let bytes):
          bytes.withUnsafeBytes {
            sqlite3_bind_blob64(
              pointer, place, $0.baseAddress ?? UnsafeRawPointer(bitPattern: 1), UInt64($0.count), Self.transient)
          }
        case .text(let text):
          sqlite3_bind_text(pointer, place, text, -1, Self.transient)
        }
      guard code == SQLITE_OK else { throw connection.error("written") }
    }
  }

  /// - Returns: whether there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(pointer)
      return false
    default:
      let error = connection.error("read or written")
      sqlite3_reset(pointer)
      throw error
    }
  }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }
  func optional(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func blob(_ column: Int32) -> [UInt8]? {
    guard !isNull(column) else { return nil }
    return Array(
      UnsafeRawBufferPointer(
        start: sqlite3_column_blob(pointer, column), count: Int(sqlite3_column_bytes(pointer, column))))
  }

  /// Reads a blob where it lies.
  func withBlob<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(
      UnsafeRawBufferPointer(
        start: sqlite3_column_blob(pointer, column), count: Int(sqlite3_column_bytes(pointer, column))))
  }

  func text(_ column: Int32) -> String { sqlite3_column_text(pointer, column).map { String(cString: $0) } ?? "" }
}
