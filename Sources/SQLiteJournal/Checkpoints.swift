// When the log is copied into the database, and what happens when that fails.
import Foundation
import GRDB
import GRDBSQLite

/// Copies the log into the database whenever it has 4,000 pages (64 MB; 16 MB in a file of pages of 4 KB), in place of
/// SQLite's own checkpoints, which keep their errors to themselves.
///
/// When a sync fails the kernel drops what it could not write and reports that once. Pages that an earlier checkpoint had
/// copied and not synced, because a reader was in its way, are among them; SQLite counts them as copied. The next
/// checkpoint would succeed without them and start the log anew, and closing the database does the same: acknowledged
/// messages would be lost. The log holds them all, and a process that starts afresh copies all of it. So this one ends.
enum Checkpoints {
  /// Pages of the log over which it is copied.
  static let pages: Int32 = 4_000
  /// EX_IOERR of sysexits.h: what a supervisor sees.
  static let exitCode: Int32 = 74

  /// Watches a connection that writes.
  static func watch(_ db: Database) {
    _ = sqlite3_wal_hook(
      db.sqliteConnection,
      { _, connection, name, pages in
        guard pages >= Checkpoints.pages else { return SQLITE_OK }
        let result = sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        // No room is no harm: nothing counts as copied then. Readers in the way only put it off.
        if result & 0xFF == SQLITE_IOERR { Checkpoints.end(result) }
        return SQLITE_OK
      }, nil)
  }

  private static func end(_ result: Int32) {
    let text =
      "busbar: the disk failed while the journal was being written (SQLite error \(result)); the process ends, so that "
      + "nothing is lost: see that the disk is sound and start again\n"
    // Not `exit`: no handler may close the database.
    FileHandle.standardError.write(Data(text.utf8))
    _exit(exitCode)
  }
}
