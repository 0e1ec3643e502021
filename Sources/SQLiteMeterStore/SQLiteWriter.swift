// Writes one batch into the file.
import CIMModel
import GRDBSQLite
import MeterStore
import SQLiteAccess

final class SQLiteWriter: SQLiteReader, BatchWriter {
  let batch: Int64
  private let memory: MeterMemory
  private let select: SQLStatement
  private let selectMany: SQLStatement
  private let selectRange: SQLStatement
  private let selectPatches: SQLStatement
  private var added: RowGroup
  private var changed: RowGroup
  private var kept: RowGroup
  private var patched: RowGroup
  private var packed = BlockWriter()
  private var change = BlockUpdate()
  // A dictionary of statements by their texts is too slow for what is asked of every meter.
  private let findMeter: SQLStatement
  private let findSeries: SQLStatement
  private var fresh: NewMeters
  private var hasAliases = true
  /// The last numbers of series of instants and of intervals.
  private var lastSeries: (instants: Int64, intervals: Int64) = (0, 0)
  /// No block lies behind this place.
  private var lastPlace = Int64.min
  /// The place that was merged last: its rows may wait to be written.
  private var lastMerged = Int64.min
  /// Reading types that came last, with their numbers.
  private var lastTypes: [(code: String, number: Int64)] = []
  var own: Set<Int32> = []
  private var queue = BlockQueue()
  private var flushed = MergeOutcome()

  init(_ connection: OpaquePointer, batch: Int64, memory: MeterMemory) throws(StoreError) {
    self.batch = batch
    self.memory = memory
    let blocks = "SELECT place, block.data, patch.data FROM block LEFT JOIN patch USING (place) WHERE place "
    select = try SQLStatement(connection, blocks + "= ?")
    let places = [String](repeating: "?", count: RowGroup.size).joined(separator: ",")
    selectMany = try SQLStatement(connection, blocks + "IN (\(places)) ORDER BY place")
    // Where nearly all rows are wanted, one after the other costs less than each by itself.
    selectRange = try SQLStatement(
      connection, "SELECT place, data FROM block WHERE place BETWEEN ? AND ? ORDER BY place")
    selectPatches = try SQLStatement(
      connection, "SELECT place, data FROM patch WHERE place BETWEEN ? AND ? ORDER BY place")
    added = RowGroup(connection, "INSERT INTO block (place, data)", width: 1)
    changed = RowGroup(connection, "REPLACE INTO block (place, data)", width: 1)
    kept = RowGroup(connection, "REPLACE INTO before (place, batch, data)", width: 2)
    patched = RowGroup(connection, "REPLACE INTO patch (place, data)", width: 1)
    findMeter = try SQLStatement(
      connection,
      """
      SELECT meter.number, state FROM meter_key JOIN meter ON meter.number = meter_key.meter
      WHERE hash = ?1 AND ?2 IN (mrid, name, usage_point) LIMIT 1
      """)
    findSeries = try SQLStatement(connection, "SELECT number, type, is_interval FROM series WHERE meter = ?")
    fresh = try NewMeters(connection)
    super.init(connection)
    let find = try SQLStatement(connection, "SELECT 1 FROM meter_alias LIMIT 1")
    hasAliases = try find.step()
    let last = try SQLStatement(connection, "SELECT max(place) FROM block")
    if try last.step(), !last.isNull(0) { lastPlace = last.integer(0) }
    lastSeries.instants = try lastSeries(below: MeterSchema.firstInterval, atLeast: 0)
    lastSeries.intervals = try lastSeries(
      below: 2 * MeterSchema.firstInterval, atLeast: MeterSchema.firstInterval)
  }

  // MARK: Readings

  private func lastSeries(below end: Int64, atLeast first: Int64) throws(StoreError) -> Int64 {
    let find = try SQLStatement(
      connection, "SELECT coalesce(max(number), ?2) FROM series WHERE number < ?1 AND number > ?2")
    find.bind(1, end)
    find.bind(2, first)
    return try find.step() ? find.integer(0) : first
  }

  func put(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32, own: Set<Int32>) throws -> MergeOutcome {
    try mergeQueue()
    let outcome = try merge(block, MeterSchema.place(series, day), own)
    try writeRows()
    return outcome
  }

  func queue(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32) throws {
    queue.append(block, MeterSchema.place(series, day))
    if queue.isFull { try mergeQueue() }
  }

  func flush() throws -> MergeOutcome {
    try mergeQueue()
    defer { flushed = MergeOutcome() }
    return flushed
  }

  /// Writes all that waits.
  func drain() throws {
    try fresh.write()
    try mergeQueue()
  }

  /// Merges what is queued in the order of places: rows that are added in order fill their pages.
  private func mergeQueue() throws {
    if queue.isEmpty { return }
    let blocks = queue
    queue = BlockQueue()
    try blocks.forEach(groupsOf: RowGroup.size) { waiting in
      try mergeGroup(waiting)
      try writeRows(all: false)
    }
    try writeRows()
  }

  /// Blocks are read one after the other where at least one in so many is wanted.
  private static let density: Int64 = 8

  /// Merges blocks whose places ascend.
  private func mergeGroup(_ waiting: [BlockQueue.Waiting]) throws {
    var isSingle = true
    for index in waiting.indices.dropFirst() where waiting[index].place == waiting[index - 1].place { isSingle = false }
    guard isSingle, waiting.count == RowGroup.size, let end = waiting.last, end.place <= lastPlace else {
      for block in waiting { flushed += try merge(block.block, block.place, own) }
      return
    }
    // Rows that wait have to be there before they are looked for.
    if waiting.first?.place == lastMerged { try writeRows() }
    lastMerged = end.place
    var known = KnownRows(
      of: waiting,
      in: end.place - waiting[0].place < Self.density * Int64(waiting.count)
        ? (selectRange, selectPatches) : (selectMany, nil))
    defer { known.close() }
    var next = 0
    while next < waiting.count, try known.step() {
      while next < waiting.count, waiting[next].place < known.place {
        flushed += try add(waiting[next].block, waiting[next].place)
        next += 1
      }
      guard next < waiting.count else { break }
      guard waiting[next].place == known.place else { continue }
      flushed += try merge(waiting[next].block, known.place, into: known.block, try known.patches(), own)
      next += 1
    }
    for block in waiting[next...] { flushed += try add(block.block, block.place) }
  }

  private func writeRows(all: Bool = true) throws {
    try added.write(all: all)
    try changed.write(all: all)
    try kept.write(all: all)
    try patched.write(all: all)
  }

  override func readings(
    _ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun
  ) throws {
    try mergeQueue()
    try super.readings(series, days: days, upTo: batch, into: &run)
  }

  override func storedDays() throws -> ClosedRange<Int32>? {
    try mergeQueue()
    return try super.storedDays()
  }

  override func storedDay(from day: Int32) throws -> Int32? {
    try mergeQueue()
    return try super.storedDay(from: day)
  }

  override func batches(_ series: Int64, day: Int32) throws -> [BatchRecord] {
    try mergeQueue()
    return try super.batches(series, day: day)
  }

  private func merge(_ block: UnsafeRawBufferPointer, _ place: Int64, _ own: Set<Int32>) throws -> MergeOutcome {
    // What comes twice may still wait to be written.
    if place == lastMerged { try writeRows() }
    lastMerged = place
    // Days mostly come one after another: behind the last there is nothing to look for.
    guard place <= lastPlace else {
      lastPlace = place
      return try add(block, place)
    }
    select.bind(1, place)
    guard try select.step() else { return try add(block, place) }
    defer { select.reset() }
    return try merge(block, place, into: select.blob(1), select.blob(2), own)
  }

  /// - Parameters:
  ///   - old: what is there.
  ///   - patches: what lies beside it.
  private func merge(
    _ block: UnsafeRawBufferPointer, _ place: Int64, into old: UnsafeRawBufferPointer,
    _ patches: UnsafeRawBufferPointer, _ own: Set<Int32>
  ) throws -> MergeOutcome {
    let day = Int32(truncatingIfNeeded: place >> 32)
    let step = try change.merge(
      old: old, patches: patches, new: block, day: day, batch: batch, own: own, mayPatch: true
    ) { try before(place, day) }
    switch step {
    case .nothing: break
    case .patch: change.patch.withUnsafeBytes { patched.add(place, patches, $0) }
    case .block:
      packed.pack(change.merged, day: day, created: change.created, changed: change.created == batch ? nil : batch)
      changed.add(place, packed.bytes)
      for before in change.kept {
        packed.pack(before.run, day: day, created: before.batch)
        kept.add(place, before.batch, packed.bytes)
      }
      if !patches.isEmpty { try removePatches(place) }
    }
    return change.outcome
  }

  private func removePatches(_ place: Int64) throws {
    let remove = try statement("DELETE FROM patch WHERE place = ?")
    remove.bind(1, place)
    try remove.run()
  }

  private func add(_ block: UnsafeRawBufferPointer, _ place: Int64) throws -> MergeOutcome {
    added.add(place, block)
    return MergeOutcome(added: try BlockReader.header(block).count)
  }

  /// What this batch has kept of a day already.
  private func before(_ place: Int64, _ day: Int32) throws -> ReadingRun? {
    let find = try statement("SELECT data FROM before WHERE place = ? AND batch = ?")
    find.bind(1, place)
    find.bind(2, batch)
    guard try find.step() else { return nil }
    defer { find.reset() }
    return try Self.run(find.blob(0), day)
  }

  func commit() throws {
    try drain()
    let run = try SQLStatement(connection, "COMMIT")
    try run.run()
    try SQLStatement(connection, "BEGIN IMMEDIATE").run()
  }

  // MARK: Catalogue

  override func meter(_ key: String) throws -> MeterRecord? {
    try fresh.write()
    return try super.meter(key)
  }

  override func meters(after number: Int64, limit: Int) throws -> [MeterRecord] {
    try fresh.write()
    return try super.meters(after: number, limit: limit)
  }

  override func series(of meter: Int64) throws -> [SeriesRecord] {
    try fresh.write()
    return try super.series(of: meter)
  }

  func meter(
    _ record: @autoclosure () -> MeterRecord, key: UnsafeBufferPointer<UInt8>, adds: Bool
  ) throws -> KnownMeter? {
    let hash = MeterKeyHash.hash(key)
    if let known = memory.meter(hash, key) { return known }
    if let known = try lookUp(hash, key) {
      memory.remember(hash, key, known)
      return known
    }
    let text = String(decoding: key, as: UTF8.self)
    if hasAliases, let known = try meter(text).map(KnownMeter.init) {
      memory.remember(hash, key, known)
      return known
    }
    guard adds else { return nil }
    let described = record()
    // It may be known by another of its names.
    for other in described.keys where other != text {
      var other = other
      let found = try other.withUTF8 { try lookUp(MeterKeyHash.hash($0), $0) }
      if let known = found, try other != described.usagePoint || canBe(described, known, other) {
        let add = try statement("INSERT OR IGNORE INTO meter_alias (key, meter) VALUES (?, ?)")
        add.bind(1, text)
        add.bind(2, known.number)
        try add.run()
        hasAliases = true
        memory.remember(hash, key, known)
        return known
      }
    }
    var known = KnownMeter(number: try fresh.add(described), state: described.state)
    memory.added(known.number)
    memory.remember(hash, key, known)
    known.isNew = true
    return known
  }

  private func canBe(_ fresh: MeterRecord, _ known: KnownMeter, _ key: String) throws -> Bool {
    let record = try meters(after: known.number - 1, limit: 1).first { $0.number == known.number }
    return record.map { fresh.canBe($0, foundBy: key) } ?? true
  }

  private func lookUp(_ hash: Int64, _ key: UnsafeBufferPointer<UInt8>) throws -> KnownMeter? {
    if fresh.isUnknown(hash) { return nil }
    if memory.wantsAll() { try loadAll() }
    if let known = memory.meter(hash, key) { return known }
    if fresh.isWaiting(hash) { try fresh.write() }
    findMeter.bind(1, hash)
    findMeter.bind(2, text: key)
    defer { findMeter.reset() }
    guard try findMeter.step() else { return nil }
    return KnownMeter(
      number: findMeter.integer(0), state: MeterRecord.State(rawValue: Int(findMeter.integer(1))) ?? .held)
  }

  /// Reads all meters and series in a go, where so many are asked for one by one that it costs less.
  private func loadAll() throws {
    try fresh.write()
    let last = try SQLStatement(connection, "SELECT coalesce(max(number), 0) FROM meter")
    guard try last.step(), memory.isWorthAll(last.integer(0)) else { return }
    memory.beginAll()
    let meters = try SQLStatement(connection, "SELECT number, state, coalesce(mrid, name, usage_point) FROM meter")
    while try meters.step() {
      let known = KnownMeter(
        number: meters.integer(0), state: MeterRecord.State(rawValue: Int(meters.integer(1))) ?? .held)
      let key = meters.bytes(2)
      memory.remember(MeterKeyHash.hash(key), key, known)
    }
    let series = try SQLStatement(connection, "SELECT number, meter, type, is_interval FROM series")
    while try series.step() {
      memory.remember(
        Self.key(series.integer(1), series.integer(2), isInterval: series.integer(3) != 0), series: series.integer(0))
    }
    memory.endAll()
  }

  func setState(_ state: MeterRecord.State, of meter: Int64) throws {
    try fresh.write()
    let set = try statement("UPDATE meter SET state = ? WHERE number = ?")
    set.bind(1, Int64(state.rawValue))
    set.bind(2, meter)
    try set.run()
    memory.forgetMeters()
  }

  func knownSeries(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64? {
    try knownSeries(meter, try number(ofType: readingType), isInterval: isInterval)
  }

  private func knownSeries(_ meter: Int64, _ type: Int64, isInterval: Bool) throws -> Int64? {
    let key = Self.key(meter, type, isInterval: isInterval)
    if let known = memory.series(key) { return known }
    guard meter < memory.wholeFrom else { return nil }
    // All series of the meter at once: the others are asked for next.
    try fresh.write()
    findSeries.bind(1, meter)
    while try findSeries.step() {
      memory.remember(
        Self.key(meter, findSeries.integer(1), isInterval: findSeries.integer(2) != 0), series: findSeries.integer(0))
    }
    return memory.series(key)
  }

  func series(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64 {
    let type = try number(ofType: readingType)
    guard meter < 1 << 40, type < 1 << 22 else {
      throw StoreError(.limit, "the store cannot number more meters or reading types: begin another store")
    }
    if let known = try knownSeries(meter, type, isInterval: isInterval) { return known }
    let key = Self.key(meter, type, isInterval: isInterval)
    let number = (isInterval ? lastSeries.intervals : lastSeries.instants) + 1
    guard number < (isInterval ? 2 : 1) * MeterSchema.firstInterval else {
      throw StoreError(
        .limit, "the store has \(MeterSchema.firstInterval) series and cannot have more: begin another store")
    }
    try fresh.addSeries(number, meter: meter, type: type, isInterval: isInterval)
    if isInterval { lastSeries.intervals = number } else { lastSeries.instants = number }
    memory.remember(key, series: number)
    return number
  }

  private static func key(_ meter: Int64, _ type: Int64, isInterval: Bool) -> Int64 {
    meter << 23 | type << 1 | (isInterval ? 1 : 0)
  }

  private func number(ofType code: String) throws -> Int64 {
    // Types come again and again, as the very same string.
    for known in lastTypes where known.code == code { return known.number }
    let number = try lookUp(type: code)
    lastTypes = [(code, number)] + lastTypes.prefix(3)
    return number
  }

  private func lookUp(type code: String) throws -> Int64 {
    if let known = memory.readingTypes[code] { return known }
    let add = try statement("INSERT OR IGNORE INTO reading_type (code) VALUES (?)")
    add.bind(1, code)
    try add.run()
    let find = try statement("SELECT number FROM reading_type WHERE code = ?")
    find.bind(1, code)
    guard try find.step() else { throw StoreError(.storage, "the reading type \(code) could not be kept") }
    defer { find.reset() }
    memory.readingTypes[code] = find.integer(0)
    return find.integer(0)
  }

  func quality(_ code: String) throws -> Int32 {
    if let known = memory.qualities[code] { return known }
    let add = try statement("INSERT OR IGNORE INTO quality (code) VALUES (?)")
    add.bind(1, code)
    try add.run()
    let find = try statement("SELECT number FROM quality WHERE code = ?")
    find.bind(1, code)
    guard try find.step() else { throw StoreError(.storage, "the quality code \(code) could not be kept") }
    defer { find.reset() }
    let number = Int32(truncatingIfNeeded: find.integer(0))
    memory.qualities[code] = number
    return number
  }

  // MARK: What goes with readings

  func refuse(_ reading: RefusedReading) throws {
    let add = try statement(
      "INSERT INTO refused (batch, meter, type, stamp, value, reason, reply_code) VALUES (?, ?, ?, ?, ?, ?, ?)")
    add.bind(1, batch)
    add.bind(2, reading.meter)
    add.bind(3, reading.readingType)
    add.bind(4, reading.stamp?.microseconds)
    add.bind(5, reading.value)
    add.bind(6, reading.reason)
    add.bind(7, reading.replyCode)
    try add.run()
  }

  func explain(_ explanation: Explanation, series: Int64, at stamp: Int64) throws {
    let add = try statement(
      "INSERT INTO explanation (series, stamp, batch, rule, inputs, version) VALUES (?, ?, ?, ?, ?, ?)")
    add.bind(1, series)
    add.bind(2, stamp)
    add.bind(3, batch)
    add.bind(4, explanation.rule)
    add.bind(5, explanation.inputs)
    add.bind(6, explanation.version)
    try add.run()
  }

  func note(_ progress: FileProgress) throws {
    let add = try statement(
      "INSERT OR REPLACE INTO file (key, name, state, done, readings, batch) VALUES (?, ?, ?, ?, ?, ?)")
    add.bind(1, progress.key)
    add.bind(2, progress.name)
    add.bind(3, Int64(progress.state.rawValue))
    add.bind(4, progress.done)
    add.bind(5, progress.readings)
    add.bind(6, batch)
    try add.run()
  }
}
