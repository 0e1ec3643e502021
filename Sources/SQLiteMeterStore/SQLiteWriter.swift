// Writes one batch into the file.
import CIMModel
import GRDBSQLite
import MeterStore

/// What the writer has looked up already; it outlives batches, not their failure.
final class CatalogueMemory {
  var meters: [[UInt8]: MeterRecord] = [:]
  var series: [UInt64: Int64] = [:]
  var readingTypes: [String: Int64] = [:]
  var qualities: [String: Int32] = [:]

  /// Meters and series beyond that are looked up in the file.
  static let most = 4_000_000

  func forget() {
    meters = [:]
    series = [:]
    readingTypes = [:]
    qualities = [:]
  }
}

final class SQLiteWriter: SQLiteReader, BatchWriter {
  let batch: Int64
  private let memory: CatalogueMemory
  private let insert: SQLStatement
  private let select: SQLStatement
  private let update: SQLStatement
  private let insertBefore: SQLStatement
  private var packed = BlockWriter()

  init(_ connection: OpaquePointer, batch: Int64, memory: CatalogueMemory) throws(StoreError) {
    self.batch = batch
    self.memory = memory
    insert = try SQLStatement(connection, "INSERT OR IGNORE INTO block (place, data) VALUES (?, ?)")
    select = try SQLStatement(connection, "SELECT data FROM block WHERE place = ?")
    update = try SQLStatement(connection, "UPDATE block SET data = ?2 WHERE place = ?1")
    insertBefore = try SQLStatement(connection, "INSERT OR REPLACE INTO before (place, batch, data) VALUES (?, ?, ?)")
    super.init(connection)
  }

  // MARK: Readings

  func put(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32, own: Set<Int32>) throws -> MergeOutcome {
    let place = MeterSchema.place(series, day)
    insert.bind(1, place)
    insert.bind(2, block)
    try insert.run()
    if insert.changes > 0 { return MergeOutcome(added: try BlockReader.header(block).count) }
    select.bind(1, place)
    guard try select.step() else { throw StoreError(.damaged, "a block is there and is not: check the store's file") }
    defer { select.reset() }
    let change = try BlockUpdate(old: select.blob(0), new: block, day: day, batch: batch, own: own) {
      try before(place, day)
    }
    guard change.changes else { return change.outcome }
    select.reset()
    packed.pack(change.merged, day: day, created: change.created, changed: change.created == batch ? nil : batch)
    update.bind(1, place)
    update.bind(2, packed.bytes)
    try update.run()
    if let before = change.before {
      packed.pack(before, day: day, created: batch)
      insertBefore.bind(1, place)
      insertBefore.bind(2, batch)
      insertBefore.bind(3, packed.bytes)
      try insertBefore.run()
    }
    return change.outcome
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
    let run = try SQLStatement(connection, "COMMIT")
    try run.run()
    try SQLStatement(connection, "BEGIN IMMEDIATE").run()
  }

  // MARK: Catalogue

  func meter(
    _ record: @autoclosure () -> MeterRecord, key: UnsafeBufferPointer<UInt8>, adds: Bool
  ) throws -> MeterRecord? {
    let key = Array(key)
    if let known = memory.meters[key] { return known }
    if memory.meters.count >= CatalogueMemory.most { memory.meters = [:] }
    let text = String(decoding: key, as: UTF8.self)
    if let known = try meter(text) {
      memory.meters[key] = known
      return known
    }
    guard adds else { return nil }
    var fresh = record()
    // It may be known by another of its names.
    for other in fresh.keys where other != text {
      if let known = try meter(other) {
        try addKey(text, known.number)
        memory.meters[key] = known
        return known
      }
    }
    let add = try statement("INSERT INTO meter (mrid, name, usage_point, state) VALUES (?, ?, ?, ?)")
    add.bind(1, fresh.mRID)
    add.bind(2, fresh.name)
    add.bind(3, fresh.usagePoint)
    add.bind(4, Int64(fresh.state.rawValue))
    try add.run()
    fresh.number = sqlite3_last_insert_rowid(connection)
    for other in fresh.keys { try addKey(other, fresh.number) }
    memory.meters[key] = fresh
    return fresh
  }

  private func addKey(_ key: String, _ meter: Int64) throws {
    let add = try statement("INSERT OR IGNORE INTO meter_key (key, meter) VALUES (?, ?)")
    add.bind(1, key)
    add.bind(2, meter)
    try add.run()
  }

  func setState(_ state: MeterRecord.State, of meter: Int64) throws {
    let set = try statement("UPDATE meter SET state = ? WHERE number = ?")
    set.bind(1, Int64(state.rawValue))
    set.bind(2, meter)
    try set.run()
    memory.meters = [:]
  }

  func series(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64 {
    let type = try number(ofType: readingType)
    guard meter < 1 << 40, type < 1 << 22 else {
      throw StoreError(.limit, "the store cannot number more meters or reading types: begin another store")
    }
    let key = UInt64(meter) << 23 | UInt64(type) << 1 | (isInterval ? 1 : 0)
    if let known = memory.series[key] { return known }
    if memory.series.count >= CatalogueMemory.most { memory.series = [:] }
    let find = try statement("SELECT number FROM series WHERE meter = ? AND type = ? AND is_interval = ?")
    find.bind(1, meter)
    find.bind(2, type)
    find.bind(3, isInterval ? 1 : 0)
    if try find.step() {
      memory.series[key] = find.integer(0)
      find.reset()
    } else {
      let add = try statement("INSERT INTO series (meter, type, is_interval) VALUES (?, ?, ?)")
      add.bind(1, meter)
      add.bind(2, type)
      add.bind(3, isInterval ? 1 : 0)
      try add.run()
      memory.series[key] = sqlite3_last_insert_rowid(connection)
    }
    guard let number = memory.series[key], number <= MeterSchema.mostSeries else {
      throw StoreError(
        .limit, "the store has \(MeterSchema.mostSeries) series and cannot have more: begin another store")
    }
    return number
  }

  private func number(ofType code: String) throws -> Int64 {
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
