// Answers come in the SOAP version and the form of the request.
import CIMModel
import HTTPTransport
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-100, forms of requests and their answers", .timeLimit(.minutes(1)))
struct AnswerForms {
  /// Where it is posted, how, what is posted, and what the answer's root is.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var path: String
    var headers: [String: String]
    var body: String
    var status: Int
    var root: String
    var isSOAP: Bool
  }

  static let cases: [Case] = [
    Case(
      testDescription: "plain", path: "/messages", headers: plain, body: get(), status: 200, root: "ResponseMessage",
      isSOAP: false),
    Case(
      testDescription: "plain event", path: "/messages", headers: plain, body: event(), status: 202,
      root: "ResponseMessage", isSOAP: false),
    Case(
      testDescription: "unwrapped", path: "/soap", headers: soap11, body: soap(get()), status: 200,
      root: "ResponseMessage", isSOAP: true),
    Case(
      testDescription: "wrapped", path: "/soap", headers: soap11, body: soap(wrapped(get(), as: "Request")),
      status: 200,
      root: "Response", isSOAP: true),
    Case(
      testDescription: "wrapped event, SOAP 1.2", path: "/soap", headers: soap12,
      body: soap(wrapped(event(), as: "PublishEvent"), .v1_2), status: 200, root: "Response", isSOAP: true),
    Case(
      testDescription: "typed", path: "/services/GetMeterReadings", headers: soap11, body: soap(typedGet()),
      status: 200,
      root: "MeterReadingsResponseMessage", isSOAP: true),
    Case(
      testDescription: "typed, at another path", path: "/services/Anything", headers: soap12,
      body: soap(typedGet(), .v1_2),
      status: 200, root: "MeterReadingsResponseMessage", isSOAP: true),
    Case(
      testDescription: "typed without SOAP", path: "/messages", headers: plain, body: typedGet(), status: 200,
      root: "MeterReadingsResponseMessage", isSOAP: false),
  ]

  @Test("the answer is valid, in the form of the request, and tied to it", arguments: cases)
  func form(_ request: Case) async throws {
    let bus = StubBus()
    let answer = try await withServer(bus) {
      try await exchange($0, "POST", request.path, request.headers, request.body)
    }
    #expect(answer.status == request.status, "\(answer.body)")
    let inspection = MessageReader().read(Array(answer.body.utf8))
    #expect(inspection.violations.isEmpty, "\(inspection.violations)")
    #expect(inspection.root?.name == request.root)
    #expect((inspection.soap != nil) == request.isSOAP)
    #expect(inspection.message?.kind == .response)
    #expect(inspection.correlationID == "c-1")
    #expect(inspection.message?.reply?.result == .ok)
    #expect(bus.sent.first?.raw == Array(request.body.utf8))
  }

  @Test(
    "a reply that lies in the journal is sent as it lies there, but only in the form of the journal", arguments: cases)
  func written(_ request: Case) async throws {
    let written = "<ResponseMessage>as journaled</ResponseMessage>"
    let answer = try await withServer(StubBus(written: Array(written.utf8))) {
      try await exchange($0, "POST", request.path, request.headers, request.body)
    }
    #expect((answer.body == written) == (request.testDescription == "plain"), "\(answer.body)")
  }

  @Test("SOAPAction may be missing, empty or wrong: the root decides", arguments: [nil, "", "\"\"", "urn:wrong"])
  func action(_ action: String?) async throws {
    var headers = soap11
    headers["SOAPAction"] = action
    let answer = try await withServer(StubBus()) { [headers] in
      try await exchange($0, "POST", "/soap", headers, soap(get()))
    }
    #expect(answer.status == 200)
  }

  @Test("an accepted event is answered OK 0.3 with its journal number")
  func accepted() async throws {
    let answer = try await withServer(StubBus()) { try await exchange($0, "POST", "/messages", plain, event()) }
    #expect(answer.headers["busbar-result"] == "OK")
    #expect(answer.headers["busbar-code"] == "0.3")
    #expect(answer.headers["busbar-entry"] == "8")
  }

  @Test("a FAILED reply of the bus is 200 over plain XML: the message was processed")
  func failedByBus() async throws {
    let bus = StubBus { message, _ in .reply(EntryID(1), message.failure("2.4", reason: "no such meter", source: "MDM"))
    }
    let answer = try await withServer(bus) { try await exchange($0, "POST", "/messages", plain, get()) }
    #expect(answer.status == 200)
    #expect(answer.headers["busbar-result"] == "FAILED")
    #expect(answer.headers["busbar-code"] == "2.4")
  }

  @Test("a byte order mark, an XML declaration and a schemaLocation are read past")
  func decoration() async throws {
    let location =
      " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:a http://127.0.0.1:1/a.xsd'"
    let text =
      "\u{FEFF}<?xml version='1.0'?>" + get().replacing("RequestMessage xmlns", with: "RequestMessage\(location) xmlns")
    let answer = try await withServer(StubBus()) { try await exchange($0, "POST", "/messages", plain, text) }
    #expect(answer.status == 200, "\(answer.body)")
  }

  @Test("one connection takes several requests")
  func keepAlive() async throws {
    try await withServer(StubBus()) { port in
      try await withConnection(to: port) { connection in
        for _ in 0..<3 {
          try await connection.send(raw("POST", "/messages", plain, get()))
          #expect(try await connection.response().status == 200)
        }
      }
    }
  }

  @Test("the connection ends with the answer for HTTP/1.0 and where the client says so", arguments: ["1.0", "1.1"])
  func closes(_ version: String) async throws {
    try await withServer(StubBus()) { port in
      try await withConnection(to: port) { connection in
        let headers = version == "1.1" ? ["Connection": "close"] : [:]
        try await connection.send(raw("GET", "/health", headers).replacing("HTTP/1.1", with: "HTTP/\(version)"))
        let answer = try await connection.response()
        #expect(answer.status == 200)
        #expect(try await connection.isClosed())
      }
    }
  }

  @Test("Expect: 100-continue is answered before the body")
  func expectContinue() async throws {
    try await withServer(StubBus()) { port in
      try await withConnection(to: port) { connection in
        let length = "\(get().utf8.count)"
        let headers = ["Content-Type": "text/xml", "Content-Length": length, "Expect": "100-continue"]
        try await connection.send(raw("POST", "/messages", headers))
        #expect(try await connection.response().status == 100)
        try await connection.send(get())
        #expect(try await connection.response().status == 200)
      }
    }
  }
}
