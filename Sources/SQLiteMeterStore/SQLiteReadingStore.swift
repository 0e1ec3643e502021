// The store of readings in one SQLite file.
public import LocalTime
public import CIMModel
import GRDB
import GRDBSQLite
public import MeterStore
import SQLiteAccess
import Synchronization

/// Readings in one SQLite file, in WAL mode with `synchronous=FULL`: what a commit has written survives the end of the
/// process and of power.
///
/// A batch that is written holds the file's one writer until its body returns; readers go on beside it.
public final class SQLiteReadingStore: ReadingStore {
  /// The store's name in the data folder.
  public static let fileName = "readings.sqlite"

  public let path: String
  public let days: LocalDays
  private let pool: DatabasePool
  private let now: @Sendable () -> Timestamp
  // Touched by the pool's one writer only, which is serial.
  private nonisolated(unsafe) let memory = MeterMemory()

  /// Opens the store in this file; makes it where it is absent.
  ///
  /// - Parameters:
  ///   - zone: the utility's; a store that is there has to have the same, nil takes the one it has, or UTC.
  ///   - now: the time at which batches are recorded.
  /// - Throws: `StoreError` with code `.notAStore`, `.newerSchema`, `.otherZone`, `.notWritable`, `.busy` or `.damaged`.
  public init(
    path: String, zone: ZoneRules? = nil, now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
  ) throws {
    self.path = path
    self.now = now
    do {
      var settings = Configuration()
      settings.label = "busbar.readings"
      settings.foreignKeysEnabled = false
      settings.busyMode = .timeout(5)
      settings.prepareDatabase { try ReadingRows.install(in: $0) }
      pool = try DatabasePool(path: path, configuration: settings)
      days = LocalDays(try Self.open(pool, path: path, zone: zone))
    } catch {
      throw StoreError(reading: error, path: path)
    }
  }

  public func close() throws {
    do { try pool.close() } catch { throw StoreError(reading: error, path: path) }
  }

  private static func open(_ pool: DatabasePool, path: String, zone: ZoneRules?) throws -> ZoneRules {
    let migrator = MeterSchema.migrator
    if try pool.read(migrator.hasBeenSuperseded) {
      throw StoreError(.newerSchema, "\(path) was written by a newer Busbar: this one cannot read it")
    }
    try pool.writeWithoutTransaction { db in
      let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard mark == MeterSchema.applicationID || mark == 0 && tables == 0 else {
        throw StoreError(.notAStore, "\(path) is no store of readings: name another file")
      }
      // GRDB opens its pools with NORMAL, which in WAL mode may lose the last commits when the power fails.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA cache_size = -65536")
      try db.execute(sql: "PRAGMA application_id = \(MeterSchema.applicationID)")
    }
    try migrator.migrate(pool)
    return try pool.write { db in
      let known = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'zone'")
      if let known {
        guard let zone else { return try Self.zone(known, path: path) }
        guard zone.name == known else {
          throw StoreError(.otherZone, "\(path) keeps the days of \(known), not of \(zone.name): name the same zone")
        }
        return zone
      }
      let zone = zone ?? .utc
      try db.execute(sql: "INSERT INTO setting (name, value) VALUES ('zone', ?)", arguments: [zone.name])
      return zone
    }
  }

  private static func zone(_ name: String, path: String) throws -> ZoneRules {
    guard let zone = ZoneRules.named(name) else {
      throw StoreError(
        .otherZone,
        "\(path) keeps the days of \(name), which this machine does not know: install its zone files (tzdata)")
    }
    return zone
  }

  // MARK: Batches

  public func write<Value>(_ batch: Batch, _ body: (any BatchWriter) throws -> Value) throws -> Value {
    do {
      return try pool.writeWithoutTransaction { db in
        guard let connection = db.sqliteConnection else { throw StoreError(.storage, "\(path) is closed") }
        try SQLStatement(connection, "BEGIN IMMEDIATE").run()
        do {
          // Another process may have added meters and series.
          let version = try SQLStatement(connection, "PRAGMA data_version")
          if try version.step() { memory.keep(ifVersion: version.integer(0)) }
          version.reset()
          let number = try begin(batch, connection)
          let writer = try SQLiteWriter(connection, batch: number, memory: memory)
          let value = try body(writer)
          try writer.drain()
          try SQLStatement(connection, "COMMIT").run()
          return value
        } catch {
          // Where the commit itself failed there may be nothing to roll back.
          if sqlite3_get_autocommit(connection) == 0 { try? SQLStatement(connection, "ROLLBACK").run() }
          memory.forget()
          throw error
        }
      }
    } catch {
      throw error is DatabaseError ? StoreError(reading: error, path: path) : error
    }
  }

  private func begin(_ batch: Batch, _ connection: OpaquePointer) throws -> Int64 {
    // The clock may be set back; what is known is never known earlier than what came before.
    let add = try SQLStatement(
      connection,
      """
      INSERT INTO batch (recorded, kind, source, author)
      VALUES (max(?1, coalesce((SELECT recorded FROM batch ORDER BY number DESC LIMIT 1), ?1)), ?2, ?3, ?4)
      """)
    add.bind(1, now().microseconds)
    add.bind(2, batch.kind)
    add.bind(3, batch.source)
    add.bind(4, batch.author)
    try add.run()
    return sqlite3_last_insert_rowid(connection)
  }

  public func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value {
    try readDatabase { db in
      guard let connection = db.sqliteConnection else { throw StoreError(.storage, "\(path) is closed") }
      return try body(SQLiteReader(connection))
    }
  }

  func readDatabase<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try pool.read(body)
    } catch {
      throw error is DatabaseError ? StoreError(reading: error, path: path) : error
    }
  }
}

extension StoreError {
  /// The error of the store that stands for this one.
  init(reading error: any Error, path: String) {
    if let error = error as? StoreError {
      self = error
      return
    }
    switch (error as? DatabaseError)?.resultCode {
    case .SQLITE_FULL?: self.init(.diskFull, "no room for \(path)", cause: error)
    case .SQLITE_NOTADB?: self.init(.notAStore, "\(path) is no store of readings: it is no SQLite file", cause: error)
    case .SQLITE_READONLY?, .SQLITE_CANTOPEN?, .SQLITE_PERM?:
      self.init(.notWritable, "\(path) cannot be read and written: mend its rights or name another file", cause: error)
    case .SQLITE_BUSY?, .SQLITE_LOCKED?: self.init(.busy, "another process writes into \(path)", cause: error)
    default: self.init(.storage, "\(path) failed: \(error)", cause: error)
    }
  }
}
