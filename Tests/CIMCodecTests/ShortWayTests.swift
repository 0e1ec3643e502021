// The short way may never say anything but what the general way says.
import CIMModel
import CIMProfiles
import CIMSchema
import Testing

@testable import CIMCodec

@Suite("Decoding: what is remembered changes no verdict")
struct ShortWayTests {
  private static let library = SchemaLibrary.standard

  @Test("mutated documents, whole and in pieces, by a decoder that has seen all before them", arguments: [1, 2, 3])
  func mutations(seed: UInt64) {
    var random = Mutations(seed: seed)
    let documents = Self.documents
    let warm = Self.core(buildsTree: true)
    let judge = Self.core(buildsTree: false)
    var bulk = MeterReadingsDecoder(resolver: Self.library)
    var valid = 0
    for _ in 0..<150 {
      let document = random.mutated(documents[random.below(documents.count)])
      let expected = Self.general(document)
      if expected.isWellFormed && expected.findings.isEmpty { valid += 1 }
      for piece in [document.count, 1 + random.below(700)] {
        let found = Self.decode(document, with: warm, piece: piece)
        let isSameTree = found.root == expected.root
        #expect(isSameTree)
        #expect(found.findings == expected.findings)
        #expect(found.unknown == expected.unknown)
        #expect(found.profiles == expected.profiles)
        #expect(Self.decode(document, with: judge, piece: piece).findings == expected.findings)
        bulk.restart()
        let rows = Self.rows(document, &bulk, piece: piece)
        #expect(rows.document.findings == expected.findings)
        if let root = expected.root, expected.findings.isEmpty {
          let isSame = rows.rows == Self.rows(root)
          #expect(isSame)
        }
      }
    }
    // Both kinds must have been tried, and the short way must have been taken.
    #expect(valid > 20 && valid < 150)
    #expect(warm.tables.stateCount > 20)
  }

  @Test("a regular document is passed by comparing: no state and no literal is learnt in its second half")
  func regular() {
    let core = Self.core(buildsTree: false)
    let head = Self.bytes(Self.meterReadings(meters: 40))
    _ = Self.decode(head, with: core, piece: head.count)
    let states = core.tables.stateCount
    let more = Self.bytes(Self.meterReadings(meters: 80))
    let document = Self.decode(more, with: core, piece: more.count)
    #expect(document.findings.isEmpty)
    #expect(core.tables.stateCount == states)
  }

  // MARK: Decoding

  private static func core(buildsTree: Bool) -> DecoderCore<TreeSink> {
    DecoderCore(resolver: library, limits: DecodingLimits(), buildsTree: buildsTree, sink: TreeSink())
  }

  private static func general(_ bytes: [UInt8]) -> DecodedDocument {
    let core = core(buildsTree: true)
    core.remembers = false
    bytes.withUnsafeBytes { core.feed($0) }
    return core.finish()
  }

  private static func decode(_ bytes: [UInt8], with core: DecoderCore<TreeSink>, piece: Int) -> DecodedDocument {
    core.restart()
    pieces(bytes, piece) { core.feed($0) }
    return core.finish()
  }

  private static func pieces(_ bytes: [UInt8], _ size: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count {
        let end = min(all.count, start + size)
        body(UnsafeRawBufferPointer(rebasing: all[start..<end]))
        start = end
      }
    }
  }

  // MARK: Rows, from columns and from the tree

  private static func rows(
    _ bytes: [UInt8], _ decoder: inout MeterReadingsDecoder, piece: Int
  ) -> (rows: [String], document: DecodedDocument) {
    var rows: [String] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + piece)
      decoder.feed(Array(bytes[start..<end]))
      start = end
      if start % 3 == 0 {
        rows += described(decoder.columns)
        decoder.removeComplete()
      }
    }
    let document = decoder.finish()
    return (rows + described(decoder.columns), document)
  }

  private static func described(_ columns: ReadingColumns) -> [String] {
    var rows: [String] = []
    for reading in columns.meterReadings {
      let meter = columns.string(reading.meterMRID) ?? "none"
      for index in reading.firstBlock..<reading.firstBlock + reading.blockCount {
        let block = columns.block(index)
        for row in columns.rows(block) {
          let qualities = columns.qualities.filter { $0.row == row }.map { columns.code($0.code) }
          let sources = columns.details.filter { $0.row == row && columns.pathName($0).hasSuffix("/source") }
            .map { columns.string($0.text) ?? "" }
          rows.append(
            "\(sources) \(meter) \(columns.code(block.readingType)) \(columns.timeStamps[row]) \(columns.value(row) ?? "none") "
              + "\(qualities)")
        }
      }
    }
    return rows
  }

  private static func rows(_ element: Element) -> [String] {
    guard element.name == "MeterReadings", element.namespace == "http://iec.ch/TC57/2011/MeterReadings#" else {
      return element.children.flatMap { Self.rows($0) }
    }
    var rows: [String] = []
    for reading in element.all("MeterReading") {
      let meter = reading.at("Meter", "mRID")?.text ?? "none"
      func append(_ value: Element, _ type: String) {
        let instant = value.text("timeStamp").flatMap { Timestamp(xmlText: $0)?.microseconds } ?? Int64.min
        let qualities = value.all("ReadingQualities").compactMap { $0["ReadingQualityType"]?.attribute("ref") }
        let sources = value.all("source").map(\.text)
        rows.append(
          "\(sources) \(meter) \(type) \(instant) \(value.text("value").map { plain($0) } ?? "none") \(qualities)")
      }
      for block in reading.children {
        let type = block["ReadingType"]?.attribute("ref") ?? ""
        if block.name == "IntervalBlocks" { block.all("IntervalReadings").forEach { append($0, type) } }
        if block.name == "Readings" { append(block, type) }
      }
    }
    return rows
  }

  /// A decimal of at most 18 digits without plus sign and superfluous zeros before the point; else the text.
  private static func plain(_ text: String) -> String {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts.joined()
    guard !digits.isEmpty, digits.count <= 18, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return text
    }
    let whole = parts[0].drop { $0 == "0" }
    let isZero = digits.allSatisfy { $0 == "0" }
    let fraction = parts.count > 1 && !parts[1].isEmpty ? "." + parts[1] : ""
    return (isNegative && !isZero ? "-" : "") + (whole.isEmpty ? "0" : whole) + fraction
  }

  // MARK: Documents

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static var documents: [[UInt8]] {
    [
      bytes(meterReadings(meters: 6)), bytes(meterReadings(meters: 4, prefix: "m:", indent: "\n  ")),
      bytes(
        "<RequestMessage xmlns='http://iec.ch/TC57/2011/schema/message'><Header><Verb>create</Verb>"
          + "<Noun>MeterReadings</Noun><Timestamp>2026-11-21T00:00:00Z</Timestamp><Source>MS</Source></Header><Payload>"
          + meterReadings(meters: 3) + "</Payload></RequestMessage>"),
    ]
  }

  private static func meterReadings(meters: Int, prefix p: String = "", indent: String = "") -> String {
    let name = p.isEmpty ? "xmlns" : "xmlns:\(p.dropLast())"
    var text = "<\(p)MeterReadings \(name)=\"http://iec.ch/TC57/2011/MeterReadings#\">"
    for meter in 0..<meters {
      text += "\(indent)<\(p)MeterReading>\(indent)<\(p)IntervalBlocks>"
      for interval in 0..<8 {
        let minute = interval * 7 + 3
        text += "\(indent)<\(p)IntervalReadings>"
        if interval % 4 == 3 { text += "<\(p)source>HES &amp; <![CDATA[co \(interval)]]></\(p)source>" }
        text += "<\(p)timeStamp>2026-11-2\(meter % 9)T00:\(minute < 10 ? "0" : "")\(minute):00"
        text += interval % 3 == 0 ? "+01:00" : interval % 4 == 0 ? ".5Z" : "Z"
        text +=
          "</\(p)timeStamp>\(indent)<\(p)value>\(interval % 5 == 0 ? "-" : "")\(interval * meter).\(interval)25</\(p)value>"
        if interval % 3 == 1 {
          text += "<\(p)ReadingQualities><\(p)ReadingQualityType ref=\"2.4.\(interval)\"/></\(p)ReadingQualities>"
        }
        text += "</\(p)IntervalReadings>"
      }
      text += "<\(p)ReadingType ref=\"0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/></\(p)IntervalBlocks>"
      text +=
        "<\(p)Meter><\(p)mRID>meter-\(meter)</\(p)mRID><\(p)Names><\(p)name>Zähler \(meter)</\(p)name></\(p)Names></\(p)Meter>"
      text += "\(indent)<\(p)Readings><\(p)timeStamp>2026-11-21T00:00:00Z</\(p)timeStamp><\(p)value>on</\(p)value>"
      text += "<\(p)ReadingType ref='0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0'></\(p)ReadingType></\(p)Readings>"
      text += "\(indent)</\(p)MeterReading>"
    }
    return text + "</\(p)MeterReadings>"
  }
}

/// Small breaks and harmless changes at random places.
private struct Mutations {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func below(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: state >> 1) % max(1, count)
  }

  private static let pieces = [
    "<!-- c -->", " ", "\n  ", "\t", "&amp;", "&#65;", "<![CDATA[1]]>", "<x/>", "]]>", ">", "\"", "é",
    "<value>1</value>",
    "</value>", "<mRID>a</mRID>", " ref=\"x\"", " xmlns:q=\"u\"", "\u{0}", "-", "<?pi x?>", "<timeStamp>", "9",
    "24:00:00",
  ].map { Array($0.utf8) }

  mutating func mutated(_ document: [UInt8]) -> [UInt8] {
    var bytes = document
    for _ in 0..<below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      let end = min(bytes.count, place + below(150))
      switch below(6) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count))
      case 3: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: place)
      default:
        let tag = bytes[place...].firstIndex(of: 0x3C) ?? place
        bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: tag)
      }
    }
    return bytes
  }
}
