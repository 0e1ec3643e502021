import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
import Testing

@Suite("IEC 61968-9, 5.4 and 5.9: controls of devices behind meters")
struct DeviceControlTests {
  private let clock = UtilityClock(standingAt: Timestamp(seconds: 1_795_255_500))
  private let fleet: MeterFleet
  private let port = RecordingPort()
  private let system: MeteringSystem

  init() {
    fleet = MeterFleet(count: 40, seed: 3, start: Timestamp(seconds: 1_795_255_500))
    var configuration = MeteringSystem.Configuration()
    configuration.servesDevices = true
    configuration.switchDuration = .zero
    system = MeteringSystem(
      fleet: fleet, port: port, configuration: configuration, logger: quiet, now: { [clock] in clock.now() },
      advance: { [clock] in clock.advance(to: $0) })
  }

  private func control(_ code: String, _ body: String, device: String) async throws -> Reply? {
    var element = Element("EndDeviceControl", in: "http://iec.ch/TC57/2011/EndDeviceControls#")
    element.append("mRID", "control-1")
    if body.hasPrefix("duration ") {
      element.append("PanDemandResponse") { $0.append("duration", String(body.dropFirst(9))) }
    }
    element.append("EndDeviceControlType", ref: code)
    element.append("EndDevices") { $0.append("mRID", device) }
    let root = Element(
      "EndDeviceControls", in: "http://iec.ch/TC57/2011/EndDeviceControls#", children: [element])
    let request = Message.request(.create, "EndDeviceControls", [root], source: "LMS")
    return try await system.answer(request, from: "LMS").reply
  }

  @Test("a load control event begins, ends, and is told of; one that is over is refused by the device")
  func loadControl() async throws {
    let device = fleet[4].loadControlMRID
    try await running({ try await system.run { try await Task.sleep(for: .seconds(3600)) } }) {
      #expect(try await control("16.15.0.54", "duration 30", device: device)?.result == .ok)
      #expect(await port.first { $0.noun == "EndDeviceEvents" } != nil)
      #expect(await system.fact(FactPath("devices/\(device)/loadEvent")) == "started")
      try await system.perform(ActionCall("timePasses", ["minutes": "31"]))
      #expect(await system.fact(FactPath("devices/\(device)/loadEvent")) == "stopped")
    }
    let codes = port.sent.flatMap { EndDeviceEvents(objects: $0.payload?.objects ?? []).endDeviceEvents }
      .map(\.endDeviceEventType)
    #expect(codes == ["16.15.17.242", "16.15.17.243"])
  }

  @Test("a control nobody knows, and a device nobody knows, are refused with their codes")
  func refused() async throws {
    let unknownCode = try await control("3.99.0.1", "", device: fleet[0].mRID)
    #expect(unknownCode?.errors.first?.code == "5.2")
    let unknownDevice = try await control("16.15.0.54", "", device: "nobody")
    #expect(unknownDevice?.errors.first?.code == "2.4")
  }

  @Test("credit is spent by use and not by anything else; without credit the switch opens")
  func credit() async throws {
    let meter = fleet[2].mRID
    try await system.perform(ActionCall("grantCredit", ["meter": meter, "amount": "1"]))
    #expect(await system.fact(FactPath("meters/\(meter)/credit")) == "1000")
    try await system.perform(ActionCall("spendCredit", ["meter": meter]))
    #expect(await system.fact(FactPath("meters/\(meter)/switch")) == "disconnected")
    let left = try #require(await system.fact(FactPath("meters/\(meter)/credit")).flatMap { Int($0) })
    #expect(left <= 0)
  }

  @Test("a switch that is not armed does not move by its button")
  func button() async {
    await #expect(throws: ActionError.self) {
      try await system.perform(ActionCall("pressButton", ["meter": fleet[1].mRID]))
    }
    #expect(await system.fact(FactPath("meters/\(fleet[1].mRID)/switch")) == "connected")
  }
}
