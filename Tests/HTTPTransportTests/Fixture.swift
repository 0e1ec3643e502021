// A running server, and messages to send to it.
import CIMExport
import CIMProfiles
import HTTPTransport
import IECMessage
import Logging
import MessageBus
import ServiceLifecycle
import Testing

/// Runs a server on a free port while `work` runs, and shuts it down in good order.
func withServer<Result: Sendable>(
  _ bus: any BusPort, partners: [Partner] = [], directory: PartnerDirectory? = nil,
  configure: (inout HTTPConfiguration) -> Void = { _ in },
  limits: ReadLimits = ReadLimits(), _ work: @Sendable (Int) async throws -> Result
) async throws -> Result {
  var configuration = HTTPConfiguration()
  configuration.port = 0
  configure(&configuration)
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  let (ports, feed) = AsyncStream.makeStream(of: Int.self)
  let server = HTTPServer(
    bus: bus, reader: MessageReader(limits: limits), writer: MessageWriter(), catalog: try ServiceCatalog(.standard),
    partners: try directory ?? PartnerDirectory(partners), configuration: configuration, logger: logger,
    onListening: { feed.yield($0) })
  let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
  return try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask {
      defer { feed.finish() }
      try await group.run()
    }
    guard let port = await ports.first(where: { _ in true }) else {
      try await tasks.next()
      throw RawHTTPError(message: "the server did not start")
    }
    do {
      let result = try await work(port)
      await group.triggerGracefulShutdown()
      try await tasks.next()
      return result
    } catch {
      await group.triggerGracefulShutdown()
      throw error
    }
  }
}

/// A partner whose system is a server of this test's.
func withPartner<Result: Sendable>(
  _ system: StubBus, path: String = "/messages", soap: SOAPVersion? = nil, form: MessageForm = .generic,
  replyPaths: [String] = [], answerLimit: Int = 1 << 20, deadline: Duration = .seconds(10),
  configure: (inout HTTPConfiguration) -> Void = { _ in },
  _ work: @escaping @Sendable (RemotePartner, PartnerDirectory) async throws -> Result
) async throws -> Result {
  try await withServer(system, configure: configure) { port in
    let base = "http://127.0.0.1:\(port)"
    let directory = try PartnerDirectory([
      Partner(
        id: "OMS", replyAddresses: replyPaths.map { base + $0 }, endpoint: base + path, form: form, soap: soap,
        interests: [.subscribes([.created], nil)], deadline: deadline, answerLimit: answerLimit)
    ])
    let client = PartnerClient(logger: Logger(label: "test"))
    do {
      let participants = try directory.participants(client: client, reader: MessageReader(), writer: MessageWriter())
      let partner = try #require(participants.first)
      let result = try await work(partner, directory)
      try await client.shutdown()
      return result
    } catch {
      try await client.shutdown()
      throw error
    }
  }
}

let plain = ["Content-Type": "application/xml"]
let soap11 = ["Content-Type": "text/xml; charset=utf-8"]
let soap12 = ["Content-Type": "application/soap+xml; charset=utf-8"]

let envelope = "http://iec.ch/TC57/2011/schema/message"
let wrapper = "http://iec.ch/TC57/2011/abstract"

func header(_ verb: String, _ noun: String, source: String? = nil, async address: String? = nil) -> String {
  var text = "<m:Verb>\(verb)</m:Verb><m:Noun>\(noun)</m:Noun>"
  if let source { text += "<m:Source>\(source)</m:Source>" }
  if let address { text += "<m:AsyncReplyFlag>true</m:AsyncReplyFlag><m:ReplyAddress>\(address)</m:ReplyAddress>" }
  return text + "<m:MessageID>m-1</m:MessageID><m:CorrelationID>c-1</m:CorrelationID>"
}

let readingsRequest = "<m:Request><GetMeterReadings xmlns=\"http://iec.ch/TC57/2011/GetMeterReadings#\"/></m:Request>"
let noEvents = "<EndDeviceEvents xmlns=\"http://iec.ch/TC57/2011/EndDeviceEvents#\"/>"
let badEvents = "<EndDeviceEvents xmlns=\"http://iec.ch/TC57/2011/EndDeviceEvents#\"><bad/></EndDeviceEvents>"

/// A get of MeterReadings in the envelope's own form.
func get(source: String? = nil, async address: String? = nil) -> String {
  "<m:RequestMessage xmlns:m=\"\(envelope)\"><m:Header>\(header("get", "MeterReadings", source: source, async: address))"
    + "</m:Header>\(readingsRequest)</m:RequestMessage>"
}

/// An event with this payload.
func event(_ payload: String = noEvents, verb: String = "created", source: String? = nil) -> String {
  "<m:EventMessage xmlns:m=\"\(envelope)\"><m:Header>\(header(verb, "EndDeviceEvents", source: source))</m:Header>"
    + "<m:Payload>\(payload)</m:Payload></m:EventMessage>"
}

func wrapped(_ message: String, as name: String) -> String {
  let inner = message.firstIndex(of: ">").map { message[message.index(after: $0)...] } ?? ""
  let end = inner.lastIndex(of: "<") ?? inner.endIndex
  return "<a:\(name) xmlns:a=\"\(wrapper)\" xmlns:m=\"\(envelope)\"><a:message>\(inner[..<end])</a:message></a:\(name)>"
}

func typedGet() -> String {
  let namespace = "http://iec.ch/TC57/2011/GetMeterReadingsMessage"
  return
    "<t:GetMeterReadings xmlns:t=\"\(namespace)\" xmlns:m=\"\(envelope)\"><t:Header>\(header("get", "MeterReadings"))"
    + "</t:Header><t:Request><GetMeterReadings xmlns=\"http://iec.ch/TC57/2011/GetMeterReadings#\"/></t:Request></t:GetMeterReadings>"
}

func soap(_ body: String, _ version: SOAPVersion = .v1_1, header: String = "") -> String {
  soap(body, namespace: version.namespace, header: header)
}

func soap(_ body: String, namespace: String, header: String = "") -> String {
  "<s:Envelope xmlns:s=\"\(namespace)\"><s:Header>\(header)</s:Header><s:Body>\(body)</s:Body></s:Envelope>"
}
