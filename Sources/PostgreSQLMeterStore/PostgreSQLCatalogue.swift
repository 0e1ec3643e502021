// What the writer knows of meters, series and codes: nothing of them is asked one by one.
#if PostgreSQL
  import MeterStore

  /// Read when the first batch is written, and again where another process has written meanwhile.
  final class PostgreSQLCatalogue {
    /// By what a meter is called first; by all names once one was asked for that is none of those.
    private var names = MeterNames()
    private var hasAllNames = false
    private var series = SeriesNumbers()
    var types: [String: Int64] = [:]
    var qualities: [String: Int32] = [:]
    var lastMeter: Int64 = 0
    var lastInstants: Int64 = 0
    var lastIntervals: Int64 = PostgreSQLSchema.firstInterval
    /// Number of the last batch when this was true; nil: it has to be read.
    var batch: Int64?

    func load(_ connection: PostgreSQLConnection) throws(StoreError) {
      names.removeAll()
      series.removeAll()
      types.removeAll()
      qualities.removeAll()
      lastMeter = 0
      lastInstants = 0
      lastIntervals = PostgreSQLSchema.firstInterval
      let meters = try connection.run("SELECT number, state, coalesce(mrid, name, usage_point) FROM meter")
      add(meters)
      for row in 0..<meters.count { lastMeter = max(lastMeter, meters.integer(row, 0)) }
      hasAllNames = meters.count == 0
      let all = try connection.run("SELECT number, meter, type, is_interval FROM series")
      series.reserve(all.count)
      for row in 0..<all.count {
        add(all.integer(row, 1), all.integer(row, 2), isInterval: all.integer(row, 3) != 0, series: all.integer(row, 0))
      }
      let codes = try connection.run("SELECT number, code FROM reading_type")
      for row in 0..<codes.count { types[codes.text(row, 1) ?? ""] = codes.integer(row, 0) }
      let others = try connection.run("SELECT number, code FROM quality")
      for row in 0..<others.count {
        qualities[others.text(row, 1) ?? ""] = Int32(truncatingIfNeeded: others.integer(row, 0))
      }
    }

    /// Rows of number, state and name.
    private func add(_ meters: PostgreSQLRows) {
      names.reserve(meters.count)
      for row in 0..<meters.count {
        let known = KnownMeter(
          number: meters.integer(row, 0), state: MeterRecord.State(rawValue: Int(meters.integer(row, 1))) ?? .held)
        meters.bytes(row, 2).withMemoryRebound(to: UInt8.self) { names.set($0, hash: MeterKeyHash.hash($0), known) }
      }
    }

    /// The meter of a name.
    ///
    /// - Parameter connection: reads all names where this is none of those that are known already.
    func meter(
      _ name: UnsafeBufferPointer<UInt8>, _ connection: PostgreSQLConnection
    ) throws(StoreError) -> KnownMeter? {
      let hash = MeterKeyHash.hash(name)
      if let known = names.meter(name, hash: hash) { return known }
      if hasAllNames { return nil }
      hasAllNames = true
      // What is called first like this by several belongs to the one that has the key.
      add(try connection.run("SELECT meter, state, key FROM meter_key JOIN meter ON number = meter"))
      return names.meter(name, hash: hash)
    }

    func meter(_ name: String, _ connection: PostgreSQLConnection) throws -> KnownMeter? {
      if let known = names.meter(name) { return known }
      var name = name
      return try name.withUTF8 { try meter($0, connection) }
    }

    func add(_ name: String, _ meter: KnownMeter) { names.set(name, meter) }

    func series(_ meter: Int64, _ type: Int64, isInterval: Bool) -> Int64? {
      series.number(meter, type, isInterval: isInterval)
    }

    func add(_ meter: Int64, _ type: Int64, isInterval: Bool, series number: Int64) {
      series.set(meter, type, isInterval: isInterval, to: number)
      if isInterval { lastIntervals = max(lastIntervals, number) } else { lastInstants = max(lastInstants, number) }
    }
  }
#endif
