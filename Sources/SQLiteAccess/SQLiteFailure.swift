// Why SQLite did not do what it was told.
import GRDBSQLite

/// An error of SQLite.
public struct SQLiteFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The primary result code, e.g. SQLITE_FULL.
  public var code: Int32
  /// SQLite's own words.
  public var message: String

  public init(_ connection: OpaquePointer?, _ code: Int32) {
    self.code = code & 0xFF
    message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "out of memory"
  }

  public var description: String { "SQLite error \(code): \(message)" }
}
