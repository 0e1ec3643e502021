// Messages that are too large for memory, over HTTP: taken into a file, judged as they come, and posted out of one.
import CIMModel
import Dialects
import HTTPTransport
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-100: large messages over HTTP", .timeLimit(.minutes(1)))
struct LargeBodies {
  private static let limit = 4_096

  private static func events(_ count: Int, more: String = "") -> String {
    let events = (0..<count).map { number in
      """
      <EndDeviceEvent><mRID>event-\(number)</mRID><createdDateTime>2026-11-22T00:00:00Z</createdDateTime>
      <reason>a &amp; b &lt; \(number)</reason><Assets><mRID>meter-\(number)</mRID></Assets>
      <EndDeviceEventType ref="3.26.0.85"/></EndDeviceEvent>
      """
    }
    let namespace = "http://iec.ch/TC57/2011/EndDeviceEvents#"
    return "<EndDeviceEvents xmlns=\"\(namespace)\">\(events.joined())\(more)</EndDeviceEvents>"
  }

  private static func isDetached(_ message: Message?) -> Bool {
    if case .detached? = message?.payload?.content { true } else { false }
  }

  /// The message with its objects in memory.
  private static func whole(_ message: Message?) throws -> Message? {
    guard let message else { return nil }
    return try MessageXMLCoder().attached(message)
  }

  private func withLargeServer<Result: Sendable>(
    _ bus: StubBus, partners: [Partner] = [], bodyLimit: Int = 1 << 20, bytes: Int = 1 << 30,
    _ work: @Sendable (Int) async throws -> Result
  ) async throws -> Result {
    try await withServer(bus, partners: partners) { configuration in
      configuration.spoolOver = Self.limit
      configuration.bodyLimit = bodyLimit
      configuration.bodyBudget = bytes
    } _: {
      try await work($0)
    }
  }

  @Test("a large message is taken without being held, in every binding and however it is sent")
  func taken() async throws {
    let bus = StubBus()
    let text = event(Self.events(300))
    let expected = MessageReader().read(Array(text.utf8)).message
    #expect(text.utf8.count > 10 * Self.limit)
    try await withLargeServer(bus) { port async throws in
      #expect(try await exchange(port, "POST", "/messages", plain, text).status == 202)
      #expect(try await exchange(port, "POST", "/soap", soap11, soap(text)).status == 200)
      #expect(try await exchange(port, "POST", "/soap", soap12, soap(text, .v1_2)).status == 200)
      try await withConnection(to: port) { connection in
        var headers = plain
        headers["Transfer-Encoding"] = "chunked"
        try await connection.send(raw("POST", "/messages", headers))
        var rest = text[...]
        while !rest.isEmpty {
          let piece = rest.prefix(1_000)
          try await connection.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
          rest = rest.dropFirst(1_000)
        }
        try await connection.send("0\r\n\r\n")
        #expect(try await connection.response().status == 202)
      }
    }
    #expect(bus.sent.count == 4)
    for sent in bus.sent {
      #expect(Self.isDetached(sent.message) && sent.raw == nil)
      #expect(try Self.whole(sent.message) == expected)
    }
  }

  @Test("requests of one connection take turns, large and small")
  func turns() async throws {
    let bus = StubBus()
    let large = event(Self.events(200))
    let small = event()
    try await withLargeServer(bus) { port async throws in
      try await withConnection(to: port) { connection in
        let all = [large, small, large, large, small]
        try await connection.send(all.map { raw("POST", "/messages", plain, $0) }.joined())
        for _ in all { #expect(try await connection.response().status == 202) }
        try await connection.send(raw("GET", "/health"))
        #expect(try await connection.response().status == 200)
      }
    }
    #expect(bus.sent.map { Self.isDetached($0.message) } == [true, false, true, true, false])
  }

  @Test("what is wrong with it is told with its place, and kept")
  func invalid() async throws {
    let bus = StubBus()
    let wrong = event(Self.events(200, more: "<bad/>"))
    let broken = String(event(Self.events(200)).dropLast(20))
    try await withLargeServer(bus) { port async throws in
      let answer = try await exchange(port, "POST", "/messages", plain, wrong)
      #expect(answer.status == 422 && answer.body.contains("bad") && answer.body.contains("c-1"))
      #expect(answer.body.contains(" line \(wrong.split(separator: "\n").count) "))
      #expect(try await exchange(port, "POST", "/messages", plain, broken).status == 400)
      #expect(try await exchange(port, "POST", "/soap", soap11, event(Self.events(200))).status == 500)
    }
    #expect(bus.sent.isEmpty)
    #expect(bus.refused.map(\.code) == ["1.8", "1.8", "1.8"])
  }

  @Test("what is too large for its limit, or for the bytes there is room for, is refused")
  func limits() async throws {
    let bus = StubBus()
    let text = event(Self.events(300))
    try await withLargeServer(bus, bodyLimit: 20_000) { port async throws in
      #expect(try await exchange(port, "POST", "/messages", plain, text).status == 413)
      try await withConnection(to: port) { connection in
        var headers = plain
        headers["Transfer-Encoding"] = "chunked"
        try await connection.send(raw("POST", "/messages", headers))
        for _ in 0..<30 { try await connection.send("400\r\n\(String(repeating: " ", count: 1024))\r\n") }
        #expect(try await connection.response().status == 413)
      }
    }
    // What lies in files needs no room in memory.
    try await withLargeServer(bus, bytes: 2 * Self.limit) { port async throws in
      #expect(try await exchange(port, "POST", "/messages", plain, text).status == 202)
    }
    #expect(bus.sent.count == 1)
  }

  @Test("a partner whose messages are put right is read whole, where there is room for it")
  func putRight() async throws {
    let bus = StubBus()
    var partner = Partner(id: "HES")
    partner.dialect = Dialect(mode: .tolerant)
    let text = event(Self.events(200), source: "HES").replacing("created</m:Verb>", with: "Created</m:Verb>")
    try await withLargeServer(bus, partners: [partner]) { port async throws in
      #expect(try await exchange(port, "POST", "/messages", plain, text).status == 202)
    }
    #expect(bus.sent.map { Self.isDetached($0.message) } == [false])
    #expect(bus.sent.first?.message.verb == .created && bus.notes.first?.contains("repaired") == true)
    try await withLargeServer(bus, partners: [partner], bytes: 2 * Self.limit) { port async throws in
      #expect(try await exchange(port, "POST", "/messages", plain, text).status == 503)
    }
  }

  @Test("a connection that ends inside leaves nothing behind, and others are served")
  func cutShort() async throws {
    let bus = StubBus()
    let text = event(Self.events(200))
    try await withLargeServer(bus) { port async throws in
      for part in [text.utf8.count / 2, text.utf8.count - 1] {
        try await withConnection(to: port) { connection in
          try await connection.send(String(raw("POST", "/messages", plain, text).prefix(part)))
          try await connection.finish()
        }
      }
      #expect(try await exchange(port, "POST", "/messages", plain, text).status == 202)
    }
    #expect(bus.sent.count == 1)
  }

  @Test(
    "a partner's endpoint gets the same message, in the form it wants",
    arguments: [
      ("/messages", nil, MessageForm.generic), ("/soap", SOAPVersion.v1_1, .wrapped), ("/soap", .v1_2, .generic),
      ("/services/SendEndDeviceEvents", .v1_1, .typed(namespace: "")),
    ])
  func posted(_ path: String, _ version: SOAPVersion?, _ form: MessageForm) async throws {
    let far = StubBus()
    let text = event(Self.events(300))
    let message = try MessageXMLCoder().decode(DocumentBytes(Array(text.utf8)))
    #expect(Self.isDetached(message))
    try await withPartner(far, path: path, soap: version, form: form) {
      $0.spoolOver = Self.limit
    } _: { partner, _ in
      #expect(partner.takesDetached)
      try await partner.receive(message, from: "MDM")
    }
    #expect(try Self.whole(far.sent.first?.message) == (try Self.whole(message)))
  }
}
