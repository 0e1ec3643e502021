// The file: what survives, what is refused, what SQL sees.
import LocalTime
import CIMModel
import Foundation
import GRDB
import MeterStore
import SQLiteMeterStore
import Testing

@Suite("The SQLite file of readings")
struct SQLiteFileTests {
  private func fill(_ store: SQLiteReadingStore) throws -> Int64 {
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      let meter = try #require(try writer.meter(MeterRecord(mRID: "M\"1", name: nil, usagePoint: nil)))
      let series = try writer.series(
        meter: meter.number, readingType: ReadingStoreContract.type, isInterval: true)
      var run = ReadingRun()
      run.append(ReadingStoreContract.midnight + 900_000_000, mantissa: -1250, scale: 2)
      run.append(ReadingStoreContract.midnight + 1_800_000_000, text: "a \"quoted\" text")
      run.qualities.append(.init(row: 1, code: try writer.quality("3.5.258")))
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
      return series
    }
  }

  @Test("a store that is opened again has its readings and its zone")
  func reopened() throws {
    let folder = try TestFolder()
    let zone = try #require(ZoneRules(posix: "CET-1CEST,M3.5.0,M10.5.0/3"))
    let store = try SQLiteReadingStore(path: folder.file, zone: zone)
    let series = try fill(store)
    try store.close()
    let again = try SQLiteReadingStore(path: folder.file)
    #expect(again.days.zone == zone)
    let days = ReadingStoreContract.day - 1...ReadingStoreContract.day
    #expect(try again.read { try $0.readings(series, days: days) }.text(0) == "-12.50")
    try again.close()
    let error = #expect(throws: StoreError.self) { try SQLiteReadingStore(path: folder.file, zone: .utc) }
    #expect(error?.code == .otherZone)
  }

  @Test("a file of somebody else's is refused and stays as it is")
  func foreign() throws {
    let folder = try TestFolder()
    try Data("this is no database, but it is longer than a header of SQLite would be, by a good measure".utf8)
      .write(to: URL(fileURLWithPath: folder.file))
    let error = #expect(throws: StoreError.self) { try SQLiteReadingStore(path: folder.file) }
    #expect(error?.code == .notAStore)
    let other = try TestFolder()
    try DatabaseQueue(path: other.file).write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
    let second = #expect(throws: StoreError.self) { try SQLiteReadingStore(path: other.file) }
    #expect(second?.code == .notAStore)
  }

  @Test("what another process has added is seen by the next batch")
  func twoWriters() throws {
    let folder = try TestFolder()
    let one = try SQLiteReadingStore(path: folder.file)
    let other = try SQLiteReadingStore(path: folder.file)
    func series(_ store: SQLiteReadingStore, _ type: String) throws -> Int64 {
      try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
        let meter = try #require(try writer.meter(MeterRecord(mRID: "M1", name: nil, usagePoint: nil)))
        return try writer.series(meter: meter.number, readingType: type, isInterval: true)
      }
    }
    let first = try series(one, "1")
    let second = try series(other, "2")
    #expect(first != second)
    #expect(try series(one, "2") == second)
    #expect(try series(other, "1") == first)
    #expect(try one.read { try $0.series(of: 1) }.map(\.readingType) == ["1", "2"])
  }

  @Test("SQL sees readings as rows")
  func rows() throws {
    let folder = try TestFolder()
    let store = try SQLiteReadingStore(path: folder.file)
    _ = try fill(store)
    let rows = try store.rows(sql: "SELECT meter, stamp, value, qualities FROM reading ORDER BY stamp")
    #expect(
      rows.rows == [
        ["M\"1", "2026-02-16T00:15:00Z", "-12.50", "[]"],
        ["M\"1", "2026-02-16T00:30:00Z", "a \"quoted\" text", "[1]"],
      ])
    #expect(rows.columns == ["meter", "stamp", "value", "qualities"])
    try store.write(Batch(kind: "edit", source: "s", author: "a")) { writer in
      var day = ReadingRun()
      let midnight = ReadingStoreContract.midnight + 86_400_000_000
      for hour in 1...24 { day.append(midnight + Int64(hour) * 3_600_000_000, mantissa: 0, scale: 0) }
      _ = try writer.put(day, series: 1 << 31 + 1, isInterval: true, days: store.days)
    }
    for value in 1...2 {
      try store.write(Batch(kind: "edit", source: "s", author: "a")) { writer in
        var correction = ReadingRun()
        for hour in [2, 4 + value] {
          correction.append(
            ReadingStoreContract.midnight + 86_400_000_000 + Int64(hour) * 3_600_000_000, text: "\"\(value)\"")
        }
        _ = try writer.put(correction, series: 1 << 31 + 1, isInterval: true, days: store.days)
      }
    }
    #expect(try store.rows(sql: "SELECT count(*) FROM patch").rows == [["1"]], "corrections lie beside the block")
    #expect(
      try store.rows(sql: "SELECT stamp, value FROM reading WHERE value <> '0' AND day = '2026-02-17' ORDER BY stamp")
        .rows == [
          ["2026-02-17T02:00:00Z", "\"2\""], ["2026-02-17T05:00:00Z", "\"1\""], ["2026-02-17T06:00:00Z", "\"2\""],
        ])
    #expect(throws: StoreError.self) { try store.rows(sql: "DELETE FROM block") }
    #expect(throws: StoreError.self) { try store.rows(sql: "SELECT nonsense") }
  }
}
