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
}
