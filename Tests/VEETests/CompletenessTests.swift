// What of a day has not come.
import CIMModel
import MeterStore
import Testing
import VEE

@Suite("Completeness of a day")
struct CompletenessTests {
  private static let kWh = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let day: Int32 = 20_500
  private static let midnight = Int64(day) * 86_400_000_000

  @Test("what is missing, estimated or known only by days before is listed with its span")
  func gaps() throws {
    let store = MemoryReadingStore()
    try store.write(Batch(kind: "ingest", source: "file", author: "MS")) { writer in
      let estimated = try writer.quality("3.8.0")
      func put(_ meter: String, _ slots: some Sequence<Int>, estimate: Int? = nil, held: Bool = false) throws {
        let record = MeterRecord(mRID: meter, name: nil, usagePoint: nil, state: held ? .held : .active)
        let known = try #require(try writer.meter(record))
        let series = try writer.series(meter: known.number, readingType: Self.kWh, isInterval: true)
        var run = ReadingRun()
        for slot in slots {
          run.append(Self.midnight + Int64(slot + 1) * 900_000_000, mantissa: 1, scale: 0)
          if slot == estimate { run.qualities.append(.init(row: run.count - 1, code: estimated)) }
        }
        _ = try writer.put(run, series: series, isInterval: true, days: store.days)
      }
      try put("whole", 0..<96)
      try put("two gaps", (0..<96).filter { $0 != 8 && $0 != 12 })
      try put("estimated", 0..<96, estimate: 95)
      try put("silent", -96..<0)
      try put("gone", -960..<(-864))
      try put("held", 0..<3, held: true)
    }
    let found = try Completeness(of: Self.day, in: store)
    #expect(found.expected == 4 * 96)
    #expect(found.present == 96 + 94 + 95)
    #expect(found.incomplete == 3)
    #expect(found.gaps.map(\.meter.key) == ["two gaps", "estimated", "silent"])
    #expect(found.gaps.map(\.missing) == [2, 1, 96])
    #expect(found.gaps[0].from == Timestamp(xmlText: "2026-02-16T02:00:00Z"))
    #expect(found.gaps[0].to == Timestamp(xmlText: "2026-02-16T03:15:00Z"))
    #expect(try Completeness(of: Self.day, in: store, limit: 1).gaps.count == 1)
  }
}
