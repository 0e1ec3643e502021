// Questions in SQL.
import GRDB
import MeterStore

extension SQLiteReadingStore {
  /// The answer to a question in SQL, as texts.
  public struct Rows: Sendable, Hashable {
    public var columns: [String]
    /// Nil is NULL.
    public var rows: [[String?]]
  }

  /// Asks the store; the view `reading` offers readings as rows (docs/meter-data.md).
  ///
  /// - Parameters:
  ///   - sql: one SELECT; nothing can be written this way.
  ///   - limit: rows at most, 1,000,000 unless told.
  /// - Throws: `StoreError` with code `.storage` and what SQLite says.
  public func rows(sql: String, limit: Int = 1_000_000) throws -> Rows {
    try readDatabase { db in
      let statement = try db.makeStatement(sql: sql)
      let cursor = try Row.fetchCursor(statement)
      var rows: [[String?]] = []
      while rows.count < limit, let row = try cursor.next() {
        rows.append(row.databaseValues.map { $0.isNull ? nil : String.fromDatabaseValue($0) ?? Self.text($0) })
      }
      return Rows(columns: statement.columnNames, rows: rows)
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .int64(let number): String(number)
    case .double(let number): String(number)
    default: value.description
    }
  }
}
