// The bus calls partners: what counts as delivered, and what does not.
import CIMModel
import HTTPTransport
import IECMessage
import Logging
import MessageBus
import Testing

@Suite("IEC 61968-100, calls to partners", .timeLimit(.minutes(1)))
struct RemotePartners {
  private var event: Message {
    .event(
      .created, "EndDeviceEvents", [Element("EndDeviceEvents", in: "http://iec.ch/TC57/2011/EndDeviceEvents#")],
      source: "MDM")
  }

  @Test(
    "an event reaches the partner in the form and SOAP version it wants",
    arguments: [
      ("/messages", nil, MessageForm.generic), ("/soap", SOAPVersion.v1_1, .wrapped), ("/soap", .v1_2, .generic),
      ("/services/SendEndDeviceEvents", .v1_1, .typed(namespace: "")),
    ])
  func delivered(_ path: String, _ soap: SOAPVersion?, _ form: MessageForm) async throws {
    let system = StubBus()
    let event = event
    try await withPartner(system, path: path, soap: soap, form: form) { partner, _ in
      try await partner.receive(event, from: "MDM")
    }
    #expect(system.sent.map(\.message.header?.messageID) == [event.header?.messageID])
    #expect(system.sent.first?.message.kind == .event)
  }

  @Test("the partner's reply answers a request")
  func answered() async throws {
    let system = StubBus { message, _ in
      .reply(EntryID(1), message.failure("2.4", reason: "unknown meter", source: "OMS"))
    }
    let request = Message.get(
      "MeterReadings", Element("GetMeterReadings", in: "http://iec.ch/TC57/2011/GetMeterReadings#"), source: "MDM")
    let reply = try await withPartner(system) { partner, _ in try await partner.answer(request, from: "MDM") }
    #expect(reply.reply?.result == .failed)
    #expect(reply.reply?.errors.first?.code == "2.4")
    #expect(reply.header?.correlationID == request.header?.correlationID)
  }

  @Test("FAILED, an HTTP error, and an answer that is no message are no delivery")
  func notDelivered() async throws {
    let event = event
    let failing = StubBus { message, _ in .reply(EntryID(1), message.failure("5.3", reason: "no", source: "OMS")) }
    await expectError(.badAnswer) {
      try await withPartner(failing) {
        try await $0.receive(event, from: "MDM"); _ = $1
      }
    }
    let busy = StubBus { _, _ in throw BusError(.busy, "later") }
    await expectError(.unavailable) {
      try await withPartner(busy) {
        try await $0.receive(event, from: "MDM"); _ = $1
      }
    }
    await expectError(.badStatus) {
      try await withPartner(StubBus(), path: "/nowhere") {
        try await $0.receive(event, from: "MDM"); _ = $1
      }
    }
  }

  @Test("an answer larger than the partner's limit and one that does not come are errors")
  func bounded() async throws {
    let event = event
    await expectError(.badAnswer) {
      try await withPartner(StubBus(), answerLimit: 64) {
        try await $0.receive(event, from: "MDM"); _ = $1
      }
    }
    let sleeping = StubBus { message, _ in
      try await Task.sleep(for: .seconds(2))
      return .accepted(EntryID(1))
    }
    await expectError(.timedOut) {
      try await withPartner(sleeping, deadline: .milliseconds(300)) {
        try await $0.receive(event, from: "MDM"); _ = $1
      }
    }
  }

  @Test("a partner that is not there is unreachable")
  func unreachable() async throws {
    let port = try await withServer(StubBus()) { $0 }
    let directory = try PartnerDirectory([Partner(id: "OMS", endpoint: "http://127.0.0.1:\(port)/")])
    let client = PartnerClient(logger: Logger(label: "test"))
    let event = event
    let partners = try directory.participants(client: client, reader: MessageReader(), writer: MessageWriter())
    await expectError(.unreachable) { try await partners.first?.receive(event, from: "MDM") }
    try await client.shutdown()
  }

  @Test("a late reply goes to the registered address that the request named")
  func namedAddress() async throws {
    let (first, second) = (StubBus(), StubBus())
    try await withServer(first) { firstPort in
      try await withServer(second) { secondPort in
        let addresses = [firstPort, secondPort].map { "http://127.0.0.1:\($0)/messages" }
        let directory = try PartnerDirectory([Partner(id: "OMS", replyAddresses: addresses, soap: nil)])
        let answer = try await withServer(StubBus(), directory: directory) { port in
          try await exchange(port, "POST", "/messages", plain, get(source: "OMS", async: addresses[1]))
        }
        #expect(answer.status == 202)
        let client = PartnerClient(logger: Logger(label: "test"))
        let partners = try directory.participants(client: client, reader: MessageReader(), writer: MessageWriter())
        let request = Message.get("MeterReadings", nil, source: "OMS", correlationID: "c-1")
        try await partners.first?.receive(reply: request.reply(.ok, source: "MDM"), from: "MDM")
        try await client.shutdown()
      }
    }
    #expect(first.sent.isEmpty)
    #expect(second.sent.map(\.message.header?.correlationID) == ["c-1"])
  }

  @Test("a late reply whose request is forgotten goes to the first registered address")
  func lateReply() async throws {
    let system = StubBus()
    var request = Message.get("MeterReadings", nil, source: "OMS", correlationID: "c-9")
    request.header?.asyncReplyFlag = true
    let reply = request.reply(.ok, source: "MDM")
    try await withPartner(system, replyPaths: ["/messages"]) { partner, _ in
      try await partner.receive(reply: reply, from: "MDM")
    }
    #expect(system.sent.map(\.message.header?.correlationID) == ["c-9"])
    #expect(system.sent.first?.message.kind == .response)
  }

  @Test("an endpoint that is no http URL is a configuration error")
  func badEndpoint() async throws {
    let directory = try PartnerDirectory([Partner(id: "OMS", endpoint: "file:///etc/passwd")])
    let client = PartnerClient(logger: Logger(label: "test"))
    #expect(throws: TransportError.self) {
      try directory.participants(client: client, reader: MessageReader(), writer: MessageWriter())
    }
    try await client.shutdown()
  }

  private func expectError(_ code: TransportError.Code, _ work: () async throws -> Void) async {
    do {
      try await work()
      Issue.record("no error, \(code) expected")
    } catch let error as TransportError {
      #expect(error.code == code, "\(error)")
    } catch {
      Issue.record("\(error) in place of \(code)")
    }
  }
}
