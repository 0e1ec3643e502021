// Messages whose objects stay where they are: read, written and judged as those in memory.
import CIMCodec
import CIMModel
import Foundation
import IECMessage
import Testing

@Suite("Messages with detached objects")
struct DetachedTests {
  /// Hands bytes out in crumbs, and may end too early.
  private final class Crumbs: DocumentSource {
    let all: [UInt8]
    let size: Int
    let end: Int

    init(_ all: [UInt8], size: Int, end: Int = .max) {
      self.all = all
      self.size = size
      self.end = end
    }

    var byteCount: Int { all.count }
    func bytes(from offset: Int, count: Int) -> [UInt8] {
      Array(all[..<min(all.count, end)].dropFirst(offset).prefix(min(size, count)))
    }
  }

  /// The message with its objects put together again from their parts.
  static func attached(_ message: Message) throws -> Message {
    guard case .detached(let detached)? = message.payload?.content else { return message }
    var objects: [Element] = []
    var isOpen = false
    try detached.forEachStep { step in
      switch step {
      case .begin(let root):
        #expect(!isOpen)
        objects.append(root)
        isOpen = true
      case .part(let part, let index):
        objects[objects.count - 1].children.append(part)
        #expect(objects[objects.count - 1].children.count { $0.name == part.name } == index)
      case .end: isOpen = false
      }
    }
    #expect(!isOpen)
    var message = message
    message.payload?.content = .objects(objects)
    return message
  }

  private static func judged(_ name: String, size: Int) throws -> (whole: Inspection, detached: Inspection) {
    let bytes = [UInt8](try Data(contentsOf: FixtureTests.folder.appending(path: name)))
    let reader = MessageReader()
    return (reader.read(bytes), try reader.inspect(Crumbs(bytes, size: size)))
  }

  @Test("what is read is what is read whole", arguments: FixtureTests.names)
  func sameAsWhole(_ name: String) throws {
    for size in [1, 13, 1 << 20] {
      let (whole, detached) = try Self.judged(name, size: size)
      #expect(FixtureTests.describe(detached) == FixtureTests.describe(whole))
      guard let message = detached.message else { continue }
      let expected = try #require(whole.message)
      // Of what is not valid there may be texts between elements, which the trees tell in ways of their own.
      if whole.verdict == .valid { #expect(try Self.attached(message) == expected) }
      #expect(message.header == expected.header)
    }
  }

  @Test("every valid fixture with objects is read with these detached")
  func allOfThem() throws {
    var count = 0
    for name in FixtureTests.names {
      let (whole, detached) = try Self.judged(name, size: 4096)
      guard whole.verdict == .valid, case .objects? = whole.message?.payload?.content else { continue }
      // What is packed is not looked for in the bytes.
      if name.contains("ompressed") { continue }
      guard case .detached(let objects)? = detached.message?.payload?.content else {
        Issue.record("\(name) is not detached")
        continue
      }
      #expect(objects.roots.map(\.name) == whole.message?.payload?.objects.map(\.name))
      count += 1
    }
    #expect(count >= 8)
  }

  @Test("what is written part by part reads as what is written whole", arguments: FixtureTests.names)
  func written(_ name: String) throws {
    let (whole, detached) = try Self.judged(name, size: 1 << 20)
    guard whole.verdict == .valid, let message = detached.message, let expected = whole.message,
      let noun = expected.header?.noun
    else { return }
    let writer = MessageWriter()
    let typed = "http://iec.ch/TC57/2011/\(expected.header?.verb == .get ? "Get" : "")\(noun)Message"
    for form in [MessageForm.generic, .wrapped, .typed(namespace: typed)] {
      for soap in [nil, SOAPVersion.v1_1, .v1_2] {
        guard let bytes = try? writer.write(expected, as: form, soap: soap) else { continue }
        var pieces: [UInt8] = []
        try writer.write(message, as: form, soap: soap) { pieces += $0 }
        let (one, other) = (MessageReader().read(bytes), MessageReader().read(pieces))
        #expect(one.message == other.message, "\(form)")
        #expect(FixtureTests.describe(one) == FixtureTests.describe(other), "\(form)")
        #expect(other.message?.payload == expected.payload)
      }
    }
    #expect(throws: WritingError.self) { try writer.write(message) }
  }

  @Test("a document that has become shorter is an error, not a shorter message")
  func cutShort() throws {
    let text = """
      <EventMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>created</Verb><Noun>MeterReadings</Noun>
      </Header><Payload><MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">
      <MeterReading><Meter><mRID>1</mRID></Meter></MeterReading></MeterReadings></Payload></EventMessage>
      """
    let bytes = Array(text.utf8)
    #expect(throws: DocumentCutShort.self) { try MessageReader().inspect(Crumbs(bytes, size: 10, end: 100)) }
    #expect(throws: DocumentCutShort.self) { try Crumbs(bytes, size: 10, end: 100).whole() }
    #expect(try Crumbs(bytes, size: 10).whole() == bytes)
  }

  @Test("what stands in a Body of another namespace is not taken for the message")
  func foreignBody() throws {
    func message(_ meter: String) -> String {
      """
      <EventMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>created</Verb><Noun>MeterReadings</Noun>
      </Header><Payload><MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"><MeterReading><Meter><mRID>\(meter)</mRID>
      </Meter></MeterReading></MeterReadings></Payload></EventMessage>
      """
    }
    let text = """
      <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><x:Body xmlns:x="urn:x">\(message("foreign"))</x:Body>
      <s:Body>\(message("own"))</s:Body></s:Envelope>
      """
    let bytes = Array(text.utf8)
    let detached = try #require(try MessageReader().inspect(DocumentBytes(bytes)).message)
    #expect(try Self.attached(detached) == MessageReader().read(bytes).message)
  }

  @Test("the payload keeps its Format, and messages without objects are read whole")
  func besides() throws {
    func inspect(_ verb: String, _ noun: String, _ payload: String) throws -> Message? {
      let root = verb == "created" ? "EventMessage" : "RequestMessage"
      let text = """
        <\(root) xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>\(verb)</Verb><Noun>\(noun)</Noun></Header>
        <Payload>\(payload)</Payload></\(root)>
        """
      return try MessageReader().inspect(DocumentBytes(Array(text.utf8))).message
    }
    let readings = """
      <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">
      <MeterReading><Meter><mRID>1</mRID></Meter></MeterReading></MeterReadings>
      """
    #expect(try inspect("created", "MeterReadings", readings + "<Format>XML</Format>")?.payload?.format == "XML")
    #expect(try inspect("cancel", "EndDeviceControls", "<ID>7</ID>") == nil)
    let operation = "<Operation><operationId>1</operationId><noun>MeterConfig</noun><verb>create</verb></Operation>"
    #expect(try inspect("execute", "OperationSet", "<OperationSet>\(operation)</OperationSet>") == nil)
  }
}
