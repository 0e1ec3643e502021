// Messages of one sender begin and end alike: that they are recognised by it changes nothing of what is said of them.
import CIMModel
import CIMProfiles
import CIMSchema
import Testing
import XMLPull

@testable import CIMCodec

@Suite("Decoding: beginnings and ends that came before")
struct BeginningsAndEndsTests {
  private static let library = SchemaLibrary.standard

  private static func core(_ limits: DecodingLimits = DecodingLimits()) -> DecoderCore<TreeSink> {
    DecoderCore(resolver: library, limits: limits, buildsTree: true, sink: TreeSink())
  }

  private static func decode(_ text: String, with core: DecoderCore<TreeSink>) -> DecodedDocument {
    core.restart()
    return core.decode(Array(text.utf8))
  }

  private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EventMessage xmlns=\"\(envelope)\">"
  private static let envelope = "http://iec.ch/TC57/2011/schema/message"
  private static let header =
    "<Header><Verb>created</Verb><Noun>EndDeviceEvents</Noun><Source>HES</Source></Header>"

  private static func payload(_ namespace: String = "http://iec.ch/TC57/2011/EndDeviceEvents#") -> String {
    "<Payload>\(events(namespace))</Payload>"
  }

  private static func events(_ namespace: String) -> String {
    "<EndDeviceEvents xmlns=\"\(namespace)\"><EndDeviceEvent><createdDateTime>2026-11-21T00:00:00Z</createdDateTime>"
      + "<EndDeviceEventType ref=\"3.26.0.85\"/></EndDeviceEvent></EndDeviceEvents>"
  }

  private static let usual = head + header + payload() + "</EventMessage>"

  /// The usual message changed at its beginning, at its end, and where its profile begins.
  private static let variants: [String] = [
    usual, usual + "\n", usual + " \r\n\t ", usual + "<!-- end -->", usual + "x", usual + "<x/>", usual + "\u{0}",
    usual + "</EventMessage>", String(usual.dropLast()), String(usual.dropLast(5)), String(usual.dropLast(15)),
    usual.replacing("</EventMessage>", with: "</EventMessage >"),
    usual.replacing("</EventMessage>", with: "\n  </EventMessage>\n"),
    usual.replacing("</EventMessage>", with: "</EventMessages>"),
    usual.replacing("</EventMessage>", with: "<Reply><Result>OK</Result></Reply></EventMessage>"),
    head + header + "</EventMessage>", head + "</EventMessage>", head, String(head.dropLast()), "", " ",
    "\u{FEFF}" + usual, " " + usual, "<!-- begin -->" + usual, "\n\n" + usual.dropFirst(39),
    usual.replacing("?>\n", with: "?>\n\n\n<!-- a\nb -->"), usual.replacing("?>\n", with: "?><!DOCTYPE x>"),
    usual.replacing("UTF-8", with: "utf-8"), usual.replacing("1.0", with: "1.1"),
    usual.replacing("EventMessage", with: "RequestMessage"), usual.replacing("EventMessage", with: "StrangeMessage"),
    usual.replacing("message\">", with: "message\" a=\"1\">"),
    usual.replacing(
      "message\">",
      with: "message\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"EventMessageType\">"),
    usual.replacing("message\">", with: "message\" xmlns:m=\"\(envelope)\">"),
    usual.replacing("<EventMessage", with: "<m:EventMessage").replacing(
      "xmlns=\"\(envelope)", with: "xmlns:m=\"\(envelope)"),
    head + header + payload("urn:unknown") + "</EventMessage>",
    head + header + "<Payload>" + events("http://iec.ch/TC57/2011/EndDeviceEvents#")
      + events("http://iec.ch/TC57/2011/EndDeviceEvents#") + "</Payload></EventMessage>",
    head + header + payload().replacing("<EndDeviceEventType ref=\"3.26.0.85\"/>", with: "") + "</EventMessage>",
    head + header + payload().replacing("21T00", with: "32T00") + "</EventMessage>",
  ]

  @Test("each variant is read as by a decoder that has seen nothing before it")
  func variants() {
    let warm = Self.core()
    for _ in 0..<3 { _ = Self.decode(Self.usual, with: warm) }
    for first in Self.variants {
      // Each behind each of a few others, so that one learns what the next could be taken for.
      for text in [first, Self.usual, first] {
        let fresh = Self.core()
        fresh.remembers = false
        let expected = Self.decode(text, with: fresh)
        let found = Self.decode(text, with: warm)
        let isSameTree = found.root == expected.root
        #expect(isSameTree, "\(text)")
        #expect(found.findings == expected.findings, "\(text)")
        #expect(found.profiles == expected.profiles, "\(text)")
        #expect(found.unknown == expected.unknown, "\(text)")
        #expect(found.isWellFormed == expected.isWellFormed, "\(text)")
      }
    }
  }

  @Test("the beginning, the profile and the end of a message that came before are not read anew")
  func remembered() {
    let core = Self.core()
    for _ in 0..<3 { _ = Self.decode(Self.usual, with: core) }
    #expect(core.tables.openings.map(\.bytes) == [Array(Self.head.utf8)])
    #expect(Array(core.tables.closings.values) == [Array("</EventMessage>".utf8)])
    #expect(core.tables.profiles.map(\.local) == ["EndDeviceEvents"])
    // Whoever reads a token again asks the machine, which keeps the frames of what it has read.
    let states = core.tables.stateCount
    #expect(Self.decode(Self.usual, with: core).profiles.map(\.local) == ["EndDeviceEvents"])
    #expect(core.tables.stateCount == states)
  }

  @Test("senders that begin each message another way take no more room than is set aside")
  func many() {
    let core = Self.core()
    for number in 0..<50 {
      let text = "<!-- \(number) -->" + Self.usual.dropFirst(39)
      #expect(Self.decode(text, with: core).findings.isEmpty)
    }
    #expect(core.tables.openings.count == MemoTables.maximumOpenings)
    #expect(Self.decode(Self.usual, with: core).findings.isEmpty)
  }

  @Test("a document beyond the limit is refused whatever is known of it", arguments: [0, 1, 15, 16, 400])
  func limit(_ less: Int) {
    var limits = DecodingLimits()
    let text = Self.usual + String(repeating: " ", count: 10)
    limits.xml.totalBytes = text.utf8.count - less
    let warm = Self.core(limits)
    let fresh = Self.core(limits)
    fresh.remembers = false
    // Learns from one that is short enough.
    for _ in 0..<2 { _ = Self.decode(Self.head + Self.header + "</EventMessage>", with: warm) }
    for _ in 0..<2 {
      let expected = Self.decode(text, with: fresh)
      let found = Self.decode(text, with: warm)
      #expect(found.isWellFormed == (less == 0))
      #expect(found.isWellFormed == expected.isWellFormed)
      #expect(found.findings.map(\.violation.rule) == expected.findings.map(\.violation.rule))
    }
  }
}
