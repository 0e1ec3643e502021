// What groups will be able to give, what they are to give, and their switches.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension DERDesk {
  /// What groups can feed in over the intervals that are asked about, as DERGroupForecasts.
  func forecasts(_ keys: [String], _ query: Element) throws -> Element {
    let path = "DERGroupForecastQueries"
    for (number, parameter) in query.all("DERMonitorableParameter").enumerated() {
      let kind = parameter.text("DERParameter") ?? ""
      guard kind == "activePower" else {
        throw Refusal(
          "5.2", "\(id) forecasts activePower, not \(kind)",
          at: "\(path)/\(Refusal.step("DERMonitorableParameter", number))/DERParameter")
      }
    }
    let schedules = try query.all("DispatchSchedule").enumerated().map { number, element in
      let place = "\(path)/\(Refusal.step("DispatchSchedule", number))"
      guard let schedule = DERSchedule(element) else {
        throw Refusal("5.2", "intervals must be of seconds, minutes, hours or days", at: place + "/timeIntervalUnit")
      }
      guard let count = element.text("numberOfIntervals").flatMap({ Int($0) }), (1...Self.intervalLimit).contains(count)
      else {
        throw Refusal("3.1", "numberOfIntervals must be 1 to \(Self.intervalLimit)", at: place + "/numberOfIntervals")
      }
      return (schedule, count)
    }
    let points = keys.count * schedules.reduce(0) { $0 + $1.1 }
    guard points <= Self.pointLimit else {
      throw Refusal("3.1", "\(points) values; \(Self.pointLimit) are the most in one reply", at: path)
    }
    let time = now()
    forecastCount += keys.count
    var root = Element("DERGroupForecasts", in: derNamespace("DERGroupForecasts"))
    for group in keys.compactMap({ groups[$0] }) {
      root.append("DERGroupForecast") { forecast in
        forecast.append("predictionCreationDate", time)
        forecast.append("EndDeviceGroup") { element in
          element.append("mRID", group.object.mRID)
          element.append("DERMonitorableParameter") { parameter in
            write(rated(group), into: &parameter)
            for (schedule, count) in schedules {
              parameter.append("DispatchSchedule") { curve(into: &$0, schedule, count, group) }
            }
          }
          element.appendNames(group.object)
        }
      }
    }
    return root
  }

  private func curve(into element: inout Element, _ schedule: DERSchedule, _ count: Int, _ group: Group) {
    schedule.write(into: &element)
    for number in 1...count {
      let able = capability(of: group, at: schedule.time(ofInterval: number))
      element.append("DERCurveData") {
        $0.append("intervalNumber", String(number))
        $0.append("maxYValue", DERPower.text(rated(group).upperBound))
        $0.append("minYValue", DERPower.text(able.lowerBound))
        $0.append("nominalYValue", DERPower.text(able.upperBound))
      }
    }
  }

  /// Takes dispatches: all of a message or none.
  func dispatch(_ request: Message) throws {
    let roots = (request.payload?.objects ?? []).filter { $0.name == "DERGroupDispatches" }
    let wanted = roots.flatMap { $0.all("DERGroupDispatch") }
    guard !wanted.isEmpty else {
      throw Refusal("1.7", "the Payload holds no DERGroupDispatch", at: "DERGroupDispatches/DERGroupDispatch")
    }
    var taken: [(key: String, dispatches: [Dispatch])] = []
    for (number, element) in wanted.enumerated() {
      let path = "DERGroupDispatches/\(Refusal.step("DERGroupDispatch", number))/EndDeviceGroup"
      guard let named = element["EndDeviceGroup"] else { throw Refusal("1.7", "a dispatch without group", at: path) }
      let key = try key(of: named, at: path)
      guard let group = groups[key] else { continue }
      guard group.has("realPowerDispatch") else {
        throw Refusal("6.1", "group \(group.object.label) has no realPowerDispatch", at: path)
      }
      let place = path + "/DERMonitorableParameter"
      guard let parameter = named["DERMonitorableParameter"], parameter.text("DERParameter") == "activePower" else {
        throw Refusal("5.2", "\(id) dispatches activePower alone", at: place + "/DERParameter")
      }
      let schedules = try parameter.all("DispatchSchedule").enumerated().map { number, schedule in
        try self.schedule(schedule, parameter, group, at: "\(place)/\(Refusal.step("DispatchSchedule", number))")
      }
      taken.append((key, schedules))
    }
    for (key, dispatches) in taken {
      groups[key]?.dispatches += dispatches
      if let count = groups[key]?.dispatches.count, count > 100 { groups[key]?.dispatches.removeFirst(count - 100) }
    }
    settle()
    tell(.changed, "DERGroupStatuses", statuses(taken.map(\.key)), correlationID: request.correlation)
  }

  private func schedule(_ element: Element, _ parameter: Element, _ group: Group, at path: String) throws -> Dispatch {
    guard let schedule = DERSchedule(element) else {
      throw Refusal("5.2", "intervals must be of seconds, minutes, hours or days", at: path + "/timeIntervalUnit")
    }
    let data = element.all("DERCurveData")
    guard data.count <= Self.intervalLimit else {
      throw Refusal("3.1", "\(data.count) intervals; \(Self.intervalLimit) are the most", at: path + "/DERCurveData")
    }
    let able = rated(group)
    var values: [Int: Int] = [:]
    for (number, point) in data.enumerated() {
      let place = "\(path)/\(Refusal.step("DERCurveData", number))"
      guard let interval = point.text("intervalNumber").flatMap({ Int($0) }), (1...1_000_000).contains(interval),
        values[interval] == nil
      else { throw Refusal("6.1", "intervals are counted from 1, each once", at: place + "/intervalNumber") }
      guard
        let watts = DERPower.watts(
          point.text("nominalYValue") ?? "", multiplier: parameter.text("yMultiplier"), unit: parameter.text("yUnit"))
      else { throw Refusal("5.2", "active power must be a number in W, kW or MW", at: place + "/nominalYValue") }
      guard able.contains(watts) else {
        throw Refusal(
          "6.1",
          "interval \(interval) asks for \(DERPower.text(watts)) kW; group \(group.object.label) can give "
            + "\(DERPower.text(able.lowerBound)) to \(DERPower.text(able.upperBound)) kW",
          at: place + "/nominalYValue")
      }
      values[interval] = watts
    }
    return Dispatch(schedule: schedule, values: values)
  }

  /// Connects or disconnects groups and inverters: EndDeviceControls 2.31.0.18 and 2.31.0.23.
  func switchGroups(_ request: Message) throws {
    let controls = EndDeviceControls(objects: request.payload?.objects ?? []).endDeviceControls
    guard !controls.isEmpty else {
      throw Refusal("1.7", "the Payload holds no EndDeviceControl", at: "EndDeviceControls/EndDeviceControl")
    }
    var moves: [(members: [Int], isConnected: Bool, key: String?)] = []
    for (number, control) in controls.enumerated() {
      let path = "EndDeviceControls/" + Refusal.step("EndDeviceControl", number)
      let code = DeviceCode(control.endDeviceControlType).map {
        DeviceCode(3, $0.domain, $0.subDomain, $0.eventOrAction)
      }
      guard code == .connect || code == .disconnect else {
        throw Refusal(
          "5.2", "control type '\(control.endDeviceControlType)' is not supported", at: path + "/EndDeviceControlType")
      }
      for (index, object) in control.endDeviceGroups.enumerated() {
        let place = "\(path)/\(Refusal.step("EndDeviceGroups", index))"
        guard let key = object.identifiers.lazy.compactMap({ self.index[$0] }).first, let group = groups[key] else {
          throw Refusal("2.29", "there is no group \(object.label)", at: place)
        }
        guard group.has("connectDisconnect") else {
          throw Refusal("6.1", "group \(group.object.label) has no connectDisconnect", at: place)
        }
        moves.append((group.members, code == .connect, key))
      }
      for (index, object) in control.endDevices.enumerated() {
        guard let inverter = object.identifiers.lazy.compactMap({ self.fleet.index(of: $0) }).first else {
          throw Refusal(
            "2.29", "there is no inverter \(object.label)", at: "\(path)/\(Refusal.step("EndDevices", index))")
        }
        moves.append(([inverter], code == .connect, nil))
      }
    }
    let time = now()
    var events: [EndDeviceEvent] = []
    for (members, isConnected, _) in moves {
      for index in members where fleet.setConnected(isConnected, index) {
        events.append(
          EndDeviceEvent(
            mRID: UUIDText.random(), createdDateTime: time,
            asset: IdentifiedObject(mRID: fleet[index].mRID, names: [fleet[index].name]),
            endDeviceEventType: DeviceCode(2, 31, 0, isConnected ? 42 : 68).description))
      }
    }
    settle()
    if !events.isEmpty {
      tell(.created, EndDeviceEvents.noun, EndDeviceEvents(events).element, correlationID: request.correlation)
    }
    let keys = moves.compactMap(\.key)
    if !keys.isEmpty { tell(.changed, "DERGroupStatuses", statuses(keys), correlationID: request.correlation) }
  }
}
