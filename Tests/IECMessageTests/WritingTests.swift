// Messages written at once say what their trees say.
import CIMCodec
import CIMModel
import IECMessage
import Testing

@Suite("Writing: the text of a message is that of its tree")
struct WritingTests {
  private static func header(_ verb: Verb) -> Header {
    var header = Header(verb: verb, noun: "MeterReadings", source: "A & <B>", messageID: "m-1", correlationID: "")
    header.revision = "2.0"
    header.replayDetection = .init(nonce: "n\"1", created: Timestamp(seconds: 1_800_000_000))
    header.context = "TEST"
    header.timestamp = Timestamp(microseconds: 1_800_000_000_250_000)
    header.asyncReplyFlag = true
    header.ackRequired = false
    header.replyAddress = "http://a/?b=1&c=2"
    header.user = .init(userID: "u", organization: nil)
    header.comment = "line\none\r two \u{1}\ttab ]]> Z\u{E4}hler"
    header.properties = [.init(name: "p", value: nil), .init(name: "q", value: "")]
    header.extensions = [Element("X", in: "urn:x", children: [Element("Y", in: "", text: "y")])]
    return header
  }

  private static let id = ObjectID("i", kind: .uuid, idType: "t", idAuthority: "a", objectType: "o")
  private static let object = Element(
    "MeterReadings", in: "http://iec.ch/TC57/2011/MeterReadings#",
    children: [
      Element("MeterReading", in: "http://iec.ch/TC57/2011/MeterReadings#"),
      Element(
        "E", in: envelope,
        attributes: [.init(name: "ref", value: "<\"&\n\t>"), .init(namespace: "urn:z", name: "a", value: "")]),
    ])
  private static let envelope = Envelope.namespace

  private static var messages: [Message] {
    let error = ReplyError(
      code: "2.4", level: .fatal, reason: "no > such < meter", details: "d", location: .init(node: "n", stage: "s"),
      id: id)
    var set = OperationSet(operations: [
      .init(operationId: 1, noun: "MeterReadings", verb: "create", elementOperation: true, object: object),
      .init(operationId: 2),
    ])
    set.enforceTransactionalIntegrity = true
    return [
      Message(
        kind: .request, header: header(.get),
        request: Request(
          startTime: Timestamp(seconds: 0), endTime: Timestamp(seconds: 60), options: [.init(name: "o", value: "v")],
          ids: [id, ObjectID("plain")], objects: [object])),
      Message(
        kind: .response, header: header(.reply), reply: Reply(result: .failed, errors: [error], ids: [id]),
        payload: Payload(.objects([object, object]), format: "XML")),
      Message(kind: .request, header: header(.execute), payload: Payload(.operationSet(set))),
      Message(kind: .event, header: header(.created), payload: Payload(.compressed("YQ=="), format: "ZIP")),
      Message(kind: .event, header: header(.created), payload: Payload(.ids([id]))),
      Message(kind: .event, header: header(.created), payload: Payload(.objects([]))),
      Message(kind: .fault, header: header(.reply), reply: Reply(result: .failed)),
    ]
  }

  @Test("in the generic form", arguments: 0..<7)
  func generic(_ index: Int) throws {
    let message = Self.messages[index]
    let written = try MessageWriter().write(message)
    #expect(
      String(decoding: written, as: UTF8.self) == String(decoding: XMLWriter.write(message.element()), as: UTF8.self))
  }

  @Test("a reader gets back what was written", arguments: 0..<7)
  func readBack(_ index: Int) throws {
    let message = Self.messages[index]
    let decoded = MessageReader().decode(try MessageWriter().write(message))
    #expect(decoded.isWellFormed)
    // What XML cannot carry is gone, and line ends are as they were.
    let comment = decoded.root?["Header"]?.text("Comment")
    #expect(comment == (message.kind == .fault ? nil : "line\none\r two \ttab ]]> Z\u{E4}hler"))
  }

  @Test("an identifier is a UUID with or without what may stand before it")
  func uuid() {
    let plain = "0b7d1dc0-0000-4000-8000-00000000000A"
    for text in [plain, "urn:uuid:" + plain, "_" + plain, "urn:uuid:_" + plain] { #expect(isUUID(text), "\(text)") }
    for text in [
      "", "_", "urn:uuid:", plain + "0", String(plain.dropLast()), "__" + plain, "x" + plain,
      "urn:uuid:urn:uuid:" + plain, plain.replacing("-", with: "0"), plain.replacing("b", with: "g"),
    ] {
      #expect(!isUUID(text), "\(text)")
    }
  }
}
