// What is shared between elements is what each would have had of its own.
import CIMModel
import CIMProfiles
import Testing

@testable import CIMCodec

@Suite("Decoding: values that are made once and shared")
struct RepeatedValuesTests {
  @Test("of the same bytes and kind comes the first value, of any others never")
  func lookup() {
    let values = RepeatedValues<String>()
    // Texts that differ in one byte at any place, or in their length only; each with other bytes behind it.
    for length in 0...60 {
      for place in 0...length {
        var bytes = [UInt8](repeating: 0x61, count: length + 16)
        for i in length..<bytes.count { bytes[i] = UInt8(0x30 + place % 10) }
        if place < length { bytes[place] = 0x62 }
        for kind: UInt in [0, 1, 1 << 40] {
          let wanted = "\(kind) " + String(decoding: bytes[..<length], as: UTF8.self)
          for _ in 0..<2 {
            let found = bytes.withUnsafeBufferPointer {
              values.value(UnsafeBufferPointer(rebasing: $0[..<length]), kind: kind) { wanted }
            }
            #expect(found == wanted)
          }
        }
      }
    }
    var made = 0
    for _ in 0..<3 {
      _ = Array("0.0.2.4.1.1.12.0         ".utf8).withUnsafeBufferPointer {
        values.value(UnsafeBufferPointer(rebasing: $0[..<16]), kind: 0) {
          made += 1
          return "code"
        }
      }
    }
    #expect(made == 1)
  }

  @Test("elements with like attributes keep their own names and values")
  func attributes() {
    var text = "<MeterReadings xmlns='http://iec.ch/TC57/2011/MeterReadings#'>"
    for i in 0..<40 {
      text += "<MeterReading><Readings><timeStamp>2026-11-21T00:00:0\(i % 3)Z</timeStamp><value>1</value>"
      text += "<ReadingQualities><ReadingQualityType ref='\(i % 4).0.0'/></ReadingQualities>"
      text += "<ReadingType ref='\(i % 4).0.0'/></Readings></MeterReading>"
    }
    let document = DocumentDecoder.decode(Array((text + "</MeterReadings>").utf8), resolver: SchemaLibrary.standard)
    #expect(document.findings.isEmpty)
    let readings = document.root?.all("MeterReading").compactMap { $0["Readings"] } ?? []
    #expect(readings.count == 40)
    for (i, reading) in readings.enumerated() {
      #expect(reading.text("timeStamp") == "2026-11-21T00:00:0\(i % 3)Z")
      #expect(reading.children.map(\.name) == ["timeStamp", "value", "ReadingQualities", "ReadingType"])
      #expect(reading["ReadingType"]?.attributes == [Element.Attribute(name: "ref", value: "\(i % 4).0.0")])
      #expect(reading.at("ReadingQualities", "ReadingQualityType")?.attribute("ref") == "\(i % 4).0.0")
    }
  }

  @Test("a decoder that begins anew because of too many namespaces forgets what it knew elements by")
  func forgetting() {
    let namespace = "http://iec.ch/TC57/2011/MeterReadings#"
    func readings(_ declaration: (Int) -> String) -> String {
      "<MeterReadings xmlns='\(namespace)'>"
        + (0..<1100).map { i in
          "<MeterReading\(declaration(i))><Meter><mRID>m\(i)</mRID></Meter><Readings><value>\(i)</value>"
            + "<ReadingType ref='a'/></Readings></MeterReading>"
        }.joined() + "</MeterReadings>"
    }
    let many = Array(readings { " xmlns:n\($0)='urn:n\($0)'" }.utf8)
    let enveloped = Array(
      ("<RequestMessage xmlns='http://iec.ch/TC57/2011/schema/message'><Header><Verb>create</Verb>"
        + "<Noun>MeterReadings</Noun></Header><Payload>" + readings { _ in "" } + "</Payload></RequestMessage>").utf8)
    func values(_ columns: ReadingColumns) -> [String] {
      columns.meterReadings.map { "\(columns.string($0.meterMRID) ?? "") \(columns.block($0.firstBlock).rowCount)" }
    }
    var decoder = MeterReadingsDecoder(resolver: SchemaLibrary.standard)
    decoder.feed(many)
    #expect(decoder.finish().findings.isEmpty)
    #expect(values(decoder.columns) == (0..<1100).map { "m\($0) 1" })
    decoder.restart()
    decoder.feed(enveloped)
    #expect(decoder.finish().findings.isEmpty)
    #expect(values(decoder.columns) == (0..<1100).map { "m\($0) 1" })
    var tree = DocumentDecoder(resolver: SchemaLibrary.standard)
    let wanted = DocumentDecoder.decode(enveloped, resolver: SchemaLibrary.standard).root
    _ = tree.decode(many)
    tree.restart()
    let isSame = tree.decode(enveloped).root == wanted
    #expect(isSame && wanted != nil)
  }
}
