// Master data on a bus: requests over the bus, and what subscribers hear of them.
import CIMModel
import Components
import IECMessage
import MasterData
import MessageBus
import Testing

@Suite("IEC 61968-9, 5.10: master data management")
struct MasterDataManagementTests {
  private func meter(_ id: String) -> Element {
    let namespace = "http://iec.ch/TC57/2011/MeterConfig#"
    var root = Element("MeterConfig", in: namespace)
    root.append("Meter") { $0.append("mRID", id) }
    return root
  }

  @Test("changes are published once each, in the order of commits, and again only if that was not noted")
  func publishing() async throws {
    let store = MemoryMasterData()
    let port = RecordingPort()
    let component = MasterDataManagement(store: store, port: port, logger: quiet)
    for number in 1...3 {
      let request = Message.request(.create, "MeterConfig", [meter("m\(number)")], source: "CIS")
      #expect(try await component.answer(request, from: "CIS").reply?.result == .ok)
    }
    #expect(port.sent.isEmpty, "nothing is told before run()")
    try await running({ try await component.run() }) {
      let last = await port.first { $0.payload?.objects.first?.at("Meter", "mRID")?.text == "m3" }
      #expect(last != nil)
      let failed = Message.request(.create, "MeterConfig", [self.meter("m1")], source: "CIS")
      let refused = try await component.answer(failed, from: "CIS")
      #expect(refused.reply?.result == .failed)
      let change = Message.request(.delete, "MeterConfig", [self.meter("m1")], source: "CIS")
      let done = try await component.answer(change, from: "CIS")
      #expect(done.reply?.result == .ok)
      #expect(await port.first { $0.verb == .deleted } != nil)
    }
    let told = port.sent.map {
      "\($0.verb?.rawValue ?? "") \($0.payload?.objects.first?.at("Meter", "mRID")?.text ?? "")"
    }
    #expect(told == ["created m1", "created m2", "created m3", "deleted m1"])
    #expect(port.sent.allSatisfy { $0.kind == .event && $0.header?.source == "MASTER" })
  }

  @Test("over a bus: a set is carried out, and a get answers")
  func bus() async throws {
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: quiet)
    let component = MasterDataManagement(store: MemoryMasterData(), port: bus, logger: quiet)
    try await bus.join(component)
    try await running({ try await bus.run() }) {
      let set = OperationSet(
        enforceTransactionalIntegrity: true,
        operations: [.init(operationId: 1, noun: "MeterConfig", verb: "create", object: self.meter("m1"))])
      let request = Message(
        kind: .request, header: .stamped(.execute, "OperationSet", source: "CIS"),
        payload: Payload(.operationSet(set)))
      let first = try await bus.send(request, from: "CIS", raw: nil).reply
      #expect(first?.reply?.result == .ok)
      let query = Message.get("MeterConfig", self.meter("m1"), source: "CIS")
      let answer = try await bus.send(query, from: "CIS", raw: nil).reply
      #expect(answer?.payload?.objects.first?.at("Meter", "mRID")?.text == "m1")
      // The same message again: the bus gives the reply of then.
      let second = try await bus.send(request, from: "CIS", raw: nil).reply
      #expect(second == first)
    }
  }

  /// Sends requests that are answered later, and keeps the answers.
  private actor Requester: Participant {
    nonisolated let id: ParticipantID
    nonisolated let interests: [Interest] = []
    private(set) var replies: [Message] = []

    init(_ id: ParticipantID = "CIS") { self.id = id }
    func receive(reply: Message, from sender: ParticipantID) { replies.append(reply) }
  }

  @Test("over a bus: a reply for each operation of an asynchronous set, in order, and none twice")
  func separateReplies() async throws {
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: quiet)
    let requester = Requester()
    try await bus.join(MasterDataManagement(store: MemoryMasterData(), port: bus, logger: quiet))
    try await bus.join(requester)
    try await running({ try await bus.run() }) {
      let operations = ["m1", "m1", "m2"].enumerated().map { index, name in
        OperationSet.Operation(operationId: index + 1, noun: "MeterConfig", verb: "create", object: self.meter(name))
      }
      var header = Header.stamped(.execute, "OperationSet", source: "CIS")
      header.asyncReplyFlag = true
      header.properties = [.init(name: SeparateReplies.property, value: "true")]
      let request = Message(
        kind: .request, header: header, payload: Payload(.operationSet(OperationSet(operations: operations))))
      let ack = try await bus.send(request, from: "CIS", raw: nil).reply
      #expect(ack?.reply?.errors.map(\.code) == ["0.3"])
      for _ in 0..<500 where await requester.replies.count < 3 { try await Task.sleep(for: .milliseconds(10)) }
      let replies = await requester.replies
      #expect(replies.map { $0.reply?.operationId } == [1, 2, 3])
      #expect(replies.map { $0.reply?.errors.map(\.code) } == [["0.0", "0.1"], ["2.4", "0.1"], ["0.0"]])
      #expect(replies.allSatisfy { $0.header?.correlationID == header.correlationID })
      // Sent again, the set is known; what was told then is not told again.
      _ = try await bus.send(request, from: "CIS", raw: nil)
      try await Task.sleep(for: .milliseconds(100))
      #expect(await requester.replies.count == 3)
    }
  }

  @Test("over a bus: sets that share a MessageID all get their replies, of one sender and of two")
  func reusedMessageID() async throws {
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: quiet)
    let (cis, oms) = (Requester(), Requester("OMS"))
    try await bus.join(MasterDataManagement(store: MemoryMasterData(), port: bus, logger: quiet))
    try await bus.join(cis)
    try await bus.join(oms)
    // All is refused alike, and there is no CorrelationID: nothing but the MessageID tells the replies apart.
    @Sendable func send(_ system: String, of requester: Requester, awaiting count: Int) async throws -> [Int?] {
      var change = meter("none")
      change.children[0].append("amrSystem", system)
      let operations = (1...3).map {
        OperationSet.Operation(operationId: $0, noun: "MeterConfig", verb: "change", object: change)
      }
      var header = Header.stamped(.execute, "OperationSet", source: requester.id.rawValue)
      (header.messageID, header.correlationID, header.asyncReplyFlag) = ("1", nil, true)
      header.properties = [.init(name: SeparateReplies.property, value: "true")]
      let request = Message(
        kind: .request, header: header, payload: Payload(.operationSet(OperationSet(operations: operations))))
      _ = try await bus.send(request, from: requester.id, raw: nil)
      for _ in 0..<300 where await requester.replies.count < count { try await Task.sleep(for: .milliseconds(10)) }
      return await requester.replies.suffix(3).map { $0.reply?.operationId }
    }
    try await running({ try await bus.run() }) {
      for (system, requester, count) in [("A", cis, 3), ("B", cis, 6), ("A", oms, 3)] {
        let replies = try await send(system, of: requester, awaiting: count)
        #expect(replies == [1, 2, 3])
      }
      #expect(await cis.replies.count == 6)
    }
  }

  @Test("over a bus: changes from a point on, for one who was away; events tell their positions")
  func replay() async throws {
    let store = MemoryMasterData()
    let port = RecordingPort()
    let component = MasterDataManagement(store: store, port: port, logger: quiet)
    for number in 1...3 {
      _ = try await component.answer(
        .request(.create, "MeterConfig", [meter("m\(number)")], source: "CIS"), from: "CIS")
    }
    try await running({ try await component.run() }) {
      #expect(await port.first { $0.payload?.objects.first?.at("Meter", "mRID")?.text == "m3" } != nil)
    }
    let positions = port.sent.map { message in
      message.header?.properties.first { $0.name == MasterDataService.positionProperty }?.value
    }
    #expect(positions == ["1", "2", "3"])
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: quiet)
    try await bus.join(MasterDataManagement(store: store, port: bus, logger: quiet))
    try await running({ try await bus.run() }) {
      var request = Message.get("OperationSet", nil, source: "CIS")
      request.request?.options = [.init(name: "$page.marker", value: "1")]
      let reply = try await bus.send(request, from: "CIS", raw: nil).reply
      guard case .operationSet(let set) = reply?.payload?.content else {
        Issue.record("no set: \(String(describing: reply?.reply))")
        return
      }
      #expect(set.operations.map(\.operationId) == [2, 3] && set.operations.map(\.verb) == ["created", "created"])
      #expect(reply?.reply?.ids.first?.value == "3")
    }
  }
}
