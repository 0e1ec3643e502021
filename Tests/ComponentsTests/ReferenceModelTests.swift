import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
import Testing

@Suite("IEC 61968-9, 4.2: the systems of the reference model")
struct ReferenceModelTests {
  private let clock = UtilityClock(standingAt: Timestamp(seconds: 1_795_255_500))

  private func utility(_ port: any MessagePort) -> Utility {
    Utility(
      meters: 40, seed: 1, systems: ReferenceModel.systems.map(\.id), port: port, clock: clock, logger: quiet)
  }

  @Test("every system there is can be made, with all its parts, and tells every fact without parameters")
  func complete() async {
    let utility = utility(RecordingPort())
    #expect(utility.systems.map(\.id) == ReferenceModel.systems.map(\.id))
    for kind in ReferenceModel.systems {
      let system = utility.system(kind.id)
      let actions = system?.parts.flatMap { type(of: $0).actions } ?? []
      #expect(actions == kind.actions, "\(kind.id)")
      #expect(system?.parts.flatMap { type(of: $0).facts } == kind.facts, "\(kind.id)")
      #expect(Set(actions.map(\.name)).count == actions.count, "two actions of one name at \(kind.id)")
    }
    #expect(await utility.system("WM")?.fact(FactPath("orders/open")) == "0")
    #expect(await utility.system("WM")?.fact(FactPath("orders/closed/never")) == nil)
    await #expect(throws: ActionError.self) { try await utility.system("WM")?.perform(ActionCall("dance")) }
  }

  @Test("an upgrade stops when a meter cannot be reached: the next wave does not go out")
  func halted() async throws {
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: quiet)
    let utility = Utility(
      meters: 40, seed: 1, systems: ["MAM", "MS"], port: bus, clock: clock, logger: quiet)
    try await utility.join(bus)
    let meters = (0..<3).map { utility.fleet[$0].mRID }
    await utility.meteringSystem.setOnline(false, meter: 0)
    let mam = try #require(utility.system("MAM"))
    try await running({
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await bus.run() }
        group.addTask { try? await utility.run { try await Task.sleep(for: .seconds(3600)) } }
      }
    }) {
      try await mam.perform(
        ActionCall("upgrade", ["meters": meters.joined(separator: " "), "firmware": "9.9.9", "waveSize": "2"]))
      for _ in 0..<200 where await mam.fact(FactPath("campaign/state")) == "running" {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(await mam.fact(FactPath("campaign/state")) == "halted")
      #expect(await mam.fact(FactPath("campaign/waves")) == "1")
      #expect(await mam.fact(FactPath("campaign/upgraded")) == "1")
      #expect(await utility.system("MS")?.fact(FactPath("meters/\(meters[2])/firmware")) != "9.9.9")
    }
  }

  @Test("a debt is paid off and no more: the last payment gives it only what is left")
  func debt() async throws {
    let port = RecordingPort()
    let pos = PaymentDesk(id: "POS", port: port, logger: quiet) { Timestamp(seconds: 1_795_255_500) }
    let namespace = "http://iec.ch/TC57/2011/AuxiliaryAgreementConfig#"
    var root = Element("AuxiliaryAgreementConfig", in: namespace)
    root.append("AuxiliaryAgreement") { agreement in
      agreement.append("mRID", "A1")
      agreement.append("vendPortion", "50")
      agreement.append("AuxiliaryAccounts") { $0.append("balance", "12.345") }
    }
    let request = Message.request(.create, "AuxiliaryAgreementConfig", [root], source: "CIS")
    #expect(try await pos.answer(request, from: "CIS").reply?.result == .ok)
    for amount in ["20", "20"] {
      try await pos.perform(ActionCall("sell", ["meter": "M1", "amount": amount, "agreement": "A1"]))
    }
    #expect(await pos.fact(FactPath("agreements/A1/balance")) == "0")
    #expect(await pos.fact(FactPath("agreements/A1/state")) == "closed")
    let amounts = port.sent.filter { $0.noun == "TransactionRecord" }
      .flatMap { $0.payload?.objects.flatMap { $0.all("Transaction") } ?? [] }
      .map { "\($0.text("kind") ?? "") \($0.at("line", "amount")?.text ?? "")" }
    #expect(
      amounts == [
        "tokenSalePayment 10.000", "auxiliaryChargePayment 10.000", "tokenSalePayment 17.655",
        "auxiliaryChargePayment 2.345",
      ])
    await #expect(throws: ActionError.self) {
      try await pos.perform(ActionCall("sell", ["meter": "M1", "amount": "5", "agreement": "A1"]))
    }
    var whole = Element("AuxiliaryAgreementConfig", in: namespace)
    whole.append("AuxiliaryAgreement") { agreement in
      agreement.append("mRID", "A2")
      agreement.append("vendPortion", "100")
    }
    _ = try await pos.answer(
      .request(.create, "AuxiliaryAgreementConfig", [whole], source: "CIS"), from: "CIS")
    await #expect(throws: ActionError.self) {
      try await pos.perform(ActionCall("sell", ["meter": "M1", "amount": "100000000000", "agreement": "A2"]))
    }
  }

  @Test("work management refuses orders it cannot carry out, and completes each once")
  func service() async throws {
    let port = RecordingPort()
    let desk = ServiceDesk(id: "WM", port: port, logger: quiet) { Timestamp(seconds: 1_795_255_500) }
    let good = MeterServiceWork(kind: .meter, type: "exchange", meter: IdentifiedObject(mRID: "M1"))
    let bad = MeterServiceWork(kind: nil, meter: IdentifiedObject(mRID: "M1"))
    let order = { (work: MeterServiceWork) in
      Message.request(.create, "MeterServiceRequests", [MeterServiceRequests([work]).element], source: "CIS")
    }
    #expect(try await desk.answer(order(bad), from: "CIS").reply?.errors.first?.code == "1.7")
    #expect(try await desk.answer(order(good), from: "CIS").reply?.result == .ok)
    #expect(await desk.fact(FactPath("orders/M1/status")) == "waiting")
    try await desk.perform(ActionCall("complete", ["meter": "M1", "newMeter": "M2"]))
    #expect(await desk.fact(FactPath("orders/M1/status")) == "completed")
    let told = MeterServiceRequests(objects: port.sent.first?.payload?.objects ?? []).meterServiceWorks.first
    #expect(told?.meter?.mRID == "M2" && told?.oldMeter?.mRID == "M1" && told?.status?.value == "completed")
    await #expect(throws: ActionError.self) { try await desk.perform(ActionCall("complete", ["meter": "M1"])) }
  }

  @Test("orders are cancelled together or not at all, each that of its own meter")
  func cancel() async throws {
    let desk = ServiceDesk(id: "WM", port: RecordingPort(), logger: quiet) { Timestamp(seconds: 1_795_255_500) }
    let message = { (verb: Verb, meters: [String]) in
      let works = meters.map { MeterServiceWork(kind: .meter, meter: IdentifiedObject(mRID: $0)) }
      return Message.request(verb, "MeterServiceRequests", [MeterServiceRequests(works).element], source: "CIS")
    }
    _ = try await desk.answer(message(.create, ["A", "B", "A"]), from: "CIS")
    #expect(try await desk.answer(message(.cancel, ["A", "C"]), from: "CIS").reply?.errors.first?.code == "5.7")
    #expect(await desk.fact(FactPath("orders/open")) == "3")
    #expect(try await desk.answer(message(.cancel, ["A", "B"]), from: "CIS").reply?.result == .ok)
    #expect(await desk.fact(FactPath("orders/open")) == "1")
    #expect(await desk.fact(FactPath("orders/A/status")) == "waiting")
  }
}
