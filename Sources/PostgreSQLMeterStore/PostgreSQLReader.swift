// Reads from one state of the database.
#if PostgreSQL
  import CIMModel
  import MeterStore

  class PostgreSQLReader: StoreReader {
    let connection: PostgreSQLConnection
    private var qualityCodes: [Int32: String] = [:]
    /// Days asked for in one statement.
    private static let days: Int32 = 1000

    init(_ connection: PostgreSQLConnection) { self.connection = connection }

    func meter(_ key: String) throws -> MeterRecord? {
      let rows = try connection.run(
        """
        SELECT number, mrid, name, usage_point, state FROM meter_key JOIN meter ON number = meter WHERE key = $1
        """, .text(key))
      return rows.count > 0 ? Self.meter(rows, 0) : nil
    }

    private static func meter(_ rows: PostgreSQLRows, _ row: Int) -> MeterRecord {
      MeterRecord(
        number: rows.integer(row, 0), mRID: rows.text(row, 1), name: rows.text(row, 2), usagePoint: rows.text(row, 3),
        state: MeterRecord.State(rawValue: Int(rows.integer(row, 4))) ?? .held)
    }

    func meters(after number: Int64, limit: Int) throws -> [MeterRecord] {
      let rows = try connection.run(
        """
        SELECT number, mrid, name, usage_point, state FROM meter WHERE number > $1::bigint ORDER BY number
        LIMIT $2::bigint
        """, .integer(number), .integer(Int64(limit)))
      return (0..<rows.count).map { Self.meter(rows, $0) }
    }

    func series(of meter: Int64) throws -> [SeriesRecord] {
      let rows = try connection.run(
        """
        SELECT series.number, code, is_interval FROM series JOIN reading_type ON reading_type.number = type
        WHERE meter = $1::bigint ORDER BY series.number
        """, .integer(meter))
      return (0..<rows.count).map {
        SeriesRecord(
          number: rows.integer($0, 0), meter: meter, readingType: rows.text($0, 1) ?? "",
          isInterval: rows.integer($0, 2) != 0)
      }
    }

    func storedDays() throws -> ClosedRange<Int32>? {
      let rows = try connection.run("SELECT min(place) >> 32, max(place) >> 32 FROM block")
      guard rows.count > 0, !rows.isNull(0, 0) else { return nil }
      let first = Int32(truncatingIfNeeded: rows.integer(0, 0))
      return first...max(first, Int32(truncatingIfNeeded: rows.integer(0, 1)))
    }

    func storedDay(from day: Int32) throws -> Int32? {
      let rows = try connection.run(
        "SELECT min(place) >> 32 FROM block WHERE place >= $1::bigint", .integer(PostgreSQLSchema.place(0, day)))
      return rows.count > 0 && !rows.isNull(0, 0) ? Int32(truncatingIfNeeded: rows.integer(0, 0)) : nil
    }

    func qualityCode(_ number: Int32) throws -> String? {
      if let known = qualityCodes[number] { return known }
      let rows = try connection.run("SELECT code FROM quality WHERE number = $1::bigint", .integer(Int64(number)))
      guard rows.count > 0 else { return nil }
      qualityCodes[number] = rows.text(0, 0)
      return qualityCodes[number]
    }

    func readings(_ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun) throws {
      for start in stride(from: days.lowerBound, through: days.upperBound, by: Int(Self.days)) {
        let end = min(days.upperBound, start + Self.days - 1)
        let places = (start...end).map { PostgreSQLSchema.place(series, $0) }
        let rows = try connection.run(
          """
          SELECT place, block.data, patch.data FROM block LEFT JOIN patch USING (place)
          WHERE place = ANY($1::bigint[]) ORDER BY place
          """, .integers(places))
        for row in 0..<rows.count {
          try append(rows.bytes(row, 1), rows.bytes(row, 2), rows.integer(row, 0), upTo: batch, to: &run)
        }
      }
    }

    private func append(
      _ data: UnsafeRawBufferPointer, _ patches: UnsafeRawBufferPointer, _ place: Int64, upTo batch: Int64?,
      to run: inout ReadingRun
    ) throws {
      let day = Int32(truncatingIfNeeded: place >> 32)
      guard let batch else { return try BlockReader.append(data, patches: patches, day: day, to: &run) }
      let header = try BlockReader.header(data)
      if header.created > batch { return }
      var state = ReadingRun()
      if header.changed <= batch {
        try BlockReader.append(data, patches: patches, upTo: batch, day: day, to: &state)
      } else {
        // Patches are of later batches still.
        try BlockReader.append(data, day: day, to: &state)
        let rows = try connection.run(
          "SELECT data FROM before WHERE place = $1::bigint AND batch > $2::bigint ORDER BY batch DESC",
          .integer(place), .integer(batch))
        for row in 0..<rows.count {
          var before = ReadingRun()
          try BlockReader.append(rows.bytes(row, 0), day: day, to: &before)
          state = BlockMerge.undo(state, with: before)
        }
      }
      run.append(state)
    }

    func batch(asOf time: Timestamp) throws -> Int64 {
      let rows = try connection.run(
        "SELECT coalesce(max(number), 0) FROM batch WHERE recorded <= $1::bigint", .integer(time.microseconds))
      return rows.integer(0, 0)
    }

    func batch(_ number: Int64) throws -> BatchRecord? {
      let rows = try connection.run(
        "SELECT number, recorded, kind, source, author FROM batch WHERE number = $1::bigint", .integer(number))
      guard rows.count > 0 else { return nil }
      return BatchRecord(
        number: rows.integer(0, 0), recorded: Timestamp(microseconds: rows.integer(0, 1)),
        batch: Batch(kind: rows.text(0, 2) ?? "", source: rows.text(0, 3) ?? "", author: rows.text(0, 4) ?? ""))
    }

    func batches(_ series: Int64, day: Int32) throws -> [BatchRecord] {
      let place = PostgreSQLSchema.place(series, day)
      let block = try connection.run(
        "SELECT block.data, patch.data FROM block LEFT JOIN patch USING (place) WHERE place = $1::bigint",
        .integer(place))
      guard block.count > 0 else { return [] }
      let header = try BlockReader.header(block.bytes(0, 0))
      let rows = try connection.run(
        "SELECT batch FROM before WHERE place = $1::bigint ORDER BY batch", .integer(place))
      // Patches are newer than all that was merged.
      let numbers =
        [header.created] + (0..<rows.count).map { rows.integer($0, 0) }.filter { $0 != header.created }
        + (try BlockPatches.batches(block.bytes(0, 1)))
      return try numbers.compactMap { try batch($0) }
    }

    func explanations(_ series: Int64, at stamp: Int64) throws -> [(batch: Int64, explanation: Explanation)] {
      let rows = try connection.run(
        """
        SELECT batch, rule, inputs, version FROM explanation WHERE series = $1::bigint AND stamp = $2::bigint ORDER BY id
        """, .integer(series), .integer(stamp))
      return (0..<rows.count).map {
        (
          rows.integer($0, 0),
          Explanation(rule: rows.text($0, 1) ?? "", inputs: rows.text($0, 2) ?? "", version: rows.text($0, 3) ?? "")
        )
      }
    }

    func file(_ key: String) throws -> FileProgress? {
      let rows = try connection.run("SELECT name, state, done, readings FROM file WHERE key = $1", .text(key))
      guard rows.count > 0 else { return nil }
      return FileProgress(
        key: key, name: rows.text(0, 0) ?? "",
        state: FileProgress.State(rawValue: Int(rows.integer(0, 1))) ?? .underWay,
        done: rows.integer(0, 2), readings: rows.integer(0, 3))
    }

    func refused(limit: Int) throws -> [RefusedReading] {
      let rows = try connection.run(
        "SELECT meter, type, stamp, value, reason, reply_code FROM refused ORDER BY id LIMIT $1::bigint",
        .integer(Int64(limit)))
      return (0..<rows.count).map {
        RefusedReading(
          meter: rows.text($0, 0) ?? "", readingType: rows.text($0, 1) ?? "",
          stamp: rows.isNull($0, 2) ? nil : Timestamp(microseconds: rows.integer($0, 2)), value: rows.text($0, 3),
          reason: rows.text($0, 4) ?? "", replyCode: rows.text($0, 5) ?? "")
      }
    }
  }
#endif
