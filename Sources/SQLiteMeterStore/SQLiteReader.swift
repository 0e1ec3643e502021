// Reads from one state of the file.
import CIMModel
import MeterStore
import SQLiteAccess

/// The statements of readers, prepared when first needed.
class SQLiteReader: StoreReader {
  let connection: OpaquePointer
  private var prepared: [String: SQLStatement] = [:]
  private var qualityCodes: [Int32: String] = [:]

  init(_ connection: OpaquePointer) { self.connection = connection }

  /// Statements are few and fixed: their texts are in this module.
  func statement(_ sql: String) throws(StoreError) -> SQLStatement {
    if let known = prepared[sql] { return known }
    let fresh = try SQLStatement(connection, sql)
    prepared[sql] = fresh
    return fresh
  }

  func meter(_ key: String) throws -> MeterRecord? {
    let find = try statement("SELECT meter FROM meter_key WHERE hash = ?")
    find.bind(1, MeterKeyHash.hash(key))
    var candidates: [Int64] = []
    while candidates.count < 100, try find.step() { candidates.append(find.integer(0)) }
    find.reset()
    for number in candidates {
      if let meter = try meters(after: number - 1, limit: 1).first, meter.number == number, meter.keys.contains(key) {
        return meter
      }
    }
    let alias = try statement("SELECT meter FROM meter_alias WHERE key = ?")
    alias.bind(1, key)
    guard try alias.step() else { return nil }
    defer { alias.reset() }
    return try meters(after: alias.integer(0) - 1, limit: 1).first
  }

  func meters(after number: Int64, limit: Int) throws -> [MeterRecord] {
    let list = try statement(
      "SELECT number, mrid, name, usage_point, state FROM meter WHERE number > ? ORDER BY number LIMIT ?")
    list.bind(1, number)
    list.bind(2, Int64(limit))
    var found: [MeterRecord] = []
    while try list.step() {
      found.append(
        MeterRecord(
          number: list.integer(0), mRID: list.text(1), name: list.text(2), usagePoint: list.text(3),
          state: MeterRecord.State(rawValue: Int(list.integer(4))) ?? .held))
    }
    return found
  }

  func series(of meter: Int64) throws -> [SeriesRecord] {
    let list = try statement(
      """
      SELECT series.number, code, is_interval FROM series JOIN reading_type ON reading_type.number = type
      WHERE meter = ? ORDER BY series.number
      """)
    list.bind(1, meter)
    var found: [SeriesRecord] = []
    while try list.step() {
      found.append(
        SeriesRecord(
          number: list.integer(0), meter: meter, readingType: list.text(1) ?? "", isInterval: list.integer(2) != 0))
    }
    return found
  }

  func storedDays() throws -> ClosedRange<Int32>? {
    // Two questions: the least and the largest of one are not both looked up.
    let find = try statement("SELECT (SELECT min(place) FROM block) >> 32, (SELECT max(place) FROM block) >> 32")
    defer { find.reset() }
    guard try find.step(), !find.isNull(0) else { return nil }
    let first = Int32(truncatingIfNeeded: find.integer(0))
    return first...max(first, Int32(truncatingIfNeeded: find.integer(1)))
  }

  func storedDay(from day: Int32) throws -> Int32? {
    let find = try statement("SELECT min(place) >> 32 FROM block WHERE place >= ?")
    find.bind(1, MeterSchema.place(0, day))
    defer { find.reset() }
    guard try find.step(), !find.isNull(0) else { return nil }
    return Int32(truncatingIfNeeded: find.integer(0))
  }

  func qualityCode(_ number: Int32) throws -> String? {
    if let known = qualityCodes[number] { return known }
    let find = try statement("SELECT code FROM quality WHERE number = ?")
    find.bind(1, Int64(number))
    guard try find.step() else { return nil }
    defer { find.reset() }
    qualityCodes[number] = find.text(0)
    return qualityCodes[number]
  }

  func readings(_ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun) throws {
    let find = try statement("SELECT block.data, patch.data FROM block LEFT JOIN patch USING (place) WHERE place = ?")
    for day in days {
      let place = MeterSchema.place(series, day)
      find.bind(1, place)
      guard try find.step() else { continue }
      defer { find.reset() }
      let data = find.blob(0)
      if let batch {
        let header = try BlockReader.header(data)
        if header.created > batch { continue }
        if header.changed > batch {
          // Patches are of later batches still.
          var state = try Self.run(data, day)
          for before in try self.before(place, day, after: batch) { state = BlockMerge.undo(state, with: before) }
          run.append(state)
          continue
        }
      }
      try BlockReader.append(data, patches: find.blob(1), upTo: batch ?? .max, day: day, to: &run)
    }
  }

  static func run(_ data: UnsafeRawBufferPointer, _ day: Int32) throws(StoreError) -> ReadingRun {
    var run = ReadingRun()
    try BlockReader.append(data, day: day, to: &run)
    return run
  }

  /// What the changes of later batches were before them, the last first.
  private func before(_ place: Int64, _ day: Int32, after batch: Int64) throws -> [ReadingRun] {
    let list = try statement("SELECT data FROM before WHERE place = ? AND batch > ? ORDER BY batch DESC")
    list.bind(1, place)
    list.bind(2, batch)
    var found: [ReadingRun] = []
    while try list.step() { found.append(try Self.run(list.blob(0), day)) }
    return found
  }

  func batch(asOf time: Timestamp) throws -> Int64 {
    // Batches are recorded in the order of their numbers.
    let find = try statement("SELECT coalesce(max(number), 0) FROM batch WHERE recorded <= ?")
    find.bind(1, time.microseconds)
    defer { find.reset() }
    return try find.step() ? find.integer(0) : 0
  }

  func batch(_ number: Int64) throws -> BatchRecord? {
    let find = try statement("SELECT number, recorded, kind, source, author FROM batch WHERE number = ?")
    find.bind(1, number)
    defer { find.reset() }
    return try find.step() ? Self.record(find) : nil
  }

  private static func record(_ row: SQLStatement) -> BatchRecord {
    BatchRecord(
      number: row.integer(0), recorded: Timestamp(microseconds: row.integer(1)),
      batch: Batch(kind: row.text(2) ?? "", source: row.text(3) ?? "", author: row.text(4) ?? ""))
  }

  func batches(_ series: Int64, day: Int32) throws -> [BatchRecord] {
    let place = MeterSchema.place(series, day)
    let find = try statement("SELECT block.data, patch.data FROM block LEFT JOIN patch USING (place) WHERE place = ?")
    find.bind(1, place)
    guard try find.step() else { return [] }
    let header = try BlockReader.header(find.blob(0))
    // Patches are newer than all that was merged.
    let patches = try BlockPatches.batches(find.blob(1))
    find.reset()
    let list = try statement("SELECT batch FROM before WHERE place = ? ORDER BY batch")
    list.bind(1, place)
    var numbers = [header.created]
    while try list.step() { if list.integer(0) != header.created { numbers.append(list.integer(0)) } }
    numbers += patches
    return try numbers.compactMap { try batch($0) }
  }

  func explanations(_ series: Int64, at stamp: Int64) throws -> [(batch: Int64, explanation: Explanation)] {
    let list = try statement(
      "SELECT batch, rule, inputs, version FROM explanation WHERE series = ? AND stamp = ? ORDER BY rowid")
    list.bind(1, series)
    list.bind(2, stamp)
    var found: [(batch: Int64, explanation: Explanation)] = []
    while try list.step() {
      found.append(
        (
          list.integer(0),
          Explanation(rule: list.text(1) ?? "", inputs: list.text(2) ?? "", version: list.text(3) ?? "")
        ))
    }
    return found
  }

  func file(_ key: String) throws -> FileProgress? {
    let find = try statement("SELECT name, state, done, readings FROM file WHERE key = ?")
    find.bind(1, key)
    guard try find.step() else { return nil }
    defer { find.reset() }
    return FileProgress(
      key: key, name: find.text(0) ?? "", state: FileProgress.State(rawValue: Int(find.integer(1))) ?? .underWay,
      done: find.integer(2), readings: find.integer(3))
  }

  func refused(limit: Int) throws -> [RefusedReading] {
    let list = try statement("SELECT meter, type, stamp, value, reason, reply_code FROM refused ORDER BY id LIMIT ?")
    list.bind(1, Int64(limit))
    var found: [RefusedReading] = []
    while try list.step() {
      found.append(
        RefusedReading(
          meter: list.text(0) ?? "", readingType: list.text(1) ?? "",
          stamp: list.isNull(2) ? nil : Timestamp(microseconds: list.integer(2)), value: list.text(3),
          reason: list.text(4) ?? "", replyCode: list.text(5) ?? ""))
    }
    return found
  }
}
