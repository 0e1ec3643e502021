// SQLite's errors in the store's terms.
import GRDBSQLite
import MeterStore
import SQLiteAccess

typealias SQLStatement = PreparedStatement<StoreError>

extension StoreError: SQLiteError {
  package init(sqlite code: Int32, _ text: String) {
    switch code {
    case SQLITE_FULL: self.init(.diskFull, "no room for the readings: \(text)")
    case SQLITE_BUSY, SQLITE_LOCKED:
      self.init(.busy, "another process writes into the store: try again when it is done")
    case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
      self.init(.notWritable, "the store of readings cannot be written: \(text)")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      self.init(.damaged, "the store of readings is damaged: \(text); restore it from a copy")
    default: self.init(.storage, "the store of readings failed: \(text)")
    }
  }
}
