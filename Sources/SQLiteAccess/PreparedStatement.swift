// A prepared statement, with nothing between it and SQLite.
import GRDBSQLite

/// A statement of a hot path: its values are bound and read without being boxed; what fails is told in the terms of the
/// store it belongs to.
///
/// To be used by one thread at a time, and closed before its connection is.
package final class PreparedStatement<Failure: SQLiteError> {
  private let connection: OpaquePointer
  private var statement: OpaquePointer?

  /// - Parameter connection: the `sqlite3 *`, which has to outlive the statement.
  package init(_ connection: OpaquePointer, _ sql: String) throws(Failure) {
    self.connection = connection
    let code = sqlite3_prepare_v3(
      connection, sql, -1, UInt32(bitPattern: SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK else { throw Failure(of: connection, code) }
  }

  deinit { close() }

  package func close() {
    sqlite3_finalize(statement)
    statement = nil
  }

  // MARK: Values, numbered from 1

  package func bind(_ index: Int32, _ value: Int64?) {
    if let value { sqlite3_bind_int64(statement, index, value) } else { sqlite3_bind_null(statement, index) }
  }

  /// Binds a copy of the text.
  package func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(statement, index)
      return
    }
    text.withUTF8 { bind(index, text: $0, copied: true) }
  }

  /// Binds UTF-8; where it is not copied, the bytes have to stay until the statement has run.
  package func bind(_ index: Int32, text bytes: UnsafeBufferPointer<UInt8>, copied: Bool = false) {
    let copies = copied ? Self.copies : nil
    bytes.withMemoryRebound(to: CChar.self) {
      _ = sqlite3_bind_text64(statement, index, $0.baseAddress, UInt64($0.count), copies, UInt8(SQLITE_UTF8))
    }
  }

  /// Binds a blob; where it is not copied, the bytes have to stay until the statement has run. No bytes are an empty blob,
  /// not NULL.
  package func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer, copied: Bool = false) {
    guard bytes.count > 0 else {
      sqlite3_bind_zeroblob(statement, index, 0)
      return
    }
    sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), copied ? Self.copies : nil)
  }

  /// A destructor of -1 tells SQLite to copy.
  private static var copies: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  /// Binds bytes for as long as `work` runs, which runs the statement; nil is NULL.
  package func bind<Value>(_ index: Int32, _ bytes: [UInt8]?, for work: () throws -> Value) rethrows -> Value {
    guard let bytes else {
      sqlite3_bind_null(statement, index)
      return try work()
    }
    return try bytes.withUnsafeBytes { raw in
      bind(index, raw)
      return try work()
    }
  }

  // MARK: Running

  /// Moves on to the next row; behind the last one the statement is ready to be run again.
  ///
  /// - Returns: whether there is a row.
  package func step() throws(Failure) -> Bool {
    let code = sqlite3_step(statement)
    if code == SQLITE_ROW { return true }
    let failure = code == SQLITE_DONE ? nil : Failure(of: connection, code)
    sqlite3_reset(statement)
    if let failure { throw failure }
    return false
  }

  package func reset() { sqlite3_reset(statement) }

  /// Runs the statement and leaves it ready for the next time.
  package func run() throws(Failure) {
    if try step() { reset() }
  }

  /// Runs the statement.
  ///
  /// - Returns: the first column of its first row; nil where there is no row or the column is NULL.
  package func number() throws(Failure) -> Int64? {
    guard try step() else { return nil }
    defer { reset() }
    return isNull(0) ? nil : integer(0)
  }

  /// Rows that the last insert, update or delete of the connection has changed.
  package var changes: Int { Int(sqlite3_changes(connection)) }

  // MARK: Columns, numbered from 0; bytes are valid until the next step or reset

  package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  package func text(_ column: Int32) -> String? {
    isNull(column) ? nil : String(decoding: bytes(column), as: UTF8.self)
  }

  package func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(statement, column)
    return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
  }

  package func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
  }
}
