// Cancelling asynchronous requests.
import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-9, Annex M: cancelling a transaction", .timeLimit(.minutes(1)))
struct CancelTests {
  private static func cancel(_ transaction: String, by source: String = "CIS") -> Message {
    Message(
      kind: .request, header: .stamped(.cancel, "EndDeviceControls", source: source),
      payload: Payload(.ids([ObjectID(transaction, kind: .transaction)])))
  }

  @Test("a request that waits is withdrawn, and its requester told 6.5")
  func withdrawn() async throws {
    let door = Door()
    let server = Scripted("MS", [.serves([.create], ["EndDeviceControls"])]) { request in
      try await door.pass()
      return request.reply(.ok, source: "MS")
    }
    let asker = Scripted("CIS")
    let bus = makeBus()
    try await bus.join(server)
    try await bus.join(asker)
    try await running(bus) {
      let (first, second) = (Sample.control(), Sample.control())
      _ = try await bus.send(first, from: "CIS")
      let ack = try await bus.send(second, from: "CIS").reply?.reply
      let transaction = try #require(ack?.ids.first)
      #expect(transaction == ObjectID(second.header?.correlationID ?? "", kind: .transaction))
      _ = await server.next(1)
      #expect(try await bus.send(Self.cancel(transaction.value), from: "CIS").reply?.reply?.result == .ok)
      let told = await asker.next(1)[0]
      #expect(told.header?.correlationID == second.header?.correlationID)
      #expect(told.reply?.result == .failed && told.reply?.errors.first?.code == "6.5")
      // The first is with its server already, which takes no cancel.
      let error = try await bus.send(Self.cancel(first.header?.correlationID ?? ""), from: "CIS").reply?.reply?.errors
        .first
      #expect(error?.code == "5.2")
      door.open()
      #expect(await asker.next(1)[0].header?.correlationID == first.header?.correlationID)
      // It has its final reply now.
      let late = try await bus.send(Self.cancel(first.header?.correlationID ?? ""), from: "CIS").reply?.reply?.errors
        .first
      #expect(late?.code == "2.15")
    }
    #expect(await server.rest().isEmpty)
  }

  @Test("by its CorrelationID alone; and nobody cancels what is another's")
  func byCorrelation() async throws {
    let server = Scripted(
      "MS", [.serves([.create], ["EndDeviceControls"])], onRequest: { _ in throw ParticipantOutage("MS is off") })
    let asker = Scripted("CIS")
    let bus = makeBus()
    try await bus.join(server)
    try await bus.join(asker)
    try await running(bus) {
      let control = Sample.control()
      _ = try await bus.send(control, from: "CIS")
      _ = await server.next(2)
      let id = control.header?.correlationID ?? ""
      let foreign = try await bus.send(Self.cancel(id, by: "OMS"), from: "OMS").reply?.reply?.errors.first
      #expect(foreign?.code == "2.15")
      // While it is being tried it cannot be withdrawn: between two tries it can.
      let result = try await {
        while true {
          var cancel = Self.cancel(id)
          cancel.payload = nil
          cancel.request = Request()
          cancel.header?.correlationID = id
          let reply = try await bus.send(cancel, from: "CIS").reply?.reply
          if reply?.errors.first?.code != "5.2" { return reply?.result }
        }
      }()
      #expect(result == .ok)
      #expect(await asker.next(1)[0].reply?.errors.first?.code == "6.5")
    }
  }

  @Test("with a server of cancel, a request that it has is cancelled there")
  func atServer() async throws {
    let server = Scripted("MS", [.serves([.create, .cancel], ["EndDeviceControls"])]) { request in
      request.verb == .cancel
        ? request.reply(.ok, source: "MS") : request.reply(.ok, errors: [ReplyError(code: "0.3")], source: "MS")
    }
    let bus = makeBus()
    try await bus.join(server)
    try await bus.join(Scripted("CIS"))
    try await running(bus) {
      let control = Sample.control()
      _ = try await bus.send(control, from: "CIS")
      _ = await server.next(1)
      let cancel = Self.cancel(control.header?.correlationID ?? "")
      #expect(try await bus.send(cancel, from: "CIS").reply?.reply?.result == .ok)
      #expect(await server.next(1) == [cancel])
    }
  }

  @Test("a cancel that names an object goes to the object's server")
  func byObject() async throws {
    let server = Scripted("MS", [.serves([.create, .cancel], ["EndDeviceControls"])])
    let bus = makeBus()
    try await bus.join(server)
    var cancel = Self.cancel("x")
    cancel.payload = Payload(.ids([ObjectID("c1", kind: .uuid)]))
    let message = cancel
    try await running(bus) {
      let reply = try await bus.send(message, from: "CIS").reply
      #expect(reply?.reply?.result == .ok)
      #expect(await server.next(1) == [message])
    }
  }
}
