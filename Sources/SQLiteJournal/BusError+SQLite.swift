// SQLite's errors in the bus's terms.
import GRDB
import MessageBus
import SQLiteAccess

extension BusError {
  /// The error of the bus that stands for this error of the database.
  init(reading error: any Error, path: String) {
    if let error = error as? BusError {
      self = error
      return
    }
    guard
      let code = (error as? DatabaseError)?.resultCode
        ?? (error as? SQLiteFailure).map({ ResultCode(rawValue: $0.code) })
    else {
      self.init(.storage, "\(path) failed", cause: error)
      return
    }
    switch code {
    case .SQLITE_FULL: self.init(.diskFull, "no room for the journal \(path)", cause: error)
    case .SQLITE_NOTADB: self.init(.notAJournal, "\(path) is no journal of Busbar", cause: error)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      self.init(.notWritable, "\(path) cannot be written", cause: error)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.locked, "another program has \(path) open", cause: error)
    default: self.init(.storage, "\(path) failed", cause: error)
    }
  }
}
