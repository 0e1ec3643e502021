// Writes one batch into the file.
import CIMModel
import GRDBSQLite
import MeterStore
import SQLiteAccess

final class SQLiteWriter: SQLiteReader, BatchWriter {
  let batch: Int64
  private let memory: MeterMemory
  // One value: what changes in it is not looked after one by one.
  private var merger: BlockMerger
  // A dictionary of statements by their texts is too slow for what is asked of every meter.
  private let findMeter: SQLStatement
  private let findSeries: SQLStatement
  private var fresh: NewMeters
  private var hasAliases = true
  /// The last numbers of series of instants and of intervals.
  private var lastSeries: (instants: Int64, intervals: Int64) = (0, 0)
  /// Reading types that came last, with their numbers.
  private var lastTypes: [(code: String, number: Int64)] = []
  private var queue = BlockQueue()

  init(_ connection: OpaquePointer, batch: Int64, memory: MeterMemory) throws(StoreError) {
    self.batch = batch
    self.memory = memory
    merger = try BlockMerger.make(connection, batch: batch)
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

  var own: Set<Int32> {
    get { merger.own }
    set { merger.own = newValue }
  }

  func put(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32, own: Set<Int32>) throws -> MergeOutcome {
    try mergeQueue()
    let (queued, others) = (merger.outcome, merger.own)
    defer { (merger.outcome, merger.own) = (queued, others) }
    (merger.outcome, merger.own) = (MergeOutcome(), own)
    var one = BlockQueue()
    one.append(block, MeterSchema.place(series, day))
    try merger.merge(one)
    return merger.outcome
  }

  func queue(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32) throws {
    queue.append(block, MeterSchema.place(series, day))
    if queue.isFull { try mergeQueue() }
  }

  func flush() throws -> MergeOutcome {
    try mergeQueue()
    defer { merger.outcome = MergeOutcome() }
    return merger.outcome
  }

  /// Writes all that waits.
  func drain() throws {
    try fresh.write()
    try mergeQueue()
  }

  private func mergeQueue() throws {
    if queue.isEmpty { return }
    let blocks = queue
    queue = BlockQueue()
    try merger.merge(blocks)
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
        series.integer(1), series.integer(2), isInterval: series.integer(3) != 0, series: series.integer(0))
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
    if let known = memory.series(meter, type, isInterval: isInterval) { return known }
    guard meter < memory.wholeFrom else { return nil }
    // All series of the meter at once: the others are asked for next.
    try fresh.write()
    findSeries.bind(1, meter)
    while try findSeries.step() {
      memory.remember(
        meter, findSeries.integer(1), isInterval: findSeries.integer(2) != 0, series: findSeries.integer(0))
    }
    return memory.series(meter, type, isInterval: isInterval)
  }

  func series(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64 {
    let type = try number(ofType: readingType)
    guard SeriesNumbers.fits(meter, type) else {
      throw StoreError(.limit, "the store cannot number more meters or reading types: begin another store")
    }
    if let known = try knownSeries(meter, type, isInterval: isInterval) { return known }
    let number = (isInterval ? lastSeries.intervals : lastSeries.instants) + 1
    guard number < (isInterval ? 2 : 1) * MeterSchema.firstInterval else {
      throw StoreError(
        .limit, "the store has \(MeterSchema.firstInterval) series and cannot have more: begin another store")
    }
    try fresh.addSeries(number, meter: meter, type: type, isInterval: isInterval)
    if isInterval { lastSeries.intervals = number } else { lastSeries.instants = number }
    memory.remember(meter, type, isInterval: isInterval, series: number)
    return number
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
