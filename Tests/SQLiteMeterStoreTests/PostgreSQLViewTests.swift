// Readings as rows, unpacked by the server's own functions: a second reader of blocks that shares nothing with ours.
#if PostgreSQL
  import CIMModel
  import Foundation
  import MeterStore
  import Testing

  @testable import PostgreSQLMeterStore

  @Suite(
    "Readings as rows in PostgreSQL", .enabled(if: ProcessInfo.processInfo.environment["BUSBAR_POSTGRESQL"] != nil))
  struct PostgreSQLViewTests {
    private let store: PostgreSQLReadingStore
    private let connection: PostgreSQLConnection
    /// The view; with an s the function.
    private let reading: String

    init() throws {
      let server = ProcessInfo.processInfo.environment["BUSBAR_POSTGRESQL"] ?? ""
      let schema = "test_" + UUID().uuidString.lowercased().split(separator: "-").joined()
      store = try PostgreSQLReadingStore(address: server, schema: schema)
      // As somebody's tool would: with a connection, a path and a time zone of its own.
      connection = try PostgreSQLConnection(server)
      try connection.execute("SET timezone TO 'Asia/Tokyo'")
      reading = schema + ".reading"
    }

    private func put(_ run: ReadingRun, meter: String, state: MeterRecord.State = .active) throws {
      try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
        for code in ["3.8.0", "3.5.258", "1.0.1"] { _ = try writer.quality(code) }
        let record = MeterRecord(mRID: meter, name: "name of " + meter, usagePoint: nil, state: state)
        let number = try #require(try writer.meter(record)).number
        let series = try writer.series(meter: number, readingType: ReadingStoreContract.type, isInterval: true)
        _ = try writer.put(run, series: series, isInterval: true, days: store.days)
      }
    }

    private func rows(_ sql: String) throws -> [[String?]] {
      let rows = try connection.run(sql)
      return (0..<rows.count).map { row in (0..<rows.columns).map { rows.text(row, $0) } }
    }

    private static let stamp = "to_char(stamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

    @Test("a row says meter, type, local day, instant, value as it came, number and codes of qualities")
    func columns() throws {
      var run = ReadingRun()
      let midnight = ReadingStoreContract.midnight
      run.append(midnight + 900_000_000, mantissa: -1250, scale: 2)
      run.append(midnight + 1_800_000_000, text: "ein „Wort“")
      run.append(midnight + 86_400_000_000, text: "123456789012345678901.50")
      for code in [3, 1] as [Int32] { run.qualities.append(.init(row: 1, code: code)) }
      try put(run, meter: "M1")
      try put(run, meter: "M2", state: .held)
      let expected = [
        ["2026-02-16", "2026-02-16T00:15:00.000000Z", "-12.50", "-12.50", "{}"],
        ["2026-02-16", "2026-02-16T00:30:00.000000Z", "ein „Wort“", nil, "{1.0.1,3.8.0}"],
        ["2026-02-16", "2026-02-17T00:00:00.000000Z", "123456789012345678901.50", "123456789012345678901.50", "{}"],
      ]
      let columns = "day::text, \(Self.stamp), value, number::text, qualities::text"
      #expect(try rows("SELECT \(columns) FROM \(reading) ORDER BY stamp") == expected)
      #expect(try rows("SELECT \(columns) FROM \(reading)s('name of M1', '2026-02-16', '2026-02-20')") == expected)
      #expect(try rows("SELECT value FROM \(reading)s('M1', '2026-02-17', '2026-02-20')") == [])
      #expect(try rows("SELECT value FROM \(reading)s('M2', '2026-02-16', '2026-02-16')") == [], "held")
      #expect(
        try rows("SELECT DISTINCT meter, reading_type, is_interval::text FROM \(reading)")
          == [["M1", ReadingStoreContract.type, "true"]])
      #expect(
        try rows("SELECT sum(number)::text FROM \(reading) WHERE day = '2026-02-16'") == [["123456789012345678889.00"]])
      #expect(try rows("SELECT value FROM \(reading) WHERE day < '2026-02-16'") == [])
    }

    @Test("the server unpacks every block as we do", arguments: 0..<6)
    func same(_ seed: UInt64) throws {
      var random = ChanceOfRuns(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
      for number in 0..<8 {
        let run = random.run()
        try put(run, meter: "M\(number)")
        // A few readings once more, with other values: they lie beside the block, or in it where it is small.
        for _ in 0..<random.next(4) { try put(random.correction(of: run), meter: "M\(number)") }
        let known = try store.read { reader in
          try reader.readings(
            1 << 31 + Int64(number + 1), days: ReadingStoreContract.day...ReadingStoreContract.day + 6)
        }
        try #require(known.count == run.count)
        var codes = [[Int64]](repeating: [], count: run.count)
        for quality in known.qualities { codes[quality.row].append(Int64(quality.code)) }
        let ours = (0..<known.count).map { row in
          [
            String(known.stamps[row]), known.text(row), known.number(row).map { String(describing: $0) },
            "{" + codes[row].map { ["3.8.0", "3.5.258", "1.0.1"][Int($0) - 1] }.joined(separator: ",") + "}",
          ]
        }
        let theirs = try rows(
          """
          SELECT (extract(epoch FROM stamp) * 1000000)::bigint::text, value, number::text, qualities::text
          FROM \(reading) WHERE meter = 'M\(number)' ORDER BY stamp
          """)
        try #require(theirs.count == ours.count)
        // The first row that differs says enough.
        let different = ours.indices.first { theirs[$0] != ours[$0] }
        #expect(different == nil, "\(different.map { "row \($0): \(theirs[$0]), ours \(ours[$0])" } ?? "")")
      }
    }
  }

  /// Runs of all shapes that a block can have.
  private struct ChanceOfRuns {
    var state: UInt64

    mutating func next(_ below: UInt64) -> Int64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int64(state % below)
    }

    mutating func correction(of run: ReadingRun) -> ReadingRun {
      var correction = ReadingRun()
      for row in 0..<run.count where next(20) == 0 || row == run.count / 2 {
        if next(4) == 0 {
          correction.append(run.stamps[row], text: "corrected")
        } else {
          correction.append(run.stamps[row], mantissa: next(1_000_000), scale: UInt8(next(4)))
        }
        if next(3) == 0 { correction.qualities.append(.init(row: correction.count - 1, code: 2)) }
      }
      return correction
    }

    mutating func run() -> ReadingRun {
      var run = ReadingRun()
      let unit: Int64 = next(3) == 0 ? 1 : 1_000_000
      let isRegular = next(2) == 0
      let step = (1 + next(3600)) * unit
      let width = UInt64(1) << UInt64(next(60))
      let scale = UInt8(next(19))
      let mixes = next(3) == 0
      var stamp = ReadingStoreContract.midnight + (1 + next(80_000)) * 1_000_000 + (unit == 1 ? next(1_000_000) : 0)
      for row in 0..<Int(1 + next(120)) {
        let value = next(width) - Int64(width / 2)
        switch mixes ? next(8) : 0 {
        case 1: run.append(stamp, text: ["", "ja", "ünï", "17.5", "-3.000000000000000000001", "1e5"][Int(next(6))])
        case 2: run.append(stamp, mantissa: 0, scale: ReadingRun.noValue)
        case 3: run.append(stamp, mantissa: value, scale: UInt8(next(19)))
        case 4: run.append(stamp, mantissa: next(2) == 0 ? .max : .min, scale: scale)
        default: run.append(stamp, mantissa: value, scale: scale)
        }
        for code in 1...3 where next(9) == 0 { run.qualities.append(.init(row: row, code: Int32(code))) }
        stamp += isRegular ? step : (1 + next(600)) * unit
      }
      return run
    }
  }
#endif
