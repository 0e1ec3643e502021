// Green Button written, and read by the intake.
import CIMModel
import Foundation
import MeterIngest
import MeterQuery
import MeterStore
import Testing

@Suite("Green Button written")
struct GreenButtonTextTests {
  private func ingest(_ bytes: [UInt8], into store: any ReadingStore) throws -> IngestReport {
    let source = ReadingIngest.Source(name: "feed", key: "feed", author: "tester")
    return try ReadingIngest(store: store, now: { Timestamp(seconds: 1_800_000_000) }).ingestGreenButton(source) {
      take in try bytes.withUnsafeBytes(take)
    }
  }

  private func written(_ store: any ReadingStore) throws -> (text: String, leftOut: Int) {
    var feed = GreenButtonText(days: store.days, now: Timestamp(seconds: 1_771_200_000))
    var text = feed.head
    let query = ReadingQuery(meters: [], from: Timestamp(seconds: 1_262_304_000), to: Timestamp(seconds: 1_800_000_000))
    try query.run(on: store) { text += feed.entries($0) }
    return (text + GreenButtonText.tail, feed.leftOut)
  }

  /// Meter, type, instant, number and qualities of every reading.
  private func rows(_ store: any ReadingStore) throws -> Set<String> {
    var rows: Set<String> = []
    let query = ReadingQuery(meters: [], from: Timestamp(seconds: 1_262_304_000), to: Timestamp(seconds: 1_800_000_000))
    try query.run(on: store) { series in
      for reading in series.readings {
        let value = reading.value.flatMap { ExactDecimal($0) }?.description ?? "-"
        rows.insert(
          "\(series.meter.key) \(series.series.readingType) \(reading.time.xmlText) \(value) \(reading.qualities)")
      }
    }
    return rows
  }

  @Test(
    "decimals become whole numbers of a smaller unit, interval ends begins, qualities ESPI's; what has no number stays out"
  )
  func writes() throws {
    let store = MemoryReadingStore()
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      let meter = try #require(try writer.meter(MeterRecord(mRID: "M<1>", name: nil, usagePoint: nil)))
      let series = try writer.series(
        meter: meter.number, readingType: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", isInterval: true)
      var run = ReadingRun()
      run.append(1_771_200_900_000_000, mantissa: 1250, scale: 3)
      run.append(1_771_201_800_000_000, mantissa: 3, scale: 0)
      run.append(1_771_202_700_000_000, text: "broken")
      run.qualities.append(.init(row: 0, code: try writer.quality("3.8.0")))
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
    }
    let (text, leftOut) = try written(store)
    #expect(leftOut == 1)
    // 1.25 kWh is 125 times ten Wh.
    #expect(text.contains("<powerOfTenMultiplier>1</powerOfTenMultiplier>"))
    #expect(text.contains("<value>125</value>") && text.contains("<value>300</value>"))
    #expect(text.contains("<duration>900</duration><start>1771200000</start>"))
    #expect(text.contains("<ReadingQuality><quality>8</quality></ReadingQuality>"))
    #expect(text.contains("<title>M&lt;1&gt;</title>"))
    #expect(text.contains("<intervalLength>900</intervalLength>"))
    let again = MemoryReadingStore()
    #expect(try ingest(Array(text.utf8), into: again).outcome.added == 2)
    #expect(
      try rows(again).map { $0.split(separator: " ").dropFirst().joined(separator: " ") }.sorted() == [
        "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.1.72.0 2026-02-16T00:15:00Z 125 [\"5.8.0\"]",
        "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.1.72.0 2026-02-16T00:30:00Z 300 []",
      ])
  }

  private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/samples/greenbutton")

  @Test(
    "published files come back the same after they were taken in, written and taken in again",
    .enabled(if: FileManager.default.fileExists(atPath: samples.path), "the samples are not here"),
    arguments: [
      ("openespi_15minLP_15Days.xml", 1_340), ("openespi_1hrLP_32Days.xml", 768), ("openespi_1dayLP_365Days.xml", 366),
    ])
  func roundTrip(file: String, count: Int) throws {
    let bytes = try Data(contentsOf: Self.samples.appendingPathComponent(file))
    let store = MemoryReadingStore()
    _ = try ingest(Array(bytes), into: store)
    let before = try rows(store)
    #expect(before.count == count)
    let again = MemoryReadingStore()
    #expect(try ingest(Array(try written(store).text.utf8), into: again).breach == nil)
    #expect(try rows(again) == before)
  }
}
