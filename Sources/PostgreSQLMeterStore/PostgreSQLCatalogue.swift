// What the writer knows of meters, series and codes: the whole of it, so that nothing is asked one by one.
#if PostgreSQL
  import MeterStore

  /// Read when the first batch is written, and again where another process has written meanwhile.
  final class PostgreSQLCatalogue {
    struct SeriesKey: Hashable {
      var meter: Int64
      var type: Int64
      var isInterval: Bool
    }

    var meters: [String: KnownMeter] = [:]
    var series: [SeriesKey: Int64] = [:]
    var types: [String: Int64] = [:]
    var qualities: [String: Int32] = [:]
    var lastMeter: Int64 = 0
    var lastInstants: Int64 = 0
    var lastIntervals: Int64 = PostgreSQLSchema.firstInterval
    /// Number of the last batch when this was true; nil: it has to be read.
    var batch: Int64?

    func load(_ connection: PostgreSQLConnection) throws(StoreError) {
      meters.removeAll()
      series.removeAll()
      types.removeAll()
      qualities.removeAll()
      lastMeter = 0
      lastInstants = 0
      lastIntervals = PostgreSQLSchema.firstInterval
      let keys = try connection.run("SELECT key, meter, state FROM meter_key JOIN meter ON number = meter")
      meters.reserveCapacity(keys.count)
      for row in 0..<keys.count {
        let known = KnownMeter(
          number: keys.integer(row, 1), state: MeterRecord.State(rawValue: Int(keys.integer(row, 2))) ?? .held)
        meters[keys.text(row, 0) ?? ""] = known
        lastMeter = max(lastMeter, known.number)
      }
      let all = try connection.run("SELECT number, meter, type, is_interval FROM series")
      series.reserveCapacity(all.count)
      for row in 0..<all.count {
        let key = SeriesKey(
          meter: all.integer(row, 1), type: all.integer(row, 2), isInterval: all.integer(row, 3) != 0)
        add(key, all.integer(row, 0))
      }
      let codes = try connection.run("SELECT number, code FROM reading_type")
      for row in 0..<codes.count { types[codes.text(row, 1) ?? ""] = codes.integer(row, 0) }
      let others = try connection.run("SELECT number, code FROM quality")
      for row in 0..<others.count {
        qualities[others.text(row, 1) ?? ""] = Int32(truncatingIfNeeded: others.integer(row, 0))
      }
    }

    func add(_ key: SeriesKey, _ number: Int64) {
      series[key] = number
      if key.isInterval { lastIntervals = max(lastIntervals, number) } else { lastInstants = max(lastInstants, number) }
    }
  }
#endif
