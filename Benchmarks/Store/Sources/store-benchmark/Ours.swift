// What Busbar does: the modes decode, ingest, correct, year and days.
import CIMCodec
import CIMModel
import CIMProfiles
import Glibc
import LocalTime
import MeterIngest
import MeterStore
import SQLiteMeterStore
import XMLPull

let limits: DecodingLimits = {
  var limits = DecodingLimits()
  limits.xml.totalBytes = 1 << 50
  return limits
}()

/// Validates a document and hands out its columns piece by piece; what is whole comes once.
func readColumns(_ file: String, _ take: (ReadingColumns) throws -> Void) throws {
  var decoder = MeterReadingsDecoder(resolver: SchemaLibrary.standard, limits: limits)
  try readPieces(file) { bytes in
    decoder.feed(bytes)
    try take(decoder.columns)
    decoder.removeComplete()
  }
  guard decoder.finish().findings.isEmpty else { throw Failure(description: "not valid") }
  try take(decoder.columns)
}

func decodeOnly(_ file: String) throws -> Work {
  var rows = 0
  try readColumns(file) { rows += $0.rowCount }
  return Work(readings: rows)
}

/// - Parameter isKnown: takes the store that is there and empties its blocks: its meters are known, as on every day but the first.
func ingest(_ file: String, _ folder: String, isKnown: Bool = false) throws -> Work {
  let path = folder + "/readings.sqlite"
  if !isKnown { remove(store: path) }
  let store = try SQLiteReadingStore(path: path, zone: .utc)
  let source = ReadingIngest.Source(
    name: file, key: isKnown ? "\(seconds(CLOCK_MONOTONIC))" : file, author: "benchmark")
  let report = try ReadingIngest(store: store).ingest(source, resolver: SchemaLibrary.standard, limits: limits) {
    take in
    try readPieces(file, take)
  }
  guard report.breach == nil, report.outcome.added == report.readings, report.readings > 0 else {
    throw Failure(description: "not all was taken in: \(report)")
  }
  let blocks = try store.rows(sql: "SELECT sum(length(data)) + 8 * count(*) FROM block").rows[0][0] ?? ""
  try store.close()
  let bytes = size(of: path)
  return Work(
    readings: report.readings,
    remark: "file \(perReading(bytes, report.readings)) B a reading, its blocks "
      + "\(perReading(Int(blocks) ?? 0, report.readings))")
}

func perReading(_ bytes: Int, _ readings: Int) -> String {
  let hundredths = bytes * 100 / max(readings, 1)
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}

func readYear(_ folder: String, _ rounds: Int) throws {
  let path = folder + "/year.sqlite"
  remove(store: path)
  let store = try SQLiteReadingStore(path: path, zone: .utc)
  let day: Int32 = 20_454
  let (series, other) = try store.write(Batch(kind: "ingest", source: "benchmark", author: "benchmark")) { writer in
    var numbers: [Int64] = []
    // A hundred meters beside it, so that its days do not lie side by side.
    for number in 0..<100 {
      guard let meter = try writer.meter(MeterRecord(mRID: "M\(number)", name: nil, usagePoint: nil)) else { continue }
      numbers.append(
        try writer.series(
          meter: meter.number, readingType: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", isInterval: true))
    }
    for offset in 0..<Int32(365) {
      for series in numbers {
        _ = try writer.put(load(series, day + offset), series: series, isInterval: true, days: store.days)
      }
    }
    return (numbers[50], numbers[51])
  }
  var run = ReadingRun()
  for round in 0..<rounds * 10 {
    run.removeAll()
    try measure("year", 1) {
      try store.read { try $0.readings(round % 2 == 0 ? series : other, days: day...day + 364, upTo: nil, into: &run) }
      guard run.count == 35_040 else { throw Failure(description: "\(run.count) readings") }
      return Work(readings: run.count)
    }
  }
  try store.close()
  remove(store: path)
}

/// A day of quarter hours; a function of series and day.
func load(_ series: Int64, _ day: Int32) -> ReadingRun {
  var run = ReadingRun()
  var state = UInt64(bitPattern: series &* 1_000_003 &+ Int64(day)) &* 0x9E37_79B9_7F4A_7C15 | 1
  let midnight = Int64(day) * 86_400_000_000
  for quarter in 1...96 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    run.append(midnight + Int64(quarter) * 900_000_000, mantissa: Int64(60 + state % 240), scale: 3)
    if state >> 40 & 63 == 0 { run.qualities.append(.init(row: quarter - 1, code: 1)) }
  }
  return run
}

/// A utility's days without a file: packed and committed, day after day, a commit every million readings.
func fillDays(_ folder: String) throws -> Work {
  let meters = getenv("METERS").flatMap { Int(String(cString: $0)) } ?? 1_000_000
  let path = folder + "/days.sqlite"
  remove(store: path)
  let store = try SQLiteReadingStore(path: path, zone: .utc)
  try store.write(Batch(kind: "ingest", source: "benchmark", author: "benchmark")) { writer in
    var packer = BlockWriter()
    _ = try writer.quality("3.8.0")
    var count = 0
    for day in Int32(20_500)..<20_503 {
      for number in 0..<meters {
        let meter = try writer.meter(MeterRecord(mRID: "MTR-\(number)", name: nil, usagePoint: nil))
        let series = try writer.series(
          meter: meter?.number ?? 0, readingType: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", isInterval: true)
        packer.pack(load(series, day), day: day, created: writer.batch)
        _ = try writer.put(packer.bytes, series: series, day: day, own: [])
        count += 96
        if count % 960_000 == 0 { try writer.commit() }
      }
    }
  }
  try store.close()
  let readings = meters * 96 * 3
  return Work(readings: readings, remark: "\(perReading(size(of: path), readings)) B a reading on disk")
}
