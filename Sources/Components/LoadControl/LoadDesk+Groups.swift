// Groups of devices, and the devices a control is for.
import CIMModel
import IECMessage
import MeterSimulator

extension LoadDesk {
  /// Answers `create`, `change` and `delete EndDeviceGroups`: keeps the members of up to 1,000 groups of 100,000.
  ///
  /// Reply codes: 1.7 no group, or one without mRID and name; 2.4 an unknown member; 3.2 too many groups; 5.7 a group to be
  /// changed or deleted that does not exist.
  mutating func takeOn(groups request: Message, in fleet: MeterFleet, source: String) -> Message {
    let wanted = (request.payload?.objects ?? []).flatMap { $0.all("EndDeviceGroup") }
    guard !wanted.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no EndDeviceGroup", source: source)
    }
    var changed = groups
    for group in wanted {
      guard let key = IdentifiedObject(group).identifiers.first else {
        return request.failure("1.7", reason: "an EndDeviceGroup without mRID and Names", source: source)
      }
      guard request.verb == .create || changed[key] != nil else {
        return request.failure("5.7", reason: "there is no group \(key)", source: source)
      }
      let members = group.objects("EndDevices")
      let isKnown = { (member: IdentifiedObject) in
        member.identifiers.contains {
          fleet.meter($0) ?? fleet.index(ofLoadControlDevice: $0) ?? fleet.index(ofPANDevice: $0) != nil
        }
      }
      if let unknown = members.first(where: { !isKnown($0) }) {
        return request.failure("2.4", reason: "no device \(unknown.label)", source: source)
      }
      changed[key] = request.verb == .delete ? nil : Array(members.prefix(100_000))
    }
    guard changed.count <= 1_000 else {
      return request.failure("3.2", reason: "\(groups.count) groups are kept", source: source)
    }
    groups = changed
    return request.reply(.ok, source: source)
  }

  /// The devices a control is for, each with the meter it is or hangs behind.
  func targets(
    of control: EndDeviceControl, in fleet: MeterFleet, source: String, _ errors: inout [ReplyError]
  ) -> [(meter: Int, device: IdentifiedObject)] {
    var named = control.endDevices
    for group in control.endDeviceGroups {
      guard let members = group.identifiers.lazy.compactMap({ groups[$0] }).first else {
        errors.append(ReplyError(code: "5.2", reason: "\(source) knows no group \(group.label)"))
        continue
      }
      named += members
    }
    guard control.usagePointGroups.isEmpty else {
      errors.append(ReplyError(code: "5.2", reason: "\(source) knows no groups of usage points"))
      return []
    }
    guard !named.isEmpty || !control.usagePoints.isEmpty else {
      if control.endDeviceGroups.isEmpty {
        errors.append(ReplyError(code: "1.7", reason: "an EndDeviceControl names no device"))
      }
      return []
    }
    // Meters go by the fleet's selection, which narrows them by usage point; other devices each for itself.
    let others = named.compactMap { object in fleet.meterBefore(object).map { ($0, object) } }
    let meters = named.filter { fleet.meterBefore($0) == nil }
    guard !meters.isEmpty || !control.usagePoints.isEmpty else { return others }
    let selection = MeterSelection(endDevices: meters, usagePoints: control.usagePoints, all: false, in: fleet)
    errors += selection.errors
    return others
      + selection.meters.map { ($0, IdentifiedObject(mRID: fleet[$0].mRID, names: [fleet[$0].name])) }
  }
}

extension MeterFleet {
  /// The meter a load control or PAN device hangs behind.
  func meterBefore(_ object: IdentifiedObject) -> Int? {
    object.identifiers.lazy.compactMap { index(ofLoadControlDevice: $0) ?? index(ofPANDevice: $0) }.first
  }
}
