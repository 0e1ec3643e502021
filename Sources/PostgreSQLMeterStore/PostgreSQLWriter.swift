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
    var packed = BlockWriter()
    var update = BlockUpdate()
    /// Rows of the catalogue that wait to be copied.
    private var newMeters = CopyBuffer()
    private var newKeys = CopyBuffer()
    private var newSeries = CopyBuffer()
    /// Places asked for in one statement.
    private static let places = 50_000
    /// Bytes of blocks that are sent together: the server is at work on them while the next ones are packed.
    private static let most = 1 << 18
    /// Bytes of the catalogue's rows that wait at most, about.
    private static let mostNew = 1 << 23
    /// Where the last block lay when the batch began.
    private var lastPlace = Int64.min
    /// Where this batch has added blocks.
    private var written = PlaceSet()

    init(_ connection: PostgreSQLConnection, batch: Int64, catalogue: PostgreSQLCatalogue) throws(StoreError) {
      self.batch = batch
      self.catalogue = catalogue
      super.init(connection)
      let last = try connection.run("SELECT max(place) FROM block")
      if !last.isNull(0, 0) { lastPlace = last.integer(0, 0) }
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
      if queue.count % 16 == 0 { connection.pushCopy() }
      if queue.size >= Self.most { try mergeQueue() }
      if newMeters.size + newKeys.size + newSeries.size >= Self.mostNew { try copyCatalogue() }
    }

    func flush() throws -> MergeOutcome {
      try mergeQueue()
      defer { flushed = MergeOutcome() }
      return flushed
    }

    /// Writes all that waits.
    func drain() throws {
      try mergeQueue()
      try copyCatalogue()
      try connection.finishCopy()
    }

    private func copyCatalogue() throws {
      try connection.copy(into: "meter (number, mrid, name, usage_point, state)", newMeters)
      try connection.copy(into: "meter_key (key, meter)", newKeys)
      try connection.copy(into: "series (number, meter, type, is_interval)", newSeries)
      newMeters = CopyBuffer()
      newKeys = CopyBuffer()
      newSeries = CopyBuffer()
    }

    private func mergeQueue() throws {
      if queue.isEmpty { return }
      let blocks = queue
      queue = BlockQueue()
      flushed += try merge(blocks, own)
    }

    private func merge(_ blocks: BlockQueue, _ own: Set<Int32>) throws -> MergeOutcome {
      let known = try existing(blocks.places)
      var outcome = MergeOutcome()
      var rows = MergedRows()
      var current: MergedBlock?
      func close() {
        guard let current else { return }
        current.withState { state in
          if current.isFresh {
            rows.add(current.place, state)
            written.insert(current.place)
          } else if current.merged != nil {
            rows.change(current.place, state)
          }
        }
        for kept in current.kept {
          packed.pack(kept.run, day: current.day, created: kept.batch)
          let isMore = current.hasKeptBefore && kept.batch == batch
          rows.keep(current.place, kept.batch, packed.bytes, isMore: isMore)
        }
        if !current.patches.isEmpty {
          // What was folded is taken away first.
          let isMore = !current.stored.isEmpty && !current.isFolded
          current.patches.withUnsafeBytes { rows.patch(current.place, $0, isMore: isMore) }
        }
        if current.isFolded { rows.folded.add(current.place) }
      }
      // By place: what comes twice comes one behind the other.
      try blocks.forEach { block, place in
        guard var now = current, now.place == place else {
          close()
          let old = known.block(place)
          current = MergedBlock(
            place: place, plain: old?.data ?? block, stored: old?.patches, isFresh: old == nil)
          if old == nil {
            outcome.added += try BlockReader.header(block).count
          } else if let now = current {
            current = try merge(block, into: now, own, &outcome)
          }
          return
        }
        current = nil
        now = try merge(block, into: now, own, &outcome)
        current = now
      }
      close()
      try withExtendedLifetime(known) { try write(rows) }
      return outcome
    }

    private func merge(
      _ block: UnsafeRawBufferPointer, into old: MergedBlock, _ own: Set<Int32>, _ outcome: inout MergeOutcome
    ) throws -> MergedBlock {
      var now = old
      let step = try old.withState { state in
        try old.withPatches { patches in
          try update.merge(
            old: state, patches: patches, new: block, day: old.day, batch: batch, own: own, mayPatch: true
          ) {
            if let kept = old.kept.last(where: { $0.batch == batch }) { return kept.run }
            now.hasKeptBefore = true
            return try before(old.place, old.day)
          }
        }
      }
      outcome += update.outcome
      switch step {
      case .nothing: break
      case .patch: now.patches += update.patch
      case .block:
        packed.pack(
          update.merged, day: old.day, created: update.created, changed: update.created == batch ? nil : batch)
        now.merged = Array(packed.bytes)
        now.patches = []
        now.isFolded = !old.stored.isEmpty
        now.kept.removeAll { kept in update.kept.contains { $0.batch == kept.batch } }
        now.kept += update.kept
      }
      return now
    }

    private func write(_ rows: MergedRows) throws {
      if rows.changed.count > 0 {
        try connection.run(
          """
          UPDATE block SET data = changed.data FROM unnest($1::bigint[], $2::bytea[]) AS changed (place, data)
          WHERE block.place = changed.place
          """, .bytes(rows.changed.places), .bytes(rows.changed.blocks))
      }
      if rows.keptMore.count > 0 {
        try connection.run(
          """
          INSERT INTO before SELECT place, $1::bigint, data FROM unnest($2::bigint[], $3::bytea[]) AS kept (place, data)
          ON CONFLICT (place, batch) DO UPDATE SET data = EXCLUDED.data
          """, .integer(batch), .bytes(rows.keptMore.places), .bytes(rows.keptMore.blocks))
      }
      if rows.folded.count > 0 {
        try connection.run("DELETE FROM patch WHERE place = ANY($1::bigint[])", .bytes(rows.folded.finished()))
      }
      if rows.patchedMore.count > 0 {
        try connection.run(
          """
          UPDATE patch SET data = patch.data || more.data FROM unnest($1::bigint[], $2::bytea[]) AS more (place, data)
          WHERE patch.place = more.place
          """, .bytes(rows.patchedMore.places), .bytes(rows.patchedMore.blocks))
      }
      try connection.copy(into: "patch (place, data)", rows.patched)
      try connection.copy(into: "before (place, batch, data)", rows.kept)
      try connection.copy(into: "block (place, data)", rows.added)
    }

    /// The blocks that are there.
    private func existing(_ places: [Int64]) throws -> KnownBlocks {
      var known = KnownBlocks()
      // Behind what was there when the batch began is only what it has written itself.
      let asked = places.filter { $0 <= lastPlace || written.contains($0) }
      for start in stride(from: 0, to: asked.count, by: Self.places) {
        var some = PostgreSQLArray(.integers)
        let end = min(start + Self.places, asked.count)
        for place in asked[start..<end] { some.add(place) }
        known.add(
          try connection.run(
            """
            SELECT place, block.data, patch.data FROM block LEFT JOIN patch USING (place)
            WHERE place = ANY($1::bigint[])
            """, .bytes(some.finished())))
      }
      return known
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
      try connection.execute("COMMIT; BEGIN")
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
      if let known = try catalogue.meter(key, connection) { return known }
      guard adds else { return nil }
      let fresh = record()
      for other in fresh.keys {
        guard let known = try catalogue.meter(other, connection) else { continue }
        if other == fresh.usagePoint {
          let record = try meters(after: known.number - 1, limit: 1).first { $0.number == known.number }
          guard record.map({ fresh.canBe($0, foundBy: other) }) ?? true else { continue }
        }
        add(String(decoding: key, as: UTF8.self), known)
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
      for key in fresh.keys where try catalogue.meter(key, connection) == nil { add(key, known) }
      known.isNew = true
      return known
    }

    private func add(_ key: String, _ meter: KnownMeter) {
      catalogue.add(key, meter)
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
      let known = KnownMeter(number: meter, state: state)
      for row in 0..<keys.count { catalogue.add(keys.text(row, 0) ?? "", known) }
    }

    func knownSeries(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64? {
      catalogue.series(meter, try number(ofType: readingType), isInterval: isInterval)
    }

    func series(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64 {
      let type = try number(ofType: readingType)
      guard SeriesNumbers.fits(meter, type) else {
        throw StoreError(.limit, "the store cannot number more meters or reading types: begin another store")
      }
      if let known = catalogue.series(meter, type, isInterval: isInterval) { return known }
      let number = (isInterval ? catalogue.lastIntervals : catalogue.lastInstants) + 1
      guard number < (isInterval ? 2 : 1) * PostgreSQLSchema.firstInterval else {
        throw StoreError(.limit, "the store cannot number more series: begin another store")
      }
      catalogue.add(meter, type, isInterval: isInterval, series: number)
      newSeries.begin(columns: 4)
      newSeries.add(number)
      newSeries.add(meter)
      newSeries.add(type)
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
