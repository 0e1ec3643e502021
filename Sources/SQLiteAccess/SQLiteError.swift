// Why SQLite did not do what it was told.
import GRDBSQLite

/// An error that can be made of one of SQLite's.
package protocol SQLiteError: Error {
  /// - Parameters:
  ///   - code: the primary result code, e.g. SQLITE_FULL.
  ///   - message: SQLite's own words.
  init(sqlite code: Int32, _ message: String)
}

extension SQLiteError {
  /// The error of the last call on a connection.
  package init(of connection: OpaquePointer?, _ code: Int32) {
    self.init(sqlite: code & 0xFF, sqlite3_errmsg(connection).map { String(cString: $0) } ?? "out of memory")
  }
}

/// SQLite's error as it is.
package struct SQLiteFailure: SQLiteError, Hashable, CustomStringConvertible {
  /// The primary result code, e.g. SQLITE_FULL.
  package var code: Int32
  /// SQLite's own words.
  package var message: String

  package init(sqlite code: Int32, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { "SQLite error \(code): \(message)" }
}
