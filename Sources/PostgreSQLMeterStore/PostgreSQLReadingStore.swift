// The store of readings in PostgreSQL.
#if PostgreSQL
  public import CIMModel
  public import LocalTime
  public import MeterStore
  import Synchronization

  /// Readings in a schema of a PostgreSQL database, 14 or later.
  ///
  /// One batch is written at a time, by whatever process: a lock of the database sees to it. Readers go on beside it, each
  /// on a connection of its own, at most four at once. The catalogue of meters is kept in memory by whoever writes, some
  /// hundred bytes for every name of a meter.
  public final class PostgreSQLReadingStore: ReadingStore {
    public let days: LocalDays
    private let address: String
    private let schema: String
    private let now: @Sendable () -> Timestamp
    private let writing: Mutex<Writing>
    private let idle = Mutex<[Handed]>([])

    /// Waits for others who write. The lock is the connection's: a batch keeps it over all of its commits.
    private static let begin = "SELECT pg_advisory_lock(hashtext('busbar ' || current_schema())); BEGIN"
    private static let unlock = "SELECT pg_advisory_unlock_all()"

    // In use by one thread at a time: whoever holds the mutex, or has taken it out of the list.
    private struct Handed: @unchecked Sendable { var connection: PostgreSQLConnection }

    private struct Writing: @unchecked Sendable {
      var connection: PostgreSQLConnection
      var catalogue = PostgreSQLCatalogue()
    }

    /// - Parameters:
    ///   - address: a connection string or URI of libpq: "host=/run/postgresql dbname=meters".
    ///   - schema: where the tables are; made where it is absent. Letters, digits and underscores.
    ///   - zone: the utility's; a store that is there has to have the same, nil takes the one it has, or UTC.
    /// - Throws: `StoreError` with code `.notWritable`, `.newerSchema`, `.otherZone`, `.notAStore` or `.storage`.
    public init(
      address: String, schema: String = "busbar_readings", zone: ZoneRules? = nil,
      now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) throws {
      guard !schema.isEmpty, schema.utf8.count < 60,
        schema.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
      else {
        throw StoreError(.notAStore, "'\(schema)' is no name of a schema: take small letters, digits, underscores")
      }
      self.address = address
      self.schema = schema
      self.now = now
      let connection = try PostgreSQLConnection(address)
      try connection.execute("CREATE SCHEMA IF NOT EXISTS \(schema); SET search_path TO \(schema), pg_temp")
      try connection.execute(Self.begin)
      days = LocalDays(try Self.open(connection, schema, zone))
      try connection.execute("COMMIT; " + Self.unlock)
      writing = Mutex(Writing(connection: connection))
    }

    private static func open(
      _ connection: PostgreSQLConnection, _ schema: String, _ zone: ZoneRules?
    ) throws -> ZoneRules {
      // Tables are made once: statements that make them wait for those who read, even where nothing is to be made.
      if try connection.run("SELECT to_regclass('setting')").isNull(0, 0) {
        try connection.execute(PostgreSQLSchema.tables)
      }
      let version = try number("version", in: connection)
      guard version <= PostgreSQLSchema.version else {
        throw StoreError(.newerSchema, "the schema was written by a newer Busbar: this one cannot read it")
      }
      if version < PostgreSQLSchema.version {
        try connection.execute(PostgreSQLSchema.patches)
        try set("version", PostgreSQLSchema.version, in: connection)
      }
      if try number("view", in: connection) < PostgreSQLView.version {
        try connection.execute(PostgreSQLView.sql(schema))
        try set("view", PostgreSQLView.version, in: connection)
      }
      let known = try connection.run("SELECT value FROM setting WHERE name = 'zone'")
      guard known.count > 0, let name = known.text(0, 0) else {
        let zone = zone ?? .utc
        try connection.run("INSERT INTO setting VALUES ('zone', $1)", .text(zone.name))
        return zone
      }
      guard let rules = zone ?? ZoneRules.named(name) else {
        throw StoreError(.otherZone, "the store keeps the days of \(name), which this machine does not know")
      }
      guard rules.name == name else {
        throw StoreError(.otherZone, "the store keeps the days of \(name), not of \(rules.name): name the same zone")
      }
      return rules
    }

    /// The number that a setting is; 0 where there is none.
    private static func number(_ setting: String, in connection: PostgreSQLConnection) throws -> Int64 {
      let rows = try connection.run("SELECT value FROM setting WHERE name = $1", .text(setting))
      return rows.count > 0 ? Int64(rows.text(0, 0) ?? "") ?? .max : 0
    }

    private static func set(_ setting: String, _ number: Int64, in connection: PostgreSQLConnection) throws {
      try connection.run(
        "INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value", .text(setting),
        .text(String(number)))
    }

    public func write<Value>(_ batch: Batch, _ body: (any BatchWriter) throws -> Value) throws -> Value {
      // Results cross no thread: the body runs on the caller's.
      nonisolated(unsafe) var result: Result<Value, any Error>?
      nonisolated(unsafe) let body = body
      writing.withLock { writing in
        result = Result { try write(batch, &writing, body) }
        // What was added and not committed is not there.
        if case .failure = result { writing.catalogue.batch = nil }
      }
      guard let result else { throw StoreError(.storage, "the batch was not written") }
      return try result.get()
    }

    private func write<Value>(
      _ batch: Batch, _ writing: inout Writing, _ body: (any BatchWriter) throws -> Value
    ) throws -> Value {
      do { try begin(&writing) } catch {
        try? writing.connection.execute("ROLLBACK; " + Self.unlock)
        throw error
      }
      let (connection, catalogue) = (writing.connection, writing.catalogue)
      do {
        let last = try connection.run("SELECT number, recorded FROM batch ORDER BY number DESC LIMIT 1")
        let number = last.count > 0 ? last.integer(0, 0) + 1 : 1
        // Whoever else has written has begun a batch.
        if catalogue.batch == nil || catalogue.batch != number - 1 { try catalogue.load(connection) }
        // The clock may be set back; what is known is never known earlier than what came before.
        let recorded = max(now().microseconds, last.count > 0 ? last.integer(0, 1) : .min)
        try connection.run(
          "INSERT INTO batch VALUES ($1::bigint, $2::bigint, $3, $4, $5)", .integer(number), .integer(recorded),
          .text(batch.kind), .text(batch.source), .text(batch.author))
        let writer = try PostgreSQLWriter(connection, batch: number, catalogue: catalogue)
        let value = try body(writer)
        try writer.drain()
        try connection.execute("COMMIT; " + Self.unlock)
        catalogue.batch = number
        return value
      } catch {
        // Where the connection is gone there is nothing to roll back.
        try? connection.finishCopy()
        try? connection.execute("ROLLBACK; " + Self.unlock)
        throw error
      }
    }

    /// Begins a transaction, on a new connection where the one there is turns out to be gone: a server that was started
    /// anew has closed it.
    private func begin(_ writing: inout Writing) throws {
      if !writing.connection.isLost {
        do { return try writing.connection.execute(Self.begin) } catch {
          guard writing.connection.isLost else { throw error }
        }
      }
      writing.connection = try open()
      // Whether the last commit got through is not known.
      writing.catalogue.batch = nil
      try writing.connection.execute(Self.begin)
    }

    public func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value {
      let handed = try beginReading()
      let connection = handed.connection
      defer { if !connection.isLost { idle.withLock { if $0.count < 4 { $0.append(handed) } } } }
      do {
        let value = try body(PostgreSQLReader(connection))
        try connection.execute("COMMIT")
        return value
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }

    /// A connection that has begun to read: one that lay idle, or a new one where those are gone.
    private func beginReading() throws -> Handed {
      let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
      while let handed = idle.withLock({ $0.popLast() }) {
        do {
          try handed.connection.execute(begin)
          return handed
        } catch {
          guard handed.connection.isLost else { throw error }
        }
      }
      let handed = Handed(connection: try open())
      try handed.connection.execute(begin)
      return handed
    }

    private func open() throws -> PostgreSQLConnection {
      let connection = try PostgreSQLConnection(address)
      try connection.execute("SET search_path TO \(schema), pg_temp")
      return connection
    }
  }
#endif
