import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
import Testing

@Suite("IEC 61968-9, 5.4.2 (Figures 28 and 29): load control")
struct LoadControlTests {
  private let clock = UtilityClock(standingAt: start)
  private let port = RecordingPort()
  private let utility: Utility
  private let control: ReferenceSystem

  init() throws {
    utility = Utility(
      meters: 40, seed: 3, systems: ["LMS", "LC", "MS"], port: port, clock: clock, logger: quiet)
    control = try #require(utility.system("LC"))
  }

  private func send(_ code: String, to devices: [String], _ edit: (inout Element) -> Void = { _ in }) async throws
    -> Message
  {
    var element = Element("EndDeviceControl", in: "http://iec.ch/TC57/2011/EndDeviceControls#")
    element.append("mRID", "control-1")
    edit(&element)
    element.append("EndDeviceControlType", ref: code)
    for device in devices { element.append("EndDevices") { $0.append("mRID", device) } }
    let root = Element("EndDeviceControls", in: "http://iec.ch/TC57/2011/EndDeviceControls#", children: [element])
    return try await control.answer(.request(.create, "EndDeviceControls", [root], source: "LMS"), from: "LMS")
  }

  private func power(_ meter: Int) async throws -> String? {
    let wanted = GetMeterReadings(
      endDevices: [IdentifiedObject(mRID: utility.fleet[meter].mRID)], readingTypes: [ReadingTypeCode.power])
    let reply = try await utility.meteringSystem.answer(
      .get(MeterReadings.noun, wanted.element, source: "LMS"), from: "LMS")
    return reply.meterReadings.first?.readings.first?.value
  }

  private func register(_ meter: Int) async throws -> Int {
    let wanted = GetMeterReadings(
      endDevices: [IdentifiedObject(mRID: utility.fleet[meter].mRID)],
      readingTypes: ["0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.0.72.0"])
    let reply = try await utility.meteringSystem.answer(
      .get(MeterReadings.noun, wanted.element, source: "LMS"), from: "LMS")
    return try #require(reply.meterReadings.first?.readings.first.flatMap { Int($0.value) })
  }

  private func pass(_ minutes: Int) async throws {
    try await control.perform(ActionCall("timePasses", ["minutes": String(minutes)]))
  }

  @Test(
    "the load falls while a device is controlled, by what hangs on it and the duty cycle, and the register shows it")
  func loadFalls() async throws {
    let meter = 4
    let usual = utility.fleet
    let share = Int(DeviceStates(seed: usual.seed).controllable(of: meter))
    let device = usual[meter].loadControlMRID
    let before = try await register(meter)
    let reply = try await send("16.15.0.54", to: [device]) { control in
      control.append("PanDemandResponse") {
        $0.append("duration", "60")
        $0.append("dutyCycle", "50")
      }
    }
    #expect(reply.reply?.result == .ok)
    #expect(await control.fact(FactPath("devices/\(device)/loadEvent")) == "started")
    try await pass(30)
    let left = 100 - share * 50 / 100
    #expect(try await power(meter) == String(usual.power(of: meter, at: clock.now()) * left / 100))
    #expect(await utility.system("MS")?.fact(FactPath("meters/\(usual[meter].mRID)/drawn")) == String(left))
    try await pass(30)
    let drawn = try await register(meter) - before
    let demanded = Int(usual.register(of: meter, at: clock.now()).forward) - before
    #expect(abs(drawn - demanded * left / 100) <= 2, "\(drawn) of \(demanded) Wh, \(left) percent")
    #expect(await control.fact(FactPath("devices/\(device)/loadEvent")) == "stopped")
    #expect(try await power(meter) == String(usual.power(of: meter, at: clock.now())))
  }

  @Test("a customer who opts out has the usual load at once; so has one whose event is cancelled")
  func optOut() async throws {
    let devices = (0..<2).map { utility.fleet[$0].loadControlMRID }
    _ = try await send("16.15.0.54", to: devices)
    try await control.perform(ActionCall("optOut", ["device": devices[0]]))
    _ = try await send("16.15.43.8", to: [devices[1]])
    for (device, state) in zip(devices, ["optedOut", "cancelled"]) {
      #expect(await control.fact(FactPath("devices/\(device)/loadEvent")) == state)
    }
    for meter in 0..<2 {
      #expect(await utility.system("MS")?.fact(FactPath("meters/\(utility.fleet[meter].mRID)/drawn")) == "100")
    }
    await #expect(throws: ActionError.self) {
      try await control.perform(ActionCall("optOut", ["device": devices[0]]))
    }
  }

  @Test("randomised devices do not begin together, and none later than five minutes")
  func randomised() async throws {
    let devices = (0..<20).map { utility.fleet[$0].loadControlMRID }
    _ = try await send("16.15.43.300", to: devices) { control in
      control.append("PanDemandResponse") {
        $0.append("duration", "60")
        $0.append("startDateTime", clock.now().adding(seconds: 600).xmlText)
      }
      control.append("primaryDeviceTiming") { $0.append("randomisation", "start") }
    }
    var started: [Int] = []
    try await pass(9)
    for _ in 0..<7 {
      try await pass(1)
      var count = 0
      for device in devices where await control.fact(FactPath("devices/\(device)/loadEvent")) == "started" {
        count += 1
      }
      started.append(count)
    }
    #expect(started.first.map { $0 < 10 } == true && started.last == 20)
    #expect(Set(started).count > 3, "\(started)")
  }

  @Test("prices and texts reach the devices; what is not load control's is refused")
  func pricesAndTexts() async throws {
    let device = utility.fleet[1].panDeviceMRID
    _ = try await send("12.20.9.82", to: [device]) { control in
      control.append("PanPricing") { $0.append("PanPricingDetails") { $0.append("price", "0.42") } }
    }
    _ = try await send("12.13.112.77", to: [device]) { control in
      control.append("PanDisplay") { $0.append("textMessage", "Peak hour") }
    }
    #expect(await control.fact(FactPath("devices/\(device)/price")) == "0.42")
    #expect(await control.fact(FactPath("devices/\(device)/text")) == "Peak hour")
    #expect(try await send("3.31.0.23", to: [utility.fleet[0].mRID]).codes.first == "5.2")
    #expect(try await send("16.15.0.54", to: ["nobody"]).codes.first == "2.4")
    #expect(try await send("16.15.0.54", to: []).codes.first == "1.7")
  }

  @Test("what became of controls is told in load control's name, in messages that are valid")
  func told() async throws {
    let device = utility.fleet[2].loadControlMRID
    try await running({ try await control.work() }) {
      _ = try await send("16.15.0.54", to: [device]) { control in
        control.append("PanDemandResponse") { $0.append("duration", "30") }
      }
      _ = await port.first { $0.deviceEvents.contains { $0.endDeviceEventType == "16.15.17.242" } }
      try await pass(31)
    }
    let sent = port.sent.filter { $0.noun == "EndDeviceEvents" && $0.header?.source == "LC" }
    #expect(sent.flatMap(\.deviceEvents).map(\.endDeviceEventType) == ["16.15.17.242", "16.15.17.243"])
    #expect(Set(sent.map { $0.header?.correlationID }).count == 1)
    for message in sent { _ = try MessageXMLCoder().encode(message) }
  }

  @Test("a switch that is armed to close closes at the button; one armed to open opens; neither does the other's")
  func armed() async throws {
    let system = try #require(utility.system("MS"))
    let meter = utility.fleet[5].mRID
    let arm = { (code: String) in
      let control = EndDeviceControl(endDeviceControlType: code, endDevices: [IdentifiedObject(mRID: meter)])
      return Message.request(.create, "EndDeviceControls", [EndDeviceControls([control]).element], source: "CIS")
    }
    _ = try await system.answer(arm("3.31.0.5"), from: "CIS")
    #expect(await system.fact(FactPath("meters/\(meter)/armed")) == "close")
    try await system.perform(ActionCall("pressButton", ["meter": meter]))
    #expect(await system.fact(FactPath("meters/\(meter)/switch")) == "connected")
    #expect(port.sent.last?.deviceEvents.first?.endDeviceEventType == "3.31.0.42")
    _ = try await system.answer(arm("3.31.0.6"), from: "CIS")
    try await system.perform(ActionCall("pressButton", ["meter": meter]))
    #expect(await system.fact(FactPath("meters/\(meter)/switch")) == "disconnected")
    await #expect(throws: ActionError.self) { try await system.perform(ActionCall("pressButton", ["meter": meter])) }
  }

  @Test("a duty cycle that is no finite number counts as none: the device is off", arguments: ["NaN", "INF", "-INF"])
  func dutyCycle(text: String) async throws {
    let meter = 4
    let share = Int(DeviceStates(seed: utility.fleet.seed).controllable(of: meter))
    let reply = try await send("16.15.0.54", to: [utility.fleet[meter].loadControlMRID]) { control in
      control.append("PanDemandResponse") { $0.append("dutyCycle", text) }
    }
    #expect(reply.reply?.result == .ok)
    let drawn = await utility.system("MS")?.fact(FactPath("meters/\(utility.fleet[meter].mRID)/drawn"))
    #expect(share > 0 && drawn == String(100 - share))
  }

  @Test("an event that is told of late ends when it was to end")
  func toldLate() async throws {
    let device = utility.fleet[3].loadControlMRID
    _ = try await send("16.15.43.300", to: [device]) { control in
      control.append("PanDemandResponse") {
        $0.append("duration", "60")
        $0.append("startDateTime", clock.now().adding(seconds: -1800).xmlText)
      }
    }
    try await pass(29)
    #expect(await control.fact(FactPath("devices/\(device)/loadEvent")) == "started")
    try await pass(2)
    #expect(await control.fact(FactPath("devices/\(device)/loadEvent")) == "stopped")
  }
}
