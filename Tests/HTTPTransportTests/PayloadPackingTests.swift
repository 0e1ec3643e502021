// Payloads that go out compressed.
import CIMCodec
import CIMModel
import Compression
import HTTPTransport
import IECMessage
import Testing

@Suite("IEC 61968-100, PayloadType: compressed payloads that are sent")
struct PayloadPackingTests {
  private struct Gunzip: PayloadUnpacker {
    func unpack(_ text: String) throws(UnpackingError) -> [UInt8] {
      guard let packed = Base64Text.bytes(text) else { throw UnpackingError("no Base64") }
      var bytes: [UInt8] = []
      var reader = GzipReader(limits: ExpansionLimits(totalBytes: 1 << 20))
      do throws(CompressionError) {
        try reader.feed(packed) { bytes.append(contentsOf: $0) }
        try reader.finish()
      } catch {
        throw UnpackingError("\(error)")
      }
      return bytes
    }
  }

  private let readings = Element(
    "MeterReadings", in: "http://iec.ch/TC57/2011/MeterReadings#",
    children: (0..<50).map { number in
      Element(
        "MeterReading", in: "http://iec.ch/TC57/2011/MeterReadings#",
        children: [
          Element(
            "Meter", in: "http://iec.ch/TC57/2011/MeterReadings#",
            children: [Element("mRID", in: "http://iec.ch/TC57/2011/MeterReadings#", text: "meter \(number)")])
        ])
    })

  @Test("what is over the limit is packed, and read as what it was")
  func packed() throws {
    let message = Message.event(.created, "MeterReadings", [readings], source: "MDM")
    let sent = message.packed(over: 1_000)
    guard case .compressed? = sent.payload?.content else {
      Issue.record("the payload was not packed")
      return
    }
    #expect(sent.payload?.format == "XML")
    let bytes = try MessageWriter().write(sent)
    #expect(bytes.count < 2_000)
    let inspection = MessageReader(unpacker: Gunzip()).read(bytes)
    #expect(inspection.verdict == .valid)
    #expect(inspection.message?.payload?.objects == [readings])
  }

  @Test("what is not over the limit stays, and so does what is no single object")
  func unpacked() {
    let message = Message.event(.created, "MeterReadings", [readings], source: "MDM")
    #expect(message.packed(over: 1 << 20) == message)
    let two = Message.event(.created, "MeterReadings", [readings, readings], source: "MDM")
    #expect(two.packed(over: 0) == two)
    let none = Message(kind: .request, header: Header(verb: .get, noun: "MeterReadings"))
    #expect(none.packed(over: 0) == none)
  }
}
