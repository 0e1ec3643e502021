// Compressed payloads: what is in them is judged as if it stood there itself.
import CIMCodec
import CIMModel
import IECMessage
import Testing

@Suite("IEC 61968-100, PayloadType: compressed content")
struct CompressedPayloadTests {
  /// "Unpacks" by looking the text up.
  private struct Table: PayloadUnpacker {
    var contents: [String: String]
    func unpack(_ text: String) throws(UnpackingError) -> [UInt8] {
      guard let found = contents[text] else { throw UnpackingError("it is no gzip", replyCode: "3.1") }
      return Array(found.utf8)
    }
  }

  private func read(_ content: String) -> Inspection {
    let reader = MessageReader(unpacker: Table(contents: ["AAAA": content]))
    return reader.read(Array(Self.message("AAAA").utf8))
  }

  private static func message(_ text: String) -> String {
    """
    <RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>create</Verb>\
    <Noun>MeterReadings</Noun></Header><Payload><Compressed>\(text)</Compressed></Payload></RequestMessage>
    """
  }

  private static let readings = "http://iec.ch/TC57/2011/MeterReadings#"

  @Test("a valid profile takes the place of the text")
  func valid() throws {
    let inspection = read(
      "<MeterReadings xmlns=\"\(Self.readings)\"><MeterReading><Meter><mRID>m1</mRID></Meter></MeterReading></MeterReadings>"
    )
    #expect(inspection.verdict == .valid && inspection.payload == .valid && inspection.violations.isEmpty)
    #expect(inspection.payloadRoots == ["MeterReadings"])
    let object = try #require(inspection.message?.payload?.objects.first)
    #expect(object.at("MeterReading", "Meter", "mRID")?.text == "m1")
  }

  @Test("what is wrong in it is told with its place in the unpacked content")
  func invalid() throws {
    let inspection = read("<MeterReadings xmlns=\"\(Self.readings)\">\n<Meter/></MeterReadings>")
    #expect(inspection.verdict == .invalid && inspection.envelope == .valid && inspection.payload == .invalid)
    let violation = try #require(inspection.violations.first)
    #expect(violation.path == "/RequestMessage/Payload/Compressed/MeterReadings/Meter")
    #expect(violation.message.hasPrefix("line 2, column 1 of the unpacked content: "))
  }

  @Test("a message that comes in pieces is judged the same", arguments: [true, false])
  func stream(_ isValid: Bool) {
    let content =
      "<MeterReadings xmlns=\"\(Self.readings)\">\(isValid ? "<MeterReading/>" : "<Meter/>")</MeterReadings>"
    let bytes = Array(Self.message("AAAA").utf8)
    var stream = MessageReader(unpacker: Table(contents: ["AAAA": content])).stream()
    for piece in [bytes.prefix(200), bytes.dropFirst(200)] { stream.feed(Array(piece)) }
    let (whole, pieces) = (read(content), stream.finish())
    #expect(pieces.verdict == whole.verdict && pieces.payload == whole.payload)
    #expect(pieces.violations == whole.violations && pieces.payloadRoots == whole.payloadRoots)
    #expect((whole.verdict == .valid) == isValid)
  }

  @Test("XML that is cut off, and a namespace nobody knows")
  func broken() {
    #expect(read("<MeterReadings").verdict == .invalid)
    #expect(read("<a xmlns=\"urn:b\"/>").violations.map(\.replyCode) == ["2.5"])
  }

  @Test("what is no XML is the receiver's")
  func binary() {
    let inspection = read("%PDF-1.7")
    #expect(inspection.verdict == .valid)
    #expect(inspection.message?.payload?.content == .compressed("AAAA"))
  }

  @Test("what cannot be unpacked is refused with the unpacker's words and code")
  func notUnpacked() {
    let reader = MessageReader(unpacker: Table(contents: [:]))
    let violations = reader.read(Array(Self.message("BBBB").utf8)).violations
    #expect(violations.map(\.message) == ["it is no gzip"] && violations.map(\.replyCode) == ["3.1"])
  }
}
