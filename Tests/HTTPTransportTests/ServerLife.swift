// Starting, stopping, and what operators see.
import CIMModel
import HTTPTransport
import IECMessage
import MessageBus
import Testing

@Suite("HTTP server: start, stop and status", .timeLimit(.minutes(1)))
struct ServerLife {
  @Test("a port in use is a clear error that names it and what to do")
  func portInUse() async throws {
    try await withServer(StubBus()) { port in
      do {
        try await withServer(StubBus(), configure: { $0.port = port }) { _ in }
        Issue.record("the second server started")
      } catch let error as TransportError {
        #expect(error.code == .portInUse)
        #expect(error.message.contains("\(port)"))
        #expect(error.message.contains("choose another"))
      }
    }
  }

  @Test("an address that is not this machine's is a clear error")
  func foreignAddress() async throws {
    await #expect(throws: TransportError.self) {
      try await withServer(StubBus(), configure: { $0.host = "192.0.2.1" }) { _ in }
    }
  }

  @Test("a message under way is answered when the server is told to stop")
  func drains() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let bus = StubBus { message, _ in
      for await _ in gate { break }
      return .reply(EntryID(1), message.reply(.ok, source: "MDM"))
    }
    let answer = try await withServer(bus) { port in
      let task = Task { try await exchange(port, "POST", "/messages", plain, get()) }
      while bus.sent.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      // The answer becomes possible only after the shutdown has begun.
      Task {
        try await Task.sleep(for: .milliseconds(300))
        open.finish()
      }
      return task
    }
    #expect(try await answer.value.status == 200)
  }

  @Test("health is 200 when ready")
  func health() async throws {
    try await withServer(StubBus()) { port in
      let answer = try await exchange(port, "GET", "/health")
      #expect(answer.status == 200)
      #expect(answer.body == "{\"live\":true,\"ready\":true}\n")
    }
  }

  @Test("the base path goes before all paths")
  func basePath() async throws {
    try await withServer(StubBus(), configure: { $0.basePath = "/bus" }) { port in
      #expect(try await exchange(port, "GET", "/bus/health").status == 200)
      #expect(try await exchange(port, "GET", "/health").status == 404)
      let wsdl = try await exchange(port, "GET", "/bus/soap?wsdl")
      #expect(wsdl.body.contains("location=\"http://bus.test/bus/soap\""))
    }
  }

  @Test("activity is told as server-sent events, and the stream ends when the server stops")
  func activity() async throws {
    let bus = StubBus()
    let rest = try await withServer(bus) { port in
      let task = Task {
        try await withConnection(to: port) { connection in
          try await connection.send(raw("GET", "/activity"))
          _ = try await connection.read(until: "\r\n\r\n")
          let first = try await connection.read(until: "data: {")
          let line = try await connection.read(until: "}\n\n")
          while try await !connection.isClosed() {}
          return (first ?? "", line ?? "")
        }
      }
      while !bus.hasObservers { try await Task.sleep(for: .milliseconds(5)) }
      bus.tell(
        Activity(
          step: .delivered, entry: EntryID(5), time: Timestamp(seconds: 0), from: "MS", to: "MDM", kind: .event,
          verb: .created, noun: "MeterReadings", messageID: "m", correlationID: "c", latency: 0.25, result: .ok))
      try await Task.sleep(for: .milliseconds(200))
      return task
    }
    let (first, line) = try await rest.value
    #expect(first.contains("id: 5"))
    for part in ["\"step\":\"delivered\"", "\"to\":\"MDM\"", "\"latency\":0.25", "\"noun\":\"MeterReadings\""] {
      #expect(line.contains(part), "\(line)")
    }
  }

  @Test("the timeline of a message is found by its id and by its correlation id")
  func timeline() async throws {
    try await withServer(StubBus()) { port in
      for query in ["messageID=m-1", "correlationID=c-1"] {
        let answer = try await exchange(port, "GET", "/messages?\(query)")
        #expect(answer.status == 200)
        #expect(answer.body.contains("\"entry\":3"))
        #expect(answer.body.contains("\"participant\":\"MDM\""))
      }
      #expect(try await exchange(port, "GET", "/messages?messageID=x").body == "{\"messages\":[]}\n")
      #expect(try await exchange(port, "GET", "/messages?from=yesterday").status == 400)
      let dead = try await exchange(port, "GET", "/dead-letters")
      #expect(dead.body.contains("\"reason\":\"a \\\"b\\\"\""))
    }
  }

  @Test("services are listed for people and for programs, each with its WSDL and the schemas that needs")
  func services() async throws {
    try await withServer(StubBus()) { port in
      let json = try await exchange(port, "GET", "/services")
      #expect(json.body.contains("\"name\":\"RequestEndDeviceControls\""))
      let html = try await exchange(port, "GET", "/services", ["Accept": "text/html"])
      #expect(html.headers["content-type"]?.hasPrefix("text/html") == true)
      #expect(html.body.contains("/services/GetMeterReadings?wsdl"))
      let wsdl = try await exchange(port, "GET", "/services/RequestEndDeviceControls?WSDL")
      #expect(wsdl.status == 200)
      let reference = "RequestEndDeviceControls?xsd=Messages/EndDeviceControlsMessage.xsd"
      #expect(wsdl.body.contains(reference))
      let schema = try await exchange(port, "GET", "/services/" + reference)
      #expect(schema.status == 200)
      #expect(schema.body.contains("RequestEndDeviceControls?xsd=Part9/EndDeviceControls.xsd"))
      #expect(try await exchange(port, "GET", "/services/RequestEndDeviceControls?xsd=../../etc/passwd").status == 404)
      #expect(try await exchange(port, "GET", "/services/Nothing?wsdl").status == 404)
    }
  }
}
