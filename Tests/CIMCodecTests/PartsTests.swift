// A document decoded in pieces on several threads has the outcome of one decoded by one.
import CIMProfiles
import Testing

@testable import CIMCodec

@Suite("Decoding MeterReadings in pieces")
struct PartsTests {
  private static let library = SchemaLibrary.standard

  @Test(
    "the outcome is that of one thread",
    arguments: ["plain", "comment", "invalid", "early", "cut", "late", "last", "short"])
  func outcome(kind: String) async {
    var text = Self.document(meters: kind == "short" ? 3 : 4500)
    let half = text.utf8.index(text.startIndex, offsetBy: text.utf8.count / 2)
    let middle = text.range(of: "<MeterReading>", from: half) ?? half
    switch kind {
    case "comment":
      text.insert(contentsOf: "<!-- <MeterReading></MeterReading> \(Self.filling) -->", at: middle)
    case "invalid": text.insert(contentsOf: "<MeterReading><nothing/></MeterReading>", at: middle)
    case "early":
      let place = text.range(of: "<MeterReading>", from: text.startIndex) ?? half
      text.insert(contentsOf: "<MeterReading><nothing/></MeterReading>", at: place)
    case "cut": text.removeLast(40)
    case "late":
      text.insert(
        contentsOf: "<ReadingType><Names><name>kWh</name></Names></ReadingType>", at: middle)
    case "last":
      let place = text.index(text.endIndex, offsetBy: -"</MeterReadings>".utf8.count)
      text.insert(
        contentsOf: "<ReadingType><Names><name>kWh</name></Names></ReadingType>", at: place)
    default: break
    }
    let bytes = Array(text.utf8)
    let one = await Self.decode(bytes, threads: 1)
    for threads in [2, 3] {
      let several = await Self.decode(bytes, threads: threads)
      #expect(several.document.findings == one.document.findings)
      #expect(several.document.isWellFormed == one.document.isWellFormed)
      #expect(several.document.profiles == one.document.profiles)
      #expect(several.document.unknown == one.document.unknown)
      let isSame = several.values == one.values && several.outside == one.outside
      #expect(isSame)
      // Otherwise the case would prove nothing, or the cuts would be in the wrong places.
      switch kind {
      case "plain", "last": #expect(several.oneThreadFrom == nil && several.batches > 4)
      case "short", "early": #expect(several.oneThreadFrom.map { $0 < 1000 } == true)
      default: #expect(several.oneThreadFrom.map { $0 > 1000 && $0 < bytes.count } == true)
      }
    }
    #expect(one.document.findings.isEmpty == ["plain", "comment", "last", "short"].contains(kind))
    #expect(one.values.count > (kind == "early" ? 4000 : 2))
  }

  @Test(
    "where no end tag stands within reach, a piece without bytes says so; a short rest is the last piece"
  )
  func cutting() throws {
    let reading = "<m:MeterReading>012345678</m:MeterReading>"
    let many = String(repeating: reading, count: 30_000)
    let tag = "</m:MeterReading>".utf8.count
    func pieces(_ text: String) throws -> [DocumentPiece] {
      var cutter = try #require(PieceCutter(Array(text.utf8)))
      #expect(cutter.place == reading.utf8.count)
      var pieces: [DocumentPiece] = []
      while let piece = cutter.next(), pieces.count < 1000 {
        pieces.append(piece)
        if piece.bytes.isEmpty { break }
      }
      return pieces
    }
    let all = try pieces(many + "tail")
    #expect(
      all.first?.bytes.lowerBound == reading.utf8.count
        && all.last?.bytes.upperBound == many.utf8.count + 4)
    #expect(all.count > 3 && all.last?.isLast == true && all.dropLast().allSatisfy { !$0.isLast })
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.bytes.upperBound == $1.bytes.lowerBound })
    let bytes = Array(many.utf8)
    #expect(
      all.dropLast().allSatisfy {
        bytes[..<$0.bytes.upperBound].suffix(tag).elementsEqual("</m:MeterReading>".utf8)
      })
    let endless = try pieces(many + String(repeating: "0123456789abcdef", count: 400_000))
    #expect(endless.last?.bytes.isEmpty == true && endless.last?.isLast == false)
    let short = many.utf8.prefix(1 << 20)
    #expect(PieceCutter(Array(short)) == nil)
  }

  private struct Outcome {
    var document = DecodedDocument(
      root: nil, findings: [], unknown: [], profiles: [], isWellFormed: false, isTruncated: false)
    var oneThreadFrom: Int?
    /// All that the consumer saw, one text for a meter reading, and what stands outside of them.
    var values: [String] = []
    var outside: [String] = []
    var batches = 0
  }

  private static func decode(_ bytes: [UInt8], threads: Int) async -> Outcome {
    var outcome = Outcome()
    let readings = await MeterReadingsDecoder.decode(bytes, resolver: library, threads: threads) {
      append($0, to: &outcome)
    }
    outcome.document = readings.document
    outcome.oneThreadFrom = readings.oneThreadFrom
    return outcome
  }

  private static func append(_ columns: ReadingColumns, to outcome: inout Outcome) {
    outcome.batches += 1
    var qualities: [Int: [String]] = [:]
    for quality in columns.qualities {
      qualities[quality.row, default: []].append(columns.code(quality.code))
    }
    var details: [Int: [String]] = [:]
    for detail in columns.details {
      details[detail.meterReading, default: []].append(
        "\(columns.pathName(detail))[\(detail.occurrence)] \(columns.string(detail.text) ?? "")")
    }
    for (index, reading) in columns.meterReadings.enumerated() {
      var rows: [String] = []
      for index in reading.firstBlock..<reading.firstBlock + reading.blockCount {
        let block = columns.block(index)
        for row in columns.rows(block) {
          rows.append(
            "\(columns.timeStamps[row]) \(columns.value(row) ?? "") \(columns.code(block.readingType)) "
              + "\(qualities[row] ?? [])")
        }
      }
      outcome.values.append(
        "\(columns.string(reading.meterMRID) ?? "") \(rows) \(details[index] ?? [])")
    }
    outcome.outside += details[-1] ?? []
  }

  /// Pushes a cut into the comment.
  private static let filling = String(repeating: "</MeterReading> ", count: 30_000)

  private static func document(meters: Int) -> String {
    var text = "<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">"
    for meter in 0..<meters {
      // What has no column of its own is told with the number of its meter reading.
      text +=
        "<MeterReading><isCoincidentTrigger>false</isCoincidentTrigger><Meter><mRID>m\(meter)</mRID></Meter>"
      text += "<Readings><timeStamp>2026-11-21T00:00:00Z</timeStamp>"
      text +=
        "<value>\(meter).5</value><ReadingQualities><ReadingQualityType ref=\"2.0.0\"/></ReadingQualities>"
      text +=
        "<ReadingType ref=\"0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/></Readings></MeterReading>"
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
