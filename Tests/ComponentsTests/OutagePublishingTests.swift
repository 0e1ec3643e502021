import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
import Testing

@Suite("IEC 61968-3: an OMS tells of outages")
struct OutagePublishingTests {
  private let clock = UtilityClock(standingAt: start)

  /// An OMS over ten transformers, whose questions a metering system answers.
  private func oms(_ port: RecordingPort, _ fleet: MeterFleet) -> OutageManagement {
    var configuration = OutageManagement.Configuration()
    configuration.publishes = true
    return OutageManagement(
      hierarchy: NetworkHierarchy(of: fleet), port: port, configuration: configuration, logger: quiet
    ) { [clock] in clock.now() }
  }

  private func tell(
    _ oms: OutageManagement, _ signals: [PowerSignal], _ fleet: MeterFleet, correlationID: String = "C1"
  ) async throws {
    let events = signals.map { signal in
      EndDeviceEvent(
        createdDateTime: signal.occurred, asset: IdentifiedObject(mRID: fleet[signal.meter].mRID),
        endDeviceEventType: signal.kind == .lastGasp ? "3.26.0.85" : "3.26.0.216")
    }
    try await oms.receive(
      .event(
        .created, EndDeviceEvents.noun, [EndDeviceEvents(events).element], source: "MS", correlationID: correlationID),
      from: "MS")
    await oms.catchUp()
  }

  private func pass(_ oms: OutageManagement, seconds: Int64) async {
    for _ in 0..<seconds / 10 {
      clock.advance(to: clock.now().adding(seconds: 10))
      await oms.catchUp()
    }
  }

  @Test("from predicted to closed: every message is valid, the public hears of what is confirmed")
  func published() async throws {
    var fleet = MeterFleet(count: 100, seed: 1, start: start)
    let meters = fleet.topology.meters(onTransformer: 3)
    let gasps = fleet.outage(of: meters, at: start.adding(seconds: 5), lossShare: 0)
    let returns = fleet.restore(meters, at: start.adding(seconds: 900), lossShare: 0)
    let system = MeteringSystem(fleet: fleet, port: RecordingPort(), logger: quiet) { [clock] in clock.now() }
    let port = RecordingPort { request, sender in try await system.answer(request, from: sender) }
    let oms = oms(port, fleet)
    clock.advance(to: start.adding(seconds: 20))
    try await tell(oms, gasps, fleet)
    await pass(oms, seconds: 200)
    clock.advance(to: start.adding(seconds: 970))
    try await tell(oms, returns, fleet)
    await pass(oms, seconds: 300)

    let told = port.sent.filter { $0.noun == "UnplannedOutages" }
    let outages = told.flatMap { message in
      UnplannedOutages(objects: message.payload?.objects ?? []).unplannedOutages.map { (message.verb, $0) }
    }
    #expect(outages.first?.0 == .created && outages.first?.1.outageKind == "predicted")
    #expect(outages.last?.0 == .closed && outages.last?.1.outageKind == "closed")
    #expect(outages.contains { $0.0 == .changed && $0.1.outageKind == "confirmed" })
    #expect(Set(outages.map(\.1.mRID)) == ["OUT-1"])
    #expect(outages.first?.1.equipments.first?.names == ["TR-000003"])
    #expect(outages.first?.1.deEnergizedUsagePoints.count == meters.count)
    #expect(outages.last?.1.energizedUsagePoints.count == meters.count)
    #expect(outages.last?.1.customersRestored == meters.count)
    #expect(outages.last?.1.metersAffected == 0)
    #expect(told.allSatisfy { $0.header?.correlationID == "C1" })
    let open = port.sent.filter { $0.noun == "PubOutages" }
    #expect(open.compactMap(\.verb).first == .created && open.compactMap(\.verb).last == .closed)
    #expect(open.count { $0.verb == .created } == 1 && open.count { $0.verb == .closed } == 1)
    #expect(PubOutages(objects: open[0].payload?.objects ?? []).outages.first?.originalMetersAffected == meters.count)
    // What is written is validated against the profiles.
    for message in told + open { _ = try MessageXMLCoder().encode(message) }
  }

  @Test("what feeds a usage point is learnt from UsagePointConfig; its meters from their events")
  func learnt() async throws {
    let port = RecordingPort { request, _ in request.failure("5.7", reason: "does not answer", source: "MS") }
    let oms = oms(port, MeterFleet(count: 0, seed: 1, start: start))
    var root = Element("UsagePointConfig", in: "http://iec.ch/TC57/2011/UsagePointConfig#")
    for number in 0..<3 {
      root.append("UsagePoint") { point in
        point.append("mRID", "P\(number)")
        if number < 2 { point.append("Equipments") { $0.append("mRID", "TX-1") } }
        if number == 2 { point.append("UsagePointLocation") { $0.append("mRID", "LOC-2") } }
      }
    }
    try await oms.receive(.event(.created, "UsagePointConfig", [root], source: "MASTER"), from: "MASTER")
    let events = (0..<3).map { number in
      EndDeviceEvent(
        createdDateTime: start, asset: IdentifiedObject(mRID: "M\(number)"), endDeviceEventType: "3.26.0.85",
        usagePoint: IdentifiedObject(mRID: "P\(number)"))
    }
    try await oms.receive(
      .event(.created, EndDeviceEvents.noun, [EndDeviceEvents(events).element], source: "MS"), from: "MS")
    await pass(oms, seconds: 120)
    let outages = await oms.outages
    #expect(Set(outages.map(\.device)) == ["TX-1", "LOC-2"])
    #expect(outages.first { $0.device == "TX-1" }?.metersOut == ["M0", "M1"])
  }

  @Test("what comes of two messages is asked and told of apart, each by the CorrelationID of its own")
  func correlated() async throws {
    var fleet = MeterFleet(count: 100, seed: 1, start: start)
    let gasps = [3, 5].map { transformer in
      fleet.outage(
        of: fleet.topology.meters(onTransformer: transformer), at: start.adding(seconds: 5), lossShare: 0)
    }
    let system = MeteringSystem(fleet: fleet, port: RecordingPort(), logger: quiet) { [clock] in clock.now() }
    let port = RecordingPort { request, sender in try await system.answer(request, from: sender) }
    let oms = oms(port, fleet)
    clock.advance(to: start.adding(seconds: 20))
    try await tell(oms, gasps[0], fleet, correlationID: "C3")
    try await tell(oms, gasps[1], fleet, correlationID: "C5")
    await pass(oms, seconds: 200)
    var named: [String: Set<String>] = [:]
    for message in port.sent where message.noun == "UnplannedOutages" {
      for outage in UnplannedOutages(objects: message.payload?.objects ?? []).unplannedOutages {
        named[message.header?.correlationID ?? "", default: []].formUnion(outage.equipments.first?.names ?? [])
      }
    }
    #expect(named == ["C3": ["TR-000003"], "C5": ["TR-000005"]])
    let asked = port.sent.filter { $0.verb == .get }.map { $0.header?.correlationID }
    #expect(Set(asked) == ["C3", "C5"])
  }
}
