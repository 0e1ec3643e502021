// A prepared statement, with nothing between it and SQLite.
import GRDBSQLite

/// Values and columns of a statement: what has no failure of its own, and is the same machine code for all.
package class StatementValues {
  fileprivate let connection: OpaquePointer
  /// Lies outside of this object, where nobody checks at every look whether somebody else changes it.
  private let place = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)

  fileprivate final var statement: OpaquePointer? { place.pointee }

  fileprivate init(_ connection: OpaquePointer) {
    self.connection = connection
    place.initialize(to: nil)
  }

  deinit {
    close()
    place.deallocate()
  }

  /// - Returns: SQLite's code.
  fileprivate final func prepare(_ sql: String) -> Int32 {
    sqlite3_prepare_v3(connection, sql, -1, UInt32(bitPattern: SQLITE_PREPARE_PERSISTENT), place, nil)
  }

  package final func close() {
    sqlite3_finalize(statement)
    place.pointee = nil
  }

  // MARK: Values, numbered from 1

  package final func bind(_ index: Int32, _ value: Int64?) {
    if let value { sqlite3_bind_int64(statement, index, value) } else { sqlite3_bind_null(statement, index) }
  }

  /// Binds a copy of the text.
  package final func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(statement, index)
      return
    }
    text.withUTF8 { bind(index, text: $0, copied: true) }
  }

  /// Binds UTF-8; where it is not copied, the bytes have to stay until the statement has run.
  package final func bind(_ index: Int32, text bytes: UnsafeBufferPointer<UInt8>, copied: Bool = false) {
    let copies = copied ? Self.copies : nil
    bytes.withMemoryRebound(to: CChar.self) {
      _ = sqlite3_bind_text64(statement, index, $0.baseAddress, UInt64($0.count), copies, UInt8(SQLITE_UTF8))
    }
  }

  /// Binds a blob; where it is not copied, the bytes have to stay until the statement has run. No bytes are an empty blob,
  /// not NULL.
  package final func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer, copied: Bool = false) {
    guard bytes.count > 0 else {
      sqlite3_bind_zeroblob(statement, index, 0)
      return
    }
    sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), copied ? Self.copies : nil)
  }

  /// A destructor of -1 tells SQLite to copy.
  private static var copies: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  /// Binds bytes for as long as `work` runs, which runs the statement; nil is NULL.
  package final func bind<Value>(_ index: Int32, _ bytes: [UInt8]?, for work: () throws -> Value) rethrows -> Value {
    guard let bytes else {
      sqlite3_bind_null(statement, index)
      return try work()
    }
    return try bytes.withUnsafeBytes { raw in
      bind(index, raw)
      return try work()
    }
  }

  /// Rows that the last insert, update or delete of the connection has changed.
  package final var changes: Int { Int(sqlite3_changes(connection)) }

  package final func reset() { sqlite3_reset(statement) }

  // MARK: Columns, numbered from 0; bytes are valid until the next step or reset

  package final func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  package final func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  package final func text(_ column: Int32) -> String? {
    isNull(column) ? nil : String(decoding: bytes(column), as: UTF8.self)
  }

  package final func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(statement, column)
    return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
  }

  package final func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
  }
}

/// A statement of a hot path: its values are bound and read without being boxed; what fails is told in the terms of the
/// store it belongs to.
///
/// To be used by one thread at a time, and closed before its connection is.
package final class PreparedStatement<Failure: SQLiteError>: StatementValues {
  /// - Parameter connection: the `sqlite3 *`, which has to outlive the statement.
  package init(_ connection: OpaquePointer, _ sql: String) throws(Failure) {
    super.init(connection)
    let code = prepare(sql)
    guard code == SQLITE_OK else { throw Failure(of: connection, code) }
  }

  /// Moves on to the next row; behind the last one the statement is ready to be run again.
  ///
  /// - Returns: whether there is a row.
  package func step() throws(Failure) -> Bool {
    let code = sqlite3_step(statement)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE {
      reset()
      return false
    }
    throw failure(code)
  }

  // By itself, so that what needs the type of the failure costs those nothing that do not fail.
  @inline(never)
  private func failure(_ code: Int32) -> Failure {
    let failure = Failure(of: connection, code)
    reset()
    return failure
  }

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
}
