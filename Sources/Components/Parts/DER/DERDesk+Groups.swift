// Groups of inverters: made, changed, deleted, asked about.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension DERDesk {
  /// The EndDeviceGroups of a payload, with their paths.
  private func wanted(_ request: Message) throws -> [(element: Element, path: String)] {
    let roots = (request.payload?.objects ?? []).filter { $0.name == "DERGroups" }
    let found = roots.flatMap { $0.all("EndDeviceGroup") }
    guard !found.isEmpty else {
      throw Refusal("1.7", "the Payload holds no EndDeviceGroup", at: "DERGroups/EndDeviceGroup")
    }
    return found.enumerated().map { ($0.element, "DERGroups/" + Refusal.step("EndDeviceGroup", $0.offset)) }
  }

  /// The group that an element names.
  func key(of element: Element, at path: String) throws -> String {
    let object = IdentifiedObject(element)
    guard let key = object.identifiers.lazy.compactMap({ self.index[$0] }).first else {
      throw Refusal("2.29", "there is no group \(object.label)", at: path)
    }
    return key
  }

  /// - Parameter taken: groups of inverters besides those of `groups`.
  private func members(
    of element: Element, besides own: String?, _ taken: [Int: String], at path: String
  ) throws -> [Int] {
    var taken = taken
    for (key, group) in groups where key != own {
      for index in group.members where taken[index] == nil { taken[index] = group.object.label }
    }
    var members: [Int] = []
    var seen: Set<Int> = []
    for (number, device) in element.all("EndDevices").enumerated() {
      let object = IdentifiedObject(device)
      let place = "\(path)/\(Refusal.step("EndDevices", number))"
      guard let index = object.identifiers.lazy.compactMap({ self.fleet.index(of: $0) }).first else {
        throw Refusal("2.29", "there is no inverter \(object.label)", at: place)
      }
      guard seen.insert(index).inserted else {
        throw Refusal("6.1", "\(object.label) stands in the group twice", at: place)
      }
      // What two groups want of it could not both be done.
      if let other = taken[index] {
        throw Refusal("6.1", "\(object.label) is in group \(other) already", at: place)
      }
      members.append(index)
    }
    return members
  }

  func create(_ request: Message) throws {
    var made: [(String, Group)] = []
    var seen: Set<String> = []
    var taken: [Int: String] = [:]
    for (element, path) in try wanted(request) {
      var object = IdentifiedObject(element)
      var element = element
      if object.identifiers.isEmpty {
        object.mRID = UUIDText.random()
        element.children.insert(Element("mRID", in: element.namespace, text: object.mRID ?? ""), at: 0)
      }
      if let known = object.identifiers.first(where: { index[$0] != nil || seen.contains($0) }) {
        throw Refusal("5.2", "there is a group \(known) already", at: path)
      }
      guard element["DERFunction"] != nil else {
        throw Refusal("1.7", "a group without DERFunction", at: path + "/DERFunction")
      }
      let members = try members(of: element, besides: nil, taken, at: path)
      made.append((object.identifier, Group(object: object, element: element, members: members)))
      seen.formUnion(object.identifiers)
      for index in members { taken[index] = object.label }
    }
    guard groups.count + made.count <= Self.groupLimit else {
      throw Refusal("3.2", "\(groups.count) groups are kept", at: "DERGroups")
    }
    for (key, group) in made { keep(key, group) }
    tell(.created, "DERGroups", payload(made.map(\.0)), correlationID: request.correlation)
  }

  private func keep(_ key: String, _ group: Group) {
    groups[key] = group
    for identifier in group.object.identifiers { index[identifier] = key }
  }

  /// What a change says takes the place of what was; what it leaves out stays.
  func change(_ request: Message) throws {
    var changed: [(String, Group)] = []
    var seen: Set<String> = []
    var taken: [Int: String] = [:]
    var left: Set<Int> = []
    for (element, path) in try wanted(request) {
      let key = try key(of: element, at: path)
      guard var group = groups[key] else { continue }
      guard seen.insert(key).inserted else {
        throw Refusal("6.1", "group \(group.object.label) stands in the message twice", at: path)
      }
      if element["EndDevices"] != nil {
        let members = try members(of: element, besides: key, taken, at: path)
        left.formUnion(Set(group.members).subtracting(members))
        for index in members { taken[index] = group.object.label }
        group.members = members
      }
      let said = Set(element.children.map(\.name)).subtracting(["mRID", "Names"])
      let order = ["mRID", "description", "DERFunction", "EndDevices", "Names", "version"]
      group.element.children = order.flatMap { name in said.contains(name) ? element.all(name) : group.element.all(name)
      }
      changed.append((key, group))
    }
    // Who leaves a group does not go on with what was wanted of it.
    fleet.dispatch(left.sorted(), power: nil, at: now())
    for (key, group) in changed { keep(key, group) }
    settle()
    tell(.changed, "DERGroups", payload(changed.map(\.0)), correlationID: request.correlation)
  }

  func delete(_ request: Message) throws {
    var keys: [String] = []
    for (element, path) in try wanted(request) {
      let key = try key(of: element, at: path)
      guard !keys.contains(key) else {
        throw Refusal("6.1", "group \(IdentifiedObject(element).label) stands in the message twice", at: path)
      }
      keys.append(key)
    }
    tell(.deleted, "DERGroups", payload(keys), correlationID: request.correlation)
    for key in keys {
      guard let group = groups.removeValue(forKey: key) else { continue }
      fleet.dispatch(group.members, power: nil, at: now())
      index = index.filter { $0.value != key }
    }
  }

  private func payload(_ keys: [String]) -> Element {
    Element("DERGroups", in: derNamespace("DERGroups"), children: keys.compactMap { groups[$0]?.element })
  }

  // MARK: Questions

  /// The payload that a get of groups, statuses or forecasts is answered with.
  func answer(query request: Message) throws -> Element {
    let noun = request.noun ?? ""
    // DERGroups are asked for by DERGroupQueries.
    let name =
      noun == "DERGroups"
      ? "DERGroupQueries" : noun == "DERGroupStatuses" ? "DERGroupStatusQueries" : "DERGroupForecastQueries"
    guard let query = request.request?.objects.first(where: { $0.name == name }) else {
      throw Refusal("1.6", "the Request holds no \(name)", at: name)
    }
    let named = query.all("EndDeviceGroup")
    let keys = try named.enumerated().map { number, element in
      try key(of: element, at: "\(name)/\(Refusal.step("EndDeviceGroup", number))")
    }
    switch noun {
    case "DERGroups": return payload(keys)
    case "DERGroupStatuses": return statuses(keys)
    default: return try forecasts(keys, query)
    }
  }

  /// What groups do now, as DERGroupStatuses.
  func statuses(_ keys: [String]) -> Element {
    let time = now()
    var root = Element("DERGroupStatuses", in: derNamespace("DERGroupStatuses"))
    for group in keys.compactMap({ groups[$0] }) {
      let able = capability(of: group, at: time)
      let isConnected = group.members.contains { fleet.isConnected($0) }
      root.append("EndDeviceGroup") { element in
        element.append("mRID", group.object.mRID)
        element.append("DERMonitorableParameter") { parameter in
          write(rated(group), into: &parameter)
          parameter.append("DERCurveData") {
            $0.append("maxYValue", DERPower.text(isConnected ? able.upperBound : 0))
            $0.append("minYValue", DERPower.text(isConnected ? able.lowerBound : 0))
            $0.append("nominalYValue", DERPower.text(power(of: group)))
            $0.append("timeStamp", time)
          }
        }
        element.appendNames(group.object)
        element.append("status") {
          $0.append("dateTime", time)
          $0.append("value", isConnected ? "connected" : "disconnected")
        }
      }
    }
    return root
  }

  /// Active power in kW, up to `yUnitInstalledMin`.
  func write(_ rated: ClosedRange<Int>, into parameter: inout Element) {
    parameter.append("DERParameter", "activePower")
    parameter.append("yMultiplier", "k")
    parameter.append("yUnit", "W")
    parameter.append("yUnitInstalledMax", DERPower.text(rated.upperBound))
    parameter.append("yUnitInstalledMin", DERPower.text(rated.lowerBound))
  }

  /// What its inverters could do at a time, were they told; those that are connected.
  func capability(of group: Group, at time: Timestamp) -> ClosedRange<Int> {
    let ranges = group.members.filter(fleet.isConnected).map { fleet.capability(of: $0, at: time) }
    return ranges.reduce(0) { $0 + $1.lowerBound }...ranges.reduce(0) { $0 + $1.upperBound }
  }
}
