// A document decoded in two parts has the outcome of one decoded in one.
import CIMProfiles
import Testing

@testable import CIMCodec

@Suite("Decoding MeterReadings in two parts")
struct PartsTests {
  private static let library = SchemaLibrary.standard

  @Test(
    "the outcome is that of one part", arguments: ["plain", "comment", "invalid", "early", "cut", "late", "short"])
  func outcome(kind: String) async {
    var text = Self.document(meters: kind == "short" ? 3 : 4500)
    let half = text.utf8.index(text.startIndex, offsetBy: text.utf8.count / 2)
    let middle = text.range(of: "<MeterReading>", from: half) ?? half
    switch kind {
    case "comment": text.insert(contentsOf: "<!-- <MeterReading></MeterReading> \(Self.filling) -->", at: middle)
    case "invalid": text.insert(contentsOf: "<MeterReading><nothing/></MeterReading>", at: middle)
    case "early":
      let place = text.range(of: "<MeterReading>", from: text.startIndex) ?? half
      text.insert(contentsOf: "<MeterReading><nothing/></MeterReading>", at: place)
    case "cut": text.removeLast(40)
    case "late": text.insert(contentsOf: "<ReadingType><mRID>1</mRID></ReadingType>", at: middle)
    default: break
    }
    let bytes = Array(text.utf8)
    let one = await MeterReadingsDecoder.decode(bytes, resolver: Self.library, parallel: false)
    let two = await MeterReadingsDecoder.decode(bytes, resolver: Self.library, parallel: true)
    #expect(two.document.findings == one.document.findings)
    #expect(two.document.isWellFormed == one.document.isWellFormed)
    #expect(two.document.profiles == one.document.profiles)
    #expect(Self.values(two) == Self.values(one))
    // Otherwise the case would prove nothing, or the cut would be in the wrong place.
    if kind == "plain" { #expect(two.columns.count == 2) }
    if kind == "comment" || kind == "late" || kind == "short" { #expect(two.columns.count == 1) }
    #expect(one.document.findings.isEmpty == ["plain", "comment", "short"].contains(kind))
  }

  private static func values(_ readings: DecodedReadings) -> [String] {
    readings.columns.flatMap { columns in
      columns.meterReadings.map { reading in
        let rows = (reading.firstBlock..<reading.firstBlock + reading.blockCount).flatMap { index -> [String] in
          let block = columns.block(index)
          return columns.rows(block).map {
            "\(columns.timeStamps[$0]) \(columns.value($0) ?? "") \(columns.code(block.readingType))"
          }
        }
        return "\(columns.string(reading.meterMRID) ?? "") \(rows)"
      }
    }
  }

  /// Pushes the middle of the document into the comment.
  private static let filling = String(repeating: "</MeterReading> ", count: 10_000)

  private static func document(meters: Int) -> String {
    var text = "<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">"
    for meter in 0..<meters {
      text += "<MeterReading><Meter><mRID>m\(meter)</mRID></Meter><Readings><timeStamp>2026-11-21T00:00:00Z</timeStamp>"
      text += "<value>\(meter).5</value><ReadingQualities><ReadingQualityType ref=\"2.0.0\"/></ReadingQualities>"
      text += "<ReadingType ref=\"0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/></Readings></MeterReading>"
    }
    return text + "</MeterReadings>"
  }
}

extension String {
  /// Where a text next begins.
  fileprivate func range(of wanted: String, from start: Index) -> Index? {
    var place = start
    while place < endIndex {
      if self[place...].utf8.starts(with: wanted.utf8) { return place }
      place = utf8.index(after: place)
    }
    return nil
  }
}
