import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

/// An OMS over two transformers of four meters each.
private struct Outages {
  let port: RecordingPort
  let oms: OutageManagement
  let clock = UtilityClock(standingAt: start)

  init(
    power: Set<String> = [], edit: (inout OutageManagement.Configuration) -> Void = { _ in },
    reply: (@Sendable (Message) -> Message)? = nil
  ) {
    port = RecordingPort { request, _ in
      if let reply { return reply(request) }
      let meter = request.request?.objects.first.flatMap { GetMeterReadings($0).endDevices.first?.label } ?? ""
      return power.contains(meter)
        ? request.reply(.ok, source: "MS") : request.failure("5.7", reason: "does not answer", source: "MS")
    }
    var configuration = OutageManagement.Configuration.immediate
    edit(&configuration)
    let places = (0..<8).map { index in
      NetworkHierarchy.Place(
        meter: IdentifiedObject(names: ["M\(index)"]), transformer: "TR-\(index / 4)", feeder: "FDR-0")
    }
    oms = OutageManagement(
      hierarchy: NetworkHierarchy(places), port: port, configuration: configuration
    ) { [clock] in clock.now() }
  }

  func tell(_ code: String, _ meters: [Int], at seconds: Int64 = 0) async throws {
    let events = meters.map { meter in
      EndDeviceEvent(
        createdDateTime: start.adding(seconds: seconds), asset: IdentifiedObject(names: ["M\(meter)"]),
        endDeviceEventType: code)
    }
    clock.advance(to: start.adding(seconds: seconds))
    try await oms.receive(
      .event(.created, EndDeviceEvents.noun, [EndDeviceEvents(events).element], source: "MS"), from: "MS")
  }

  /// Tells of meters and waits for the question to a neighbour.
  func tellAndVerify(_ meters: [Int]) async throws -> Outage? {
    try await running({ try await oms.run() }) {
      try await tell("3.26.0.85", meters)
      _ = await port.first { $0.verb == .get }
      let deadline = ContinuousClock.now + .seconds(5)
      while await oms.outages.last?.verification == nil, .now < deadline { await Task.yield() }
      return await oms.outages.last
    }
  }
}

@Suite("IEC 61968-9, 5.2.2 (Figure 7): outage management finds outages")
struct OutageManagementTests {
  @Test("half of a transformer's meters make an outage, in one message or several; one alone does not")
  func decides() async throws {
    let outages = Outages()
    try await outages.tell("3.26.0.85", [0], at: 5)
    #expect(await outages.oms.outages.isEmpty)
    try await outages.tell("3.26.0.85", [0], at: 5)
    #expect(await outages.oms.outages.isEmpty)
    try await outages.tell("0.26.0.85", [4, 1], at: 7)
    let found = await outages.oms.outages
    #expect(found.map(\.transformer) == ["TR-0"])
    #expect(found.first?.state == .predicted)
    #expect(found.first?.metersOut == ["M0", "M1"])
    #expect(found.first?.began == start.adding(seconds: 5))
    #expect(found.first?.metersOnTransformer == 4)
  }

  @Test("a silent meter of the transformer is asked; if it has no power it is counted")
  func asksSilentMeter() async throws {
    let outage = try await Outages().tellAndVerify([0, 1, 3])
    #expect(outage?.state == .confirmed)
    #expect(outage?.verification?.meter.label == "M2")
    #expect(outage?.verification?.answered == false)
    #expect(outage?.metersOut == ["M0", "M1", "M2", "M3"])
  }

  @Test("a silent meter that answers has power: it is not counted")
  func silentMeterAnswers() async throws {
    let outage = try await Outages(power: ["M2"]).tellAndVerify([0, 1, 3])
    #expect(outage?.metersOut == ["M0", "M1", "M3"])
    #expect(outage?.verification?.answered == true)
  }

  @Test("where all have told, a meter of the next transformer is asked")
  func asksNextTransformer() async throws {
    let outage = try await Outages(power: ["M0"]).tellAndVerify([4, 5, 6, 7])
    #expect(outage?.verification?.meter.label == "M0")
    #expect(outage?.verification?.onSameTransformer == false)
    #expect(outage?.verification?.answered == true)
  }

  @Test("restorations close it, and the next last gasps are a new outage")
  func closes() async throws {
    let outages = Outages()
    try await outages.tell("3.26.0.85", [0, 1, 2, 3])
    try await outages.tell("3.26.0.216", [0], at: 600)
    #expect(await outages.oms.openOutages.count == 1)
    try await outages.tell("3.26.0.216", [0], at: 610)
    #expect(await outages.oms.openOutages.count == 1)
    try await outages.tell("3.26.0.216", [1], at: 620)
    #expect(await outages.oms.openOutages.isEmpty)
    #expect(await outages.oms.closedCount == 1)
    #expect(await outages.oms.outages.first?.restored == start.adding(seconds: 620))
    try await outages.tell("3.26.0.85", [0, 1], at: 700)
    #expect(await outages.oms.outages.map(\.id) == ["OUT-1", "OUT-2"])
  }

  @Test("a meter whose power came back before there was an outage does not count")
  func momentary() async throws {
    let outages = Outages()
    try await outages.tell("3.26.0.85", [0])
    try await outages.tell("3.26.0.216", [0])
    try await outages.tell("3.26.0.85", [1])
    #expect(await outages.oms.outages.isEmpty)
  }

  @Test("events of unknown meters are counted, of other kinds passed over")
  func others() async throws {
    let outages = Outages()
    try await outages.tell("3.26.0.85", [17, 18])
    try await outages.tell("3.31.0.68", [0, 1, 2])
    try await outages.tell("nonsense", [0, 1, 2])
    #expect(await outages.oms.outages.isEmpty)
    #expect(await outages.oms.unknownMeterEvents == 2)
  }

  @Test(
    "one phase, and the codes of edition 1, count as well",
    arguments: [("3.26.25.85", "3.26.25.216"), ("3.26.9.185", "3.26.9.216")])
  func otherCodes(failed: String, restored: String) async throws {
    let outages = Outages()
    try await outages.tell(failed, [0, 1, 2])
    #expect(await outages.oms.openOutages.count == 1)
    try await outages.tell(restored, [0, 1, 2], at: 60)
    #expect(await outages.oms.openOutages.isEmpty)
  }

  @Test("the list is bounded; closed ones give way")
  func bounded() async throws {
    let outages = Outages { $0.analysis.outageLimit = 2 }
    for minute in 0..<4 as Range<Int64> {
      try await outages.tell("3.26.0.85", [0, 1], at: 60 * minute)
      try await outages.tell("3.26.0.216", [0, 1], at: 60 * minute + 30)
    }
    #expect(await outages.oms.outages.map(\.id) == ["OUT-3", "OUT-4"])
    #expect(await outages.oms.closedCount == 4)
  }

  @Test(
    "a meter is silent only where the reply says nothing else",
    arguments: [
      (["5.7"], true), (["5.4", "5.7", "5.7"], true), (["2.4", "5.7"], false), (["3.2"], false), (["5.4"], false),
    ])
  func silentOnly(codes: [String], isSilent: Bool) async throws {
    let outages = Outages(reply: { $0.reply(.failed, errors: codes.map { ReplyError(code: $0) }, source: "MS") })
    let outage = try await outages.tellAndVerify([0, 1, 3])
    #expect(outage?.metersOut.contains("M2") == isSilent)
    #expect(outage?.verification?.answered == false)
  }

  @Test("OK with readings of others is no sign of power")
  func othersRead() async throws {
    let reading = MeterReading(meter: IdentifiedObject(names: ["M7"]))
    let outages = Outages(reply: { $0.reply(.ok, objects: [MeterReadings([reading]).element], source: "MS") })
    let outage = try await outages.tellAndVerify([0, 1, 3])
    #expect(outage?.verification?.answered == false)
    #expect(outage?.metersOut == ["M0", "M1", "M3"])
  }
}
