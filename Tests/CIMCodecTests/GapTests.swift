// White space and comments between tags: as much of them and as mixed as a peer likes.
import CIMProfiles
import CIMSchema
import Testing

@testable import CIMCodec

@Suite("Decoding: white space and comments between tags")
struct GapTests {
  @Test("gaps of every kind and length keep verdict, lines and columns", arguments: 0...5)
  func positions(kind: Int) {
    for length in 0...70 {
      let document = Self.document(gap: Self.gap(kind, length))
      let expected = Self.findings(document, remembering: false)
      // The last value is wrong, and nothing else.
      #expect(expected.count == 1)
      #expect(Self.findings(document, remembering: true) == expected)
    }
  }

  @Test("what is no white space is found behind any gap", arguments: ["x", "\u{0B}", "&#32;x", "]]>", "<!-- a--b -->"])
  func refused(text: String) {
    for length in 0...40 {
      let document = Self.document(gap: Self.gap(2, length), last: Self.gap(2, length) + text)
      let expected = Self.findings(document, remembering: false)
      #expect(expected.count > 1 || !Self.isWellFormed(document))
      #expect(Self.findings(document, remembering: true) == expected)
      #expect(Self.isWellFormed(document, remembering: true) == Self.isWellFormed(document))
    }
  }

  private static func gap(_ kind: Int, _ length: Int) -> String {
    let blanks = String(repeating: " ", count: length)
    switch kind {
    case 0: return blanks
    case 1: return "\n" + blanks
    case 2: return "\n" + blanks + "\t\n"
    case 3: return String(repeating: "\t", count: length)
    case 4: return "\r\n" + blanks + "<!-- ü \n\(blanks)-\t-->" + blanks
    default: return blanks + "<!--\(blanks)--><!--ü-->\n\n" + blanks
    }
  }

  /// Twenty readings, the last with a wrong time stamp, the same gap between all tags but before the last end tag.
  private static func document(gap: String, last: String? = nil) -> [UInt8] {
    var text =
      "<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">\(gap)<MeterReading>\(gap)<IntervalBlocks>"
    for number in 0..<20 {
      let stamp = number == 19 ? "2026-02-30T00:00:00Z" : "2026-02-10T\(10 + number % 10):00:00Z"
      text += "\(gap)<IntervalReadings>\(gap)<timeStamp>\(stamp)</timeStamp>\(gap)<value>0.\(number)</value>\(gap)"
      text += "</IntervalReadings>"
    }
    text += "\(gap)<ReadingType ref=\"0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/>\(last ?? gap)</IntervalBlocks>\(gap)"
    return Array((text + "</MeterReading>\(gap)</MeterReadings>").utf8)
  }

  private static func decoded(_ bytes: [UInt8], _ isRemembering: Bool) -> DecodedDocument {
    let core = DecoderCore(
      resolver: SchemaLibrary.standard, limits: DecodingLimits(), buildsTree: false, sink: TreeSink())
    core.remembers = isRemembering
    return core.decode(bytes)
  }

  private static func findings(_ bytes: [UInt8], remembering: Bool) -> [String] {
    decoded(bytes, remembering).findings.map { "\($0)" }
  }

  private static func isWellFormed(_ bytes: [UInt8], remembering: Bool = false) -> Bool {
    decoded(bytes, remembering).isWellFormed
  }
}
