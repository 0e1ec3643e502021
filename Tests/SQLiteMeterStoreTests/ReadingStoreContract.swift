// What every store has to do, on every store.
import LocalTime
import CIMModel
import Foundation
import MeterStore
import SQLiteMeterStore
import Synchronization
import Testing

#if PostgreSQL
  import PostgreSQLMeterStore
#endif

/// A clock that tests set.
final class TestClock: Sendable {
  private let time = Mutex(Timestamp(seconds: 1_771_200_000))
  func set(_ seconds: Int64) { time.withLock { $0 = Timestamp(seconds: seconds) } }
  func now() -> Timestamp { time.withLock { $0 } }
}

enum StoreKind: String, CaseIterable, Sendable {
  case memory, sqlite, postgreSQL

  /// PostgreSQL where the package is built with the trait and BUSBAR_POSTGRESQL says how to reach a server; see
  /// scripts/check-postgresql.
  static var allCases: [StoreKind] {
    #if PostgreSQL
      if ProcessInfo.processInfo.environment["BUSBAR_POSTGRESQL"] != nil { return [.memory, .sqlite, .postgreSQL] }
    #endif
    return [.memory, .sqlite]
  }

  func make(_ clock: TestClock, zone: ZoneRules = .utc) throws -> any ReadingStore {
    switch self {
    case .memory: MemoryReadingStore(zone: zone, now: { clock.now() })
    case .sqlite: try SQLiteReadingStore(path: TestFolder().file, zone: zone, now: { clock.now() })
    case .postgreSQL: try Self.postgreSQL(clock, zone)
    }
  }
}

extension StoreKind {
  /// In a schema of its own, which goes with the server that the script has started.
  private static func postgreSQL(_ clock: TestClock, _ zone: ZoneRules) throws -> any ReadingStore {
    #if PostgreSQL
      let address = ProcessInfo.processInfo.environment["BUSBAR_POSTGRESQL"] ?? ""
      let schema = "test_" + UUID().uuidString.lowercased().split(separator: "-").joined()
      return try PostgreSQLReadingStore(address: address, schema: schema, zone: zone, now: { clock.now() })
    #else
      throw StoreError(.notAStore, "built without PostgreSQL")
    #endif
  }
}

/// A folder of its own, which the system clears away.
struct TestFolder {
  let path = NSTemporaryDirectory() + "busbar-readings-" + UUID().uuidString
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  var file: String { path + "/readings.sqlite" }
}

@Suite("Stores of readings")
struct ReadingStoreContract {
  static let type = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  static let day: Int32 = 20_500
  static let midnight = Int64(day) * 86_400_000_000

  private func run(_ values: [(Int, Int64)], codes: [Int32] = []) -> ReadingRun {
    var run = ReadingRun()
    for (quarter, value) in values {
      run.append(Self.midnight + Int64(quarter) * 900_000_000, mantissa: value, scale: 3)
      for code in codes { run.qualities.append(.init(row: run.count - 1, code: code)) }
    }
    return run
  }

  private func put(
    _ store: any ReadingStore, _ run: ReadingRun, meter: String = "M1", source: String = "test"
  ) throws -> (series: Int64, outcome: MergeOutcome) {
    try store.write(Batch(kind: "ingest", source: source, author: "tester")) { writer in
      let meter = try #require(try writer.meter(MeterRecord(mRID: meter, name: "name of " + meter, usagePoint: nil)))
      let series = try writer.series(meter: meter.number, readingType: Self.type, isInterval: true)
      return (series, try writer.put(run, series: series, isInterval: true, days: store.days))
    }
  }

  private func texts(_ store: any ReadingStore, _ series: Int64, upTo batch: Int64? = nil) throws -> [String?] {
    let run = try store.read { try $0.readings(series, days: Self.day...Self.day + 1, upTo: batch) }
    return (0..<run.count).map { run.text($0) }
  }

  @Test(
    "readings come back, an interval that ends at midnight on the day that ends there", arguments: StoreKind.allCases)
  func comesBack(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    let (series, outcome) = try put(store, run([(1, 10), (95, 20), (96, 30), (97, 40)]))
    #expect(outcome == MergeOutcome(added: 4))
    let first = try store.read { try $0.readings(series, days: Self.day...Self.day) }
    #expect(first.stamps.count == 3)
    #expect(first.text(2) == "0.030")
    let record = try #require(try store.read { try $0.meter("name of M1") })
    #expect(record.mRID == "M1")
    #expect(try store.read { try $0.series(of: record.number) }.map(\.readingType) == [Self.type])
  }

  @Test("the same once more changes nothing and leaves no version", arguments: StoreKind.allCases)
  func idempotent(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    let readings = run([(1, 10), (2, 20)])
    let (series, _) = try put(store, readings)
    #expect(try put(store, readings).outcome == MergeOutcome(same: 2))
    #expect(try store.read { try $0.batches(series, day: Self.day) }.count == 1)
  }

  @Test(
    "what was known at a time can be read again after corrections, late readings and estimates",
    arguments: StoreKind.allCases)
  func asKnownAt(_ kind: StoreKind) throws {
    let clock = TestClock()
    let store = try kind.make(clock)
    clock.set(1000)
    let (series, _) = try put(store, run([(1, 10), (2, 20)]), source: "first")
    clock.set(2000)
    #expect(try put(store, run([(2, 21), (3, 30)]), source: "second").outcome == MergeOutcome(added: 1, changed: 1))
    clock.set(3000)
    _ = try put(store, run([(1, 11), (2, 22)]), source: "third")
    clock.set(4000)
    _ = try put(store, run([(5, 50)]), meter: "M2")
    func known(at seconds: Int64) throws -> [String?] {
      let batch = try store.read { try $0.batch(asOf: Timestamp(seconds: seconds)) }
      return try texts(store, series, upTo: batch)
    }
    #expect(try known(at: 999) == [])
    #expect(try known(at: 1000) == ["0.010", "0.020"])
    #expect(try known(at: 2500) == ["0.010", "0.021", "0.030"])
    #expect(try known(at: 3000) == ["0.011", "0.022", "0.030"])
    #expect(try texts(store, series) == ["0.011", "0.022", "0.030"])
    #expect(
      try store.read { try $0.batches(series, day: Self.day) }.map(\.batch.source) == ["first", "second", "third"])
  }

  @Test("several merges of one batch into one day are one version", arguments: StoreKind.allCases)
  func oneBatch(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    let (series, _) = try put(store, run([(1, 10)]))
    try store.write(Batch(kind: "edit", source: "x", author: "y")) { writer in
      for value in [11, 12, 13] as [Int64] {
        _ = try writer.put(run([(1, value), (Int(value), 1)]), series: series, isInterval: true, days: store.days)
      }
    }
    #expect(try texts(store, series, upTo: 1) == ["0.010"])
    #expect(try texts(store, series) == ["0.013", "0.001", "0.001", "0.001"])
  }

  @Test("queued blocks keep their order, are seen by who reads, and are counted once", arguments: StoreKind.allCases)
  func queued(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    let (series, _) = try put(store, run([(1, 10)]))
    try store.write(Batch(kind: "ingest", source: "x", author: "y")) { writer in
      let validated = try writer.quality("3.0.1")
      writer.own = [validated]
      let second = try writer.series(meter: 1, readingType: "other", isInterval: false)
      #expect(second != series)
      var packer = BlockWriter()
      for (number, value) in [(second, 1), (series, 20), (second, 2), (series, 30)] as [(Int64, Int64)] {
        for day in [Self.day + 1, Self.day] {
          var run = ReadingRun()
          run.append(Int64(day) * 86_400_000_000 + 900_000_000, mantissa: value, scale: 3)
          packer.pack(run, day: day, created: writer.batch)
          try writer.queue(packer.bytes, series: number, day: day)
        }
      }
      #expect(try writer.readings(series, days: Self.day...Self.day).text(0) == "0.030")
      // Three days are new and then changed; that of before is changed twice.
      #expect(try writer.flush() == MergeOutcome(added: 3, changed: 5))
      #expect(try writer.flush() == MergeOutcome())
    }
    #expect(try texts(store, series) == ["0.030", "0.030"])
    #expect(try texts(store, series, upTo: 1) == ["0.010"])
  }

  @Test("only the call that adds a meter calls it new, under whatever name it comes", arguments: StoreKind.allCases)
  func newMeters(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    func isNew(_ record: MeterRecord) throws -> Bool? {
      try store.write(Batch(kind: "ingest", source: "s", author: "a")) { try $0.meter(record)?.isNew }
    }
    #expect(try isNew(MeterRecord(mRID: "M1", name: "N1", usagePoint: nil)) == true)
    #expect(try isNew(MeterRecord(mRID: "M1", name: "N1", usagePoint: nil)) == false)
    #expect(try isNew(MeterRecord(mRID: "other", name: "N1", usagePoint: nil)) == false)
    #expect(try isNew(MeterRecord(mRID: "other", name: nil, usagePoint: nil)) == false)
  }

  @Test("a usage point has one meter after the other, each with readings of its own", arguments: StoreKind.allCases)
  func exchangedMeters(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    func number(_ mRID: String?, _ name: String?) throws -> Int64? {
      try store.write(Batch(kind: "ingest", source: "s", author: "a")) {
        try $0.meter(MeterRecord(mRID: mRID, name: name, usagePoint: "UP"))?.number
      }
    }
    let old = try #require(try number("M1", nil))
    let new = try #require(try number("M2", nil))
    #expect(old != new)
    #expect(try number("M1", nil) == old && number("M2", nil) == new)
    // What is not said otherwise is the meter that was there first.
    #expect(try number(nil, nil) == old)
    #expect(try number("M1", "N1") == old)
  }

  @Test("the next day that has something is found over any gap", arguments: StoreKind.allCases)
  func storedDay(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    #expect(try store.read { try $0.storedDay(from: .min) } == nil)
    // 96 quarters to a day.
    let (_, _) = try put(store, run([(1, 10), (96 * 2_900_000 + 1, 20), (-96 * 30_000 + 1, 5)].sorted { $0.0 < $1.0 }))
    let days = try store.read { reader in
      try [-40_000, Self.day - 29_999, Self.day, Self.day + 1, Self.day + 2_900_001].map {
        try reader.storedDay(from: $0)
      }
    }
    #expect(days == [Self.day - 30_000, Self.day, Self.day, Self.day + 2_900_000, nil])
  }

  @Test("a batch that fails leaves what it has committed and nothing else", arguments: StoreKind.allCases)
  func fails(_ kind: StoreKind) throws {
    struct Stop: Error {}
    let store = try kind.make(TestClock())
    let (series, _) = try put(store, run([(1, 10)]))
    #expect(throws: Stop.self) {
      try store.write(Batch(kind: "ingest", source: "x", author: "y")) { writer in
        _ = try writer.put(run([(2, 20)]), series: series, isInterval: true, days: store.days)
        try writer.note(FileProgress(key: "f", name: "f", done: 1))
        try writer.commit()
        _ = try writer.put(run([(3, 30)]), series: series, isInterval: true, days: store.days)
        _ = try writer.meter(MeterRecord(mRID: "lost", name: nil, usagePoint: nil))
        throw Stop()
      }
    }
    #expect(try texts(store, series) == ["0.010", "0.020"])
    #expect(try store.read { try $0.file("f") }?.done == 1)
    #expect(try store.read { try $0.meter("lost") } == nil)
    // What the failed batch had numbered is numbered anew.
    _ = try put(store, run([(1, 5)]), meter: "lost")
    #expect(try store.read { try $0.meter("lost") }?.mRID == "lost")
  }

  @Test("qualities, refusals, explanations and held meters are kept", arguments: StoreKind.allCases)
  func catalogue(_ kind: StoreKind) throws {
    let store = try kind.make(TestClock())
    let refusal = RefusedReading(
      meter: "M9", readingType: Self.type, stamp: nil, value: "1", reason: "noTimeStamp", replyCode: "5.8")
    let why = Explanation(rule: "linear", inputs: "1 and 3", version: "1")
    let series = try store.write(Batch(kind: "vee", source: "rules", author: "tester")) { writer in
      let code = try writer.quality("3.8.0")
      #expect(try writer.quality("3.8.0") == code)
      let record = MeterRecord(mRID: "M1", name: nil, usagePoint: "U1", state: .held)
      let meter = try #require(try writer.meter(record))
      let series = try writer.series(meter: meter.number, readingType: Self.type, isInterval: true)
      _ = try writer.put(run([(1, 10)], codes: [code]), series: series, isInterval: true, days: store.days)
      try writer.refuse(refusal)
      try writer.explain(why, series: series, at: Self.midnight)
      try writer.setState(.active, of: meter.number)
      return series
    }
    try store.read { reader in
      let readings = try reader.readings(series, days: Self.day...Self.day)
      #expect(try readings.qualities.map { try reader.qualityCode($0.code) } == ["3.8.0"])
      #expect(try reader.refused(limit: 10) == [refusal])
      #expect(try reader.explanations(series, at: Self.midnight).map(\.explanation) == [why])
      #expect(try reader.meter("U1")?.state == .active)
      #expect(try reader.meters(after: 0, limit: 10).map(\.key) == ["M1"])
    }
  }
}
