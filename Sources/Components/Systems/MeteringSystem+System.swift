// What happens to meters and the devices behind them, and what the metering system knows of them.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem: SystemPart {
  public static let actions: [ActionDescription] = [
    .init("powerFails", ["transformer"], optional: ["loss"], "a transformer loses power"),
    .init("powerReturns", ["transformer"], "its power is back"),
    .init("readingsFallDue", [], "the clock goes to the next due time of the schedules"),
    .init("timePasses", ["minutes"], "the clock goes on; what falls due meanwhile is done"),
    .init("report", ["meter", "code"], optional: ["reason"], "a meter reports an event"),
    .init("loseContact", ["meter"], "the communication with a meter breaks"),
    .init("regainContact", ["meter"], "it works again"),
    .init("pressButton", ["meter"], "the customer presses the button of a switch that is armed"),
    .init("optOut", ["device"], "a customer opts out of a load control event"),
    .init("joinNetwork", ["device", "installCode"], "a PAN device tries to join, showing its install code"),
    .init("grantCredit", ["meter", "amount"], "a meter goes over to prepayment"),
    .init("spendCredit", ["meter"], "the customer uses energy until the credit has run out"),
  ]

  public static let facts: [FactDescription] = [
    .init("meters/*/switch", "connected or disconnected"),
    .init("meters/*/power", "on or off"),
    .init("meters/*/firmware", "version"),
    .init("meters/*/credit", "credit left, in thousandths of the currency"),
    .init("meters/*/demandReset", "when demand was reset last"),
    .init("meters/*/drawn", "what the customer draws of the usual load, in percent"),
    .init("meters/*/armed", "close or open: what the customer's button does"),
    .init("meters/*/battery", "charge in percent"),
    .init("meters/*/clockDrift", "milliseconds by which its clock is ahead"),
    .init("devices/*/loadEvent", "scheduled, started, stopped, optedOut or cancelled"),
    .init("devices/*/text", "what the display shows"),
    .init("devices/*/price", "price or tier it goes by"),
    .init("devices/*/paired", "yes or no"),
    .init("groups/*/members", "devices in a group"),
    .init("schedules/count", "schedules that go on"),
  ]

  public func perform(_ action: ActionCall) async throws {
    let time = now()
    switch action.name {
    case "powerFails":
      await outage(of: try meters(onTransformer: action), loss: try action.share("loss"))
    case "powerReturns": await restore(try meters(onTransformer: action))
    case "readingsFallDue":
      guard let next = schedules.compactMap({ $0.next?.time }).min() else { throw ActionError("no readings are due") }
      advance(next)
      await publishDueReadings()
    case "timePasses":
      advance(time.adding(seconds: 60 * Int64(try action.int("minutes", default: 0, in: 0...1_000_000))))
      await publishDueReadings()
      await settleDevices()
    case "loseContact", "regainContact":
      setOnline(action.name == "regainContact", meter: try meter(action))
    case "grantCredit":
      let meter = try meter(action)
      let milli = Int64(try action.int("amount", default: 0, in: 0...1_000_000)) * 1000
      devices[meter].credit = (milli, fleet.register(of: meter, at: time).forward)
    case "report", "pressButton", "optOut", "joinNetwork", "spendCredit": try await performAtDevice(action)
    default: throw ActionError("\(id) has no action '\(action.name)'")
    }
  }

  private func performAtDevice(_ action: ActionCall) async throws {
    let time = now()
    switch action.name {
    case "report":
      let meter = try meter(action)
      guard let code = DeviceCode(try action.text("code")) else { throw ActionError("code must be four numbers") }
      await publish([event(code, identity(of: meter).meter, meter, at: time, action["reason"])])
    case "pressButton":
      let meter = try meter(action)
      guard let switching = devices[meter].armed else { throw ActionError("the switch is not armed") }
      let outcome = switching == .close ? fleet.connect(meter, at: time) : fleet.disconnect(meter, at: time)
      guard outcome != .unreachable else { throw ActionError("the meter is without power or cannot be reached") }
      devices[meter].armed = nil
      let reason = outcome == .alreadySo ? "the switch was in this position already" : nil
      await publish([
        event(switching == .close ? .connected : .disconnected, identity(of: meter).meter, meter, at: time, reason)
      ])
    case "optOut":
      let name = try action.text("device")
      guard let meter = fleet.index(ofLoadControlDevice: name) else { throw ActionError("there is no device \(name)") }
      guard let event = desk.optOut(meter, at: time) else { throw ActionError("there is no event to opt out of") }
      drawLoads()
      await publish(
        [desk.told(DeviceCode(16, 15, 43, 81), meter, at: time, in: fleet)], correlationID: event.correlationID)
    case "joinNetwork":
      let name = try action.text("device")
      guard let meter = fleet.index(ofPANDevice: name) else { throw ActionError("there is no device \(name)") }
      let state = devices[meter]
      let isOpen = state.pairingUntil.map { $0 >= time } ?? false
      let code = try action.text("installCode")
      let fits = isOpen && code == fleet[meter].installCode && state.expectedInstallCode.map { $0 == code } ?? true
      if fits { devices[meter].isPaired = true }
      let device = IdentifiedObject(mRID: fleet[meter].panDeviceMRID, names: [fleet[meter].panDeviceName])
      await publish([
        event(
          DeviceCode(12, 10, 0, fits ? 58 : 85), device, meter, at: time,
          fits ? nil : isOpen ? "another install code" : "the pairing window is closed")
      ])
    default:
      // Energy is used day by day: the clock goes on until the credit is gone, a year at most.
      let meter = try meter(action)
      for _ in 0..<365 {
        guard let left = credit(of: meter, at: now()), left > 0 else { break }
        advance(now().adding(seconds: 86_400))
      }
      await settleDevices()
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    let time = now()
    switch path[0] {
    case "schedules": return String(schedules.count { $0.next != nil })
    case "groups": return desk.groups[path[1]].map { String($0.count) }
    case "devices":
      guard let meter = fleet.index(ofLoadControlDevice: path[1]) ?? fleet.index(ofPANDevice: path[1]) else {
        return nil
      }
      let state = devices[meter]
      switch path[2] {
      case "loadEvent": return state.loadEvent?.state.rawValue
      case "text": return state.text
      case "price": return state.price
      default: return state.isPaired ? "yes" : "no"
      }
    default:
      guard let meter = fleet.meter(path[1]) else { return nil }
      let state = fleet.state(of: meter, at: time)
      switch path[2] {
      case "power": return state.isEnergised ? "on" : "off"
      case "switch": return state.isConnected ? "connected" : "disconnected"
      case "firmware": return devices.firmware(of: meter)
      case "credit": return credit(of: meter, at: time).map { String($0) }
      case "demandReset": return devices[meter].demandReset?.xmlText
      case "drawn": return String(state.drawn)
      case "armed": return devices[meter].armed?.rawValue
      case "battery": return String(devices.battery(of: fleet[meter], at: time))
      default: return String(devices.clockDrift(of: fleet[meter], at: time))
      }
    }
  }

  public func work() async throws { try await run() }

  private func meter(_ action: ActionCall) throws -> Int {
    let name = try action.text("meter")
    guard let meter = fleet.meter(name) else { throw ActionError("there is no meter \(name)") }
    return meter
  }

  private func meters(onTransformer action: ActionCall) throws -> Range<Int> {
    let name = try action.text("transformer")
    guard let number = fleet.transformer(of: name) else { throw ActionError("there is no transformer \(name)") }
    return fleet.topology.meters(onTransformer: number)
  }
}
