// Writes one batch: all that is new by COPY, what is there already merged.
#if PostgreSQL
  import CIMModel
  import MeterStore

  final class PostgreSQLWriter: PostgreSQLReader, BatchWriter {
    let batch: Int64
    var own: Set<Int32> = []
    private let catalogue: PostgreSQLCatalogue
    private var queue = BlockQueue()
    private var flushed = MergeOutcome()
    private var packed = BlockWriter()
    /// Rows of the catalogue that wait to be copied.
    private var newMeters = CopyBuffer()
    private var newKeys = CopyBuffer()
    private var newSeries = CopyBuffer()
    private static let places = 50_000

    init(_ connection: PostgreSQLConnection, batch: Int64, catalogue: PostgreSQLCatalogue) throws(StoreError) {
      self.batch = batch
      self.catalogue = catalogue
      super.init(connection)
      try connection.execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS changed (place bigint, data bytea) ON COMMIT DELETE ROWS;
        CREATE TEMP TABLE IF NOT EXISTS kept (place bigint, batch bigint, data bytea) ON COMMIT DELETE ROWS;
        """)
    }

    // MARK: Readings

    func put(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32, own: Set<Int32>) throws -> MergeOutcome {
      try drain()
      var one = BlockQueue()
      one.append(block, PostgreSQLSchema.place(series, day))
      return try merge(one, own)
    }

    func queue(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32) throws {
      queue.append(block, PostgreSQLSchema.place(series, day))
      if queue.isFull { try drain() }
    }

    func flush() throws -> MergeOutcome {
      try drain()
      defer { flushed = MergeOutcome() }
      return flushed
    }

    /// Writes all that waits.
    func drain() throws {
      try copyCatalogue()
      if queue.isEmpty { return }
      let blocks = queue
      queue = BlockQueue()
      flushed += try merge(blocks, own)
    }

    private func copyCatalogue() throws {
      try connection.copy(into: "meter (number, mrid, name, usage_point, state)", newMeters)
      try connection.copy(into: "meter_key (key, meter)", newKeys)
      try connection.copy(into: "series (number, meter, type, is_interval)", newSeries)
      newMeters = CopyBuffer()
      newKeys = CopyBuffer()
      newSeries = CopyBuffer()
    }

    private func merge(_ blocks: BlockQueue, _ own: Set<Int32>) throws -> MergeOutcome {
      let known = try existing(blocks.places)
      var outcome = MergeOutcome()
      var rows = MergedRows()
      var place: Int64?
      var state: [UInt8] = []
      var isFresh = false
      var isChanged = false
      var kept: ReadingRun?
      func close() {
        guard let place else { return }
        if isFresh {
          rows.add(place, state, to: \.added)
        } else if isChanged {
          rows.add(place, state, to: \.changed)
          if let kept {
            packed.pack(kept, day: Int32(truncatingIfNeeded: place >> 32), created: batch)
            rows.keep(place, batch, packed.bytes)
          }
        }
      }
      // By place: what comes twice comes one behind the other.
      try blocks.forEach { block, next in
        if next != place {
          close()
          (place, isFresh, isChanged, kept) = (next, known[next] == nil, false, nil)
          state = known[next] ?? Array(block)
          if isFresh {
            outcome.added += try BlockReader.header(block).count
            return
          }
        }
        let day = Int32(truncatingIfNeeded: next >> 32)
        let update = try state.withUnsafeBytes { old in
          try BlockUpdate(old: old, new: block, day: day, batch: batch, own: own) { try kept ?? before(next, day) }
        }
        outcome += update.outcome
        guard update.changes else { return }
        packed.pack(
          update.merged, day: day, created: update.created, changed: update.created == batch ? nil : batch)
        state = Array(packed.bytes)
        isChanged = true
        if let before = update.before { kept = before }
      }
      close()
      try write(rows)
      return outcome
    }

    /// Rows that a merge writes.
    private struct MergedRows {
      var added = CopyBuffer()
      var changed = CopyBuffer()
      var kept = CopyBuffer()

      mutating func add(_ place: Int64, _ data: [UInt8], to rows: WritableKeyPath<MergedRows, CopyBuffer>) {
        self[keyPath: rows].begin(columns: 2)
        self[keyPath: rows].add(place)
        data.withUnsafeBytes { self[keyPath: rows].add($0) }
      }

      mutating func keep(_ place: Int64, _ batch: Int64, _ data: UnsafeRawBufferPointer) {
        kept.begin(columns: 3)
        kept.add(place)
        kept.add(batch)
        kept.add(data)
      }
    }

    private func write(_ rows: MergedRows) throws {
      try connection.copy(into: "block (place, data)", rows.added)
      if !rows.changed.isEmpty {
        try connection.copy(into: "changed (place, data)", rows.changed)
        try connection.execute(
          "UPDATE block SET data = changed.data FROM changed WHERE block.place = changed.place; DELETE FROM changed")
      }
      if !rows.kept.isEmpty {
        try connection.copy(into: "kept (place, batch, data)", rows.kept)
        try connection.execute(
          """
          INSERT INTO before SELECT place, batch, data FROM kept
          ON CONFLICT (place, batch) DO UPDATE SET data = EXCLUDED.data;
          DELETE FROM kept
          """)
      }
    }

    /// The blocks that are there.
    private func existing(_ places: [Int64]) throws -> [Int64: [UInt8]] {
      guard let least = places.first else { return [:] }
      let last = try connection.run("SELECT max(place) FROM block")
      if last.isNull(0, 0) || last.integer(0, 0) < least { return [:] }
      var found: [Int64: [UInt8]] = [:]
      for start in stride(from: 0, to: places.count, by: Self.places) {
        let some = Array(places[start..<min(start + Self.places, places.count)])
        let rows = try connection.run(
          "SELECT place, data FROM block WHERE place = ANY($1::bigint[])", .integers(some))
        for row in 0..<rows.count { found[rows.integer(row, 0)] = Array(rows.bytes(row, 1)) }
      }
      return found
    }

    /// What this batch has kept of a day already.
    private func before(_ place: Int64, _ day: Int32) throws -> ReadingRun? {
      let rows = try connection.run(
        "SELECT data FROM before WHERE place = $1::bigint AND batch = $2::bigint", .integer(place), .integer(batch))
      guard rows.count > 0 else { return nil }
      var run = ReadingRun()
      try BlockReader.append(rows.bytes(0, 0), day: day, to: &run)
      return run
    }

    func commit() throws {
      try drain()
      try connection.execute("COMMIT")
      try connection.execute(PostgreSQLReadingStore.begin)
    }

    // MARK: Reading what waits, too

    override func meter(_ key: String) throws -> MeterRecord? {
      try drain()
      return try super.meter(key)
    }

    override func meters(after number: Int64, limit: Int) throws -> [MeterRecord] {
      try drain()
      return try super.meters(after: number, limit: limit)
    }

    override func series(of meter: Int64) throws -> [SeriesRecord] {
      try drain()
      return try super.series(of: meter)
    }

    override func storedDays() throws -> ClosedRange<Int32>? {
      try drain()
      return try super.storedDays()
    }

    override func readings(
      _ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun
    ) throws {
      try drain()
      try super.readings(series, days: days, upTo: batch, into: &run)
    }

    override func storedDay(from day: Int32) throws -> Int32? {
      try drain()
      return try super.storedDay(from: day)
    }

    override func batches(_ series: Int64, day: Int32) throws -> [BatchRecord] {
      try drain()
      return try super.batches(series, day: day)
    }

    // MARK: Catalogue

    func meter(
      _ record: @autoclosure () -> MeterRecord, key: UnsafeBufferPointer<UInt8>, adds: Bool
    ) throws -> KnownMeter? {
      let text = String(decoding: key, as: UTF8.self)
      if let known = catalogue.meters[text] { return known }
      guard adds else { return nil }
      let fresh = record()
      for key in fresh.keys {
        guard let known = catalogue.meters[key] else { continue }
        if key == fresh.usagePoint {
          let record = try meters(after: known.number - 1, limit: 1).first { $0.number == known.number }
          guard record.map({ fresh.canBe($0, foundBy: key) }) ?? true else { continue }
        }
        add(text, known)
        return known
      }
      catalogue.lastMeter += 1
      var known = KnownMeter(number: catalogue.lastMeter, state: fresh.state)
      newMeters.begin(columns: 5)
      newMeters.add(known.number)
      newMeters.add(fresh.mRID)
      newMeters.add(fresh.name)
      newMeters.add(fresh.usagePoint)
      newMeters.add(Int64(fresh.state.rawValue))
      for key in fresh.keys where catalogue.meters[key] == nil { add(key, known) }
      known.isNew = true
      return known
    }

    private func add(_ key: String, _ meter: KnownMeter) {
      catalogue.meters[key] = meter
      newKeys.begin(columns: 2)
      newKeys.add(key)
      newKeys.add(meter.number)
    }

    func setState(_ state: MeterRecord.State, of meter: Int64) throws {
      try drain()
      try connection.run(
        "UPDATE meter SET state = $1::bigint WHERE number = $2::bigint", .integer(Int64(state.rawValue)),
        .integer(meter))
      let keys = try connection.run("SELECT key FROM meter_key WHERE meter = $1::bigint", .integer(meter))
      for row in 0..<keys.count { catalogue.meters[keys.text(row, 0) ?? ""]?.state = state }
    }

    private func key(_ meter: Int64, _ type: String, _ isInterval: Bool) throws -> PostgreSQLCatalogue.SeriesKey {
      PostgreSQLCatalogue.SeriesKey(meter: meter, type: try number(ofType: type), isInterval: isInterval)
    }

    func knownSeries(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64? {
      catalogue.series[try key(meter, readingType, isInterval)]
    }

    func series(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64 {
      let key = try key(meter, readingType, isInterval)
      if let known = catalogue.series[key] { return known }
      let number = (isInterval ? catalogue.lastIntervals : catalogue.lastInstants) + 1
      guard number < (isInterval ? 2 : 1) * PostgreSQLSchema.firstInterval else {
        throw StoreError(.limit, "the store cannot number more series: begin another store")
      }
      catalogue.add(key, number)
      newSeries.begin(columns: 4)
      newSeries.add(number)
      newSeries.add(meter)
      newSeries.add(key.type)
      newSeries.add(isInterval ? 1 : 0 as Int64)
      return number
    }

    private func number(ofType code: String) throws -> Int64 {
      if let known = catalogue.types[code] { return known }
      let number = (catalogue.types.values.max() ?? 0) + 1
      try connection.run(
        "INSERT INTO reading_type (number, code) VALUES ($1::bigint, $2)", .integer(number), .text(code))
      catalogue.types[code] = number
      return number
    }

    func quality(_ code: String) throws -> Int32 {
      if let known = catalogue.qualities[code] { return known }
      let number = (catalogue.qualities.values.max() ?? 0) + 1
      try connection.run(
        "INSERT INTO quality (number, code) VALUES ($1::bigint, $2)", .integer(Int64(number)), .text(code))
      catalogue.qualities[code] = number
      return number
    }
  }
#endif
