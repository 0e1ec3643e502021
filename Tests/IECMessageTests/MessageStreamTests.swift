// Messages judged without their tree: the verdicts must be those of the reader that builds it.
import CIMCodec
import Foundation
import IECMessage
import Testing

@Suite("Messages judged as a stream")
struct MessageStreamTests {
  private static func stream(_ bytes: [UInt8], pieces: Int, reader: MessageReader = MessageReader()) -> Inspection {
    var stream = reader.stream()
    var rest = bytes[...]
    while !rest.isEmpty {
      stream.feed(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
    }
    return stream.finish()
  }

  @Test("verdicts, violations, noun and form are those of the whole message", arguments: FixtureTests.names)
  func sameAsWhole(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: FixtureTests.folder.appending(path: name)))
    let whole = MessageReader().read(bytes)
    for pieces in [1, 7, 1 << 18] {
      let streamed = Self.stream(bytes, pieces: pieces)
      #expect(FixtureTests.describe(streamed) == FixtureTests.describe(whole), "in pieces of \(pieces)")
      #expect(streamed.noun == whole.noun)
      #expect(streamed.form == whole.form)
      #expect(streamed.soap == whole.soap)
      #expect(streamed.soapHeaders == whole.soapHeaders)
      #expect(streamed.messageID == whole.messageID)
      #expect(streamed.correlationID == whole.correlationID)
      #expect(streamed.payloadRoots == whole.payloadRoots)
      #expect(streamed.message == nil)
    }
  }

  @Test("a message larger than its limit is refused")
  func limit() {
    let reader = MessageReader(limits: ReadLimits(totalBytes: 1000))
    let text = "<EventMessage xmlns='http://iec.ch/TC57/2011/schema/message'>" + String(repeating: " ", count: 2000)
    let found = Self.stream(Array(text.utf8), pieces: 100, reader: reader)
    #expect(found.verdict == .unreadable)
    #expect(found.violations.map(\.rule) == ["limit.size"])
  }

  @Test("a second message in a SOAP Body is noticed behind a long payload")
  func severalInBody() {
    let reading = "<MeterReading><Meter><mRID>1</mRID></Meter></MeterReading>"
    let text = """
      <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
      <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">\(String(repeating: reading, count: 5000))</MeterReadings>
      <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"/></s:Body></s:Envelope>
      """
    let found = Self.stream(Array(text.utf8), pieces: 4096)
    #expect(found.violations.map(\.rule) == ["soap.several"])
    #expect(found.violations == MessageReader().read(Array(text.utf8)).violations)
  }
}
