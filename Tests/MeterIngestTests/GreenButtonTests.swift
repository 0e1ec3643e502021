// Green Button files, ours and published ones.
import CIMModel
import Foundation
import MeterIngest
import MeterStore
import Testing

@Suite("Intake of Green Button")
struct GreenButtonTests {
  private func ingest(_ store: any ReadingStore, _ bytes: [UInt8], piece: Int = 1000) throws -> IngestReport {
    let source = ReadingIngest.Source(name: "file.xml", key: "file", author: "tester")
    return try ReadingIngest(store: store, now: { Timestamp(seconds: 1_800_000_000) }).ingestGreenButton(source) {
      take in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        try bytes[start..<min(bytes.count, start + piece)].withUnsafeBytes(take)
      }
    }
  }

  private static func entry(_ path: String, up: String, related: [String] = [], id: String = "x", _ content: String)
    -> String
  {
    "<entry><id>urn:uuid:\(id)</id><link rel=\"self\" href=\"\(path)\"/><link rel=\"up\" href=\"\(up)\"/>"
      + related.map { "<link rel=\"related\" href=\"\($0)\"/>" }.joined() + "<content>\(content)</content></entry>"
  }

  private static let feed =
    "<feed xmlns=\"http://www.w3.org/2005/Atom\">"
    + entry(
      "/U/2/M/1/B/1", up: "/U/2/M/1/B",
      "<e:IntervalBlock xmlns:e=\"http://naesb.org/espi\"><e:IntervalReading><e:ReadingQuality><e:quality>8</e:quality>"
        + "</e:ReadingQuality><e:timePeriod><e:duration>900</e:duration><e:start>1771200000</e:start></e:timePeriod>"
        + "<e:value>250</e:value></e:IntervalReading></e:IntervalBlock>")
    + entry("/U/1", up: "/U", id: "one", "<UsagePoint/>")
    + entry("/U/2", up: "/U", id: "two", "<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>")
    + entry("/U/2/M/1", up: "/U/2/M", related: ["/U/2/M/1/B", "/T/7"], "<MeterReading/>")
    + entry(
      "/T/7", up: "/T",
      "<ReadingType><accumulationBehaviour>4</accumulationBehaviour><flowDirection>1</flowDirection>"
        + "<intervalLength>900</intervalLength><kind>12</kind><powerOfTenMultiplier>-3</powerOfTenMultiplier>"
        + "<uom>72</uom></ReadingType>")
    + entry("/T/8", up: "/T", "<ReadingType/>") + "</feed>"

  @Test("entries in any order are joined by their links, in pieces of any size", arguments: [1, 7, 5000])
  func joins(_ piece: Int) throws {
    let store = MemoryReadingStore()
    let report = try ingest(store, Array(Self.feed.utf8), piece: piece)
    #expect(report.breach == nil)
    #expect(report.outcome == MergeOutcome(added: 1))
    try store.read { reader in
      let meter = try #require(try reader.meter("two"))
      let series = try reader.series(of: meter.number)
      #expect(series.map(\.readingType) == ["0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-3.72.0"])
      let run = try reader.readings(series[0].number, days: 20_500...20_500)
      // Stamped at the end of the interval.
      #expect(run.stamps == [1_771_200_900_000_000])
      #expect(run.text(0) == "250")
      #expect(try run.qualities.map { try reader.qualityCode($0.code) } == ["5.8.0"])
    }
  }

  @Test("blocks without usage point or type are refused and kept; a broken feed gives what stands before")
  func refused() throws {
    let block = Self.feed.components(separatedBy: "</entry>")[0] + "</entry>"
    let store = MemoryReadingStore()
    let report = try ingest(store, Array((block + "</feed>").utf8))
    #expect(report.refused == ["noMeter": 1])
    #expect(try store.read { try $0.refused(limit: 1) }.first?.value == "250")
    #expect(try ingest(MemoryReadingStore(), Array(Self.feed.utf8.dropLast(20))).breach != nil)
    #expect(try ingest(MemoryReadingStore(), Array("<feed/>".utf8)).breach != nil)
  }

  private static let samples =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../shared/samples/greenbutton"
    )
    .standardizedFileURL
  private static var hasSamples: Bool { FileManager.default.fileExists(atPath: samples.path + "/FACTS.tsv") }

  @Test("published files give as many readings and sums as are published of them", .enabled(if: hasSamples))
  func published() throws {
    let facts = try String(contentsOf: Self.samples.appendingPathComponent("FACTS.tsv"), encoding: .utf8)
    var files = 0
    var sums = 0
    for line in facts.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let path = Self.samples.appendingPathComponent(fields[0])
      // Files without usage points have nothing to join; the last is not well-formed.
      guard let data = try? Data(contentsOf: path), fields[2] == "yes", (Int(fields[5]) ?? 0) > 0,
        let count = Int(fields[9])
      else { continue }
      let store = MemoryReadingStore()
      let report = try ingest(store, Array(data), piece: 65_536)
      #expect(report.readings == count, "\(fields[0])")
      // What was stored and what was a doubled instant is all there was.
      let sum = try store.read { reader in
        var sum = 0.0
        for meter in try reader.meters(after: 0, limit: 100) {
          for series in try reader.series(of: meter.number) {
            let run = try reader.readings(series.number, days: 14_000...18_000)
            for row in 0..<run.count { sum += run.number(row)?.double ?? 0 }
          }
        }
        return try reader.refused(limit: 100_000).reduce(sum) { $0 + (Double($1.value ?? "") ?? 0) }
      }
      // A sum over several reading types, or over instants that come twice with the same value, is none to compare.
      if report.outcome.added + report.refusedCount == count {
        #expect(sum == Double(fields[12]), "\(fields[0])")
        sums += 1
      }
      files += 1
    }
    #expect(files >= 8)
    #expect(sums >= 7)
  }
}
