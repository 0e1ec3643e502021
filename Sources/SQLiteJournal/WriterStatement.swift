// A prepared statement of the connection that writes, with nothing in between.
import GRDB
import GRDBSQLite

/// A statement that is run for every message: its values are bound without being boxed first.
///
/// To be used by one thread at a time; it must be closed before its connection is.
final class WriterStatement {
  private let connection: SQLiteConnection
  private var statement: SQLiteStatement?
  private let sql: String

  /// - Throws: `DatabaseError`.
  init(_ db: Database, _ sql: String) throws {
    guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
    self.connection = connection
    self.sql = sql
    let result = sqlite3_prepare_v3(
      connection, sql, -1, UInt32(bitPattern: SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard result == SQLITE_OK else { throw failure(result) }
  }

  func close() {
    sqlite3_finalize(statement)
    statement = nil
  }

  deinit { close() }

  // MARK: Values, numbered from 1

  func bind(_ index: Int32, _ value: Int64?) {
    if let value { sqlite3_bind_int64(statement, index, value) } else { sqlite3_bind_null(statement, index) }
  }

  func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(statement, index)
      return
    }
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        _ = sqlite3_bind_text(
          statement, index, characters.baseAddress, Int32(clamping: characters.count), Self.transient)
      }
    }
  }

  /// Binds bytes for as long as `work` runs, which must step the statement.
  func bind<Value>(_ index: Int32, _ bytes: [UInt8]?, for work: () throws -> Value) throws -> Value {
    guard let bytes else {
      sqlite3_bind_null(statement, index)
      return try work()
    }
    return try bytes.withUnsafeBytes { raw in
      // No bytes are no NULL.
      let result =
        raw.isEmpty
        ? sqlite3_bind_zeroblob(statement, index, 0)
        : sqlite3_bind_blob64(statement, index, raw.baseAddress, UInt64(raw.count), nil)
      guard result == SQLITE_OK else { throw failure(result) }
      return try work()
    }
  }

  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  // MARK: Running

  /// Runs the statement and leaves it ready for the next time.
  ///
  /// - Throws: `DatabaseError`.
  func run() throws { _ = try number() }

  /// Runs the statement.
  ///
  /// - Returns: the first column of its first row; nil where there is no row or the column is NULL.
  /// - Throws: `DatabaseError`.
  func number() throws -> Int64? {
    let result = sqlite3_step(statement)
    var found: Int64?
    if result == SQLITE_ROW, sqlite3_column_type(statement, 0) != SQLITE_NULL {
      found = sqlite3_column_int64(statement, 0)
    }
    let error = result == SQLITE_ROW || result == SQLITE_DONE ? nil : failure(result)
    sqlite3_reset(statement)
    if let error { throw error }
    return found
  }

  private func failure(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)), sql: sql)
  }
}
