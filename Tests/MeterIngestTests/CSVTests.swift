// Readings as CSV.
import CIMModel
import MeterIngest
import MeterStore
import Testing

@Suite("Intake of CSV")
struct CSVTests {
  private func ingest(_ store: any ReadingStore, _ text: String, piece: Int = 5) throws -> IngestReport {
    let bytes = Array(text.utf8)
    let source = ReadingIngest.Source(name: "file.csv", key: text, author: "tester")
    return try ReadingIngest(store: store, now: { Timestamp(seconds: IngestDocument.midnight + 172_800) })
      .ingestCSV(source) { take in
        for start in stride(from: 0, to: bytes.count, by: piece) {
          try bytes[start..<min(bytes.count, start + piece)].withUnsafeBytes(take)
        }
      }
  }

  @Test("columns in any order, quotes, byte order mark, CRLF, qualities, kinds")
  func reads() throws {
    let store = MemoryReadingStore()
    let type = IngestDocument.kWh
    let report = try ingest(
      store,
      "\u{FEFF}time,value,quality,meter,reading_type,kind\r\n"
        + "2026-02-16T00:15:00Z,1.50,3.8.0 3.5.258,\"M,1\",\(type),\r\n"
        + "2026-02-16T01:30:00+01:00,2,,\"M,1\",\(type),interval\r\n"
        + "2026-02-16T00:00:00Z,99,,\"say \"\"M2\"\"\",\(IngestDocument.register),reading")
    #expect(report.breach == nil)
    #expect(report.outcome == MergeOutcome(added: 3))
    try store.read { reader in
      let meter = try #require(try reader.meter("M,1"))
      let series = try reader.series(of: meter.number)
      #expect(series.map(\.isInterval) == [true])
      let run = try reader.readings(series[0].number, days: IngestDocument.day...IngestDocument.day)
      #expect(run.text(0) == "1.50")
      #expect(run.number(1) == 2)
      #expect(run.stamps[1] == (IngestDocument.midnight + 1800) * 1_000_000)
      #expect(try run.qualities.map { try reader.qualityCode($0.code) } == ["3.8.0", "3.5.258"])
      #expect(try reader.meter("say \"M2\"") != nil)
    }
  }

  @Test("a line that is none is refused and kept, the others are taken in")
  func badLines() throws {
    let store = MemoryReadingStore()
    let report = try ingest(
      store,
      """
      meter,reading_type,time,value
      M1,\(IngestDocument.kWh),2026-02-16T00:15:00Z,1
      M1,\(IngestDocument.kWh),yesterday,1
      M1,\(IngestDocument.kWh),2026-02-16T00:30:00,1

      M1,\(IngestDocument.kWh),2026-02-16T00:45:00Z,-0.25
      """)
    #expect(report.refused == ["badLine": 2])
    #expect(report.outcome == MergeOutcome(added: 2))
    #expect(try store.read { try $0.refused(limit: 9) }.first?.value?.contains("yesterday") == true)
  }

  @Test(
    "without its columns a file is refused",
    arguments: [
      ("", "header"), ("meter,time,value\nM1,2026-02-16T00:15:00Z,1", "reading_type"),
      ("meter,reading_type,time,value\n\"" + String(repeating: "x", count: 70_000), "quote"),
    ])
  func noHeader(_ text: String, _ word: String) throws {
    #expect(try ingest(MemoryReadingStore(), text, piece: 1000).breach?.contains(word) == true)
  }
}
