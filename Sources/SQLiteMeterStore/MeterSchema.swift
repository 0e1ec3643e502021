// The tables of the store and their versions.
import GRDB
import MeterStore

/// The store's tables. A change is a further migration; one that has been released is never edited.
enum MeterSchema {
  /// "Bsbm": marks a SQLite file as a store of meter data.
  static let applicationID: Int32 = 0x4273_626D

  /// A block's key: days come one after another, so that a day's readings lie side by side and are written in order.
  static func place(_ series: Int64, _ day: Int32) -> Int64 { Int64(day) << 32 | series }
  /// Series of intervals have numbers above it, others below: of one day the registers, which a file of the day before
  /// brings, come first, so that a day's intervals are added behind all that is there.
  static let firstInterval = Int64(1) << 31

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      // Times are microseconds UTC. place = day << 32 | series; data are blocks, see docs/meter-data.md.
      // `before` holds what a batch's changes were before it. Meters are found by hashes of their names, which takes a
      // fifth of the room of the names; a name that a meter has not got of its own is an alias.
      try db.execute(
        sql: """
          CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE meter (
            number INTEGER PRIMARY KEY, mrid TEXT, name TEXT, usage_point TEXT, state INTEGER NOT NULL DEFAULT 0);
          CREATE TABLE meter_key (hash INTEGER, meter INTEGER, PRIMARY KEY (hash, meter)) WITHOUT ROWID;
          CREATE TABLE meter_alias (key TEXT PRIMARY KEY, meter INTEGER NOT NULL) WITHOUT ROWID;
          CREATE TABLE reading_type (number INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
          CREATE TABLE quality (number INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
          CREATE TABLE series (
            number INTEGER PRIMARY KEY, meter INTEGER NOT NULL, type INTEGER NOT NULL, is_interval INTEGER NOT NULL);
          CREATE UNIQUE INDEX series_by_meter ON series(meter, type, is_interval);
          CREATE TABLE batch (
            number INTEGER PRIMARY KEY, recorded INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL,
            author TEXT NOT NULL);
          CREATE TABLE block (place INTEGER PRIMARY KEY, data BLOB NOT NULL);
          CREATE TABLE before (
            place INTEGER NOT NULL, batch INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (place, batch)
          ) WITHOUT ROWID;
          CREATE TABLE explanation (
            series INTEGER NOT NULL, stamp INTEGER NOT NULL, batch INTEGER NOT NULL, rule TEXT NOT NULL,
            inputs TEXT NOT NULL, version TEXT NOT NULL);
          CREATE INDEX explanation_by_reading ON explanation(series, stamp);
          CREATE TABLE file (
            key TEXT PRIMARY KEY, name TEXT NOT NULL, state INTEGER NOT NULL, done INTEGER NOT NULL,
            readings INTEGER NOT NULL, batch INTEGER NOT NULL
          ) WITHOUT ROWID;
          CREATE TABLE refused (
            id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, meter TEXT NOT NULL, type TEXT NOT NULL, stamp INTEGER,
            value TEXT, reason TEXT NOT NULL, reply_code TEXT NOT NULL);
          """)
    }
    migrator.registerMigration("v2") { db in
      // What later batches say of a few readings of a day, see `BlockPatches`.
      try db.execute(sql: "CREATE TABLE patch (place INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    }
    return migrator
  }
}
