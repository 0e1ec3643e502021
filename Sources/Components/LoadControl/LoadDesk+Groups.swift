// Groups of devices, and the devices a control is for.
import CIMModel
import IECMessage
import MeterSimulator

extension LoadDesk {
  /// Members of one group.
  static let memberLimit = 100_000

  /// Answers `create`, `change` and `delete EndDeviceGroups`: keeps the members of up to 1,000 groups of 100,000.
  ///
  /// Devices behind one meter, and the meter itself, are one member. Reply codes: 1.7 no group, or one without mRID and
  /// name; 2.4 an unknown member; 3.1 too many members; 3.2 too many groups; 5.7 a group to be changed or deleted that does
  /// not exist.
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
      guard members.count <= Self.memberLimit else {
        return request.failure(
          "3.1", reason: "group \(key) has \(members.count) members: at most \(Self.memberLimit) are kept",
          source: source)
      }
      var seen: Set<Int> = []
      var kept: [IdentifiedObject] = []
      for member in members {
        guard let meter = fleet.meter(ofOrBefore: member) else {
          return request.failure("2.4", reason: "no device \(member.label)", source: source)
        }
        if seen.insert(meter).inserted { kept.append(member) }
      }
      changed[key] = request.verb == .delete ? nil : kept
    }
    guard changed.count <= 1_000 else {
      return request.failure("3.2", reason: "\(groups.count) groups are kept", source: source)
    }
    groups = changed
    return request.reply(.ok, source: source)
  }

  /// The devices a control is for, each with the meter it is or hangs behind; one for each meter.
  ///
  /// - Parameter room: meters that may be named, those of groups included, before usage points narrow them; what was named
  ///   is taken from it, so that the controls of a message share it.
  /// - Returns: nil where more are named: nothing has to be done then.
  func targets(
    of control: EndDeviceControl, in fleet: MeterFleet, source: String, room: inout Int, _ errors: inout [ReplyError]
  ) -> [(meter: Int, device: IdentifiedObject)]? {
    var named = [control.endDevices]
    var expanded: Set<String> = []
    for group in control.endDeviceGroups {
      guard let key = group.identifiers.first(where: { groups[$0] != nil }), let members = groups[key] else {
        errors.append(ReplyError(code: "5.2", reason: "\(source) knows no group \(group.label)"))
        continue
      }
      if expanded.insert(key).inserted { named.append(members) }
    }
    guard control.usagePointGroups.isEmpty else {
      errors.append(ReplyError(code: "5.2", reason: "\(source) knows no groups of usage points"))
      return []
    }
    guard named.contains(where: { !$0.isEmpty }) || !control.usagePoints.isEmpty else {
      if control.endDeviceGroups.isEmpty {
        errors.append(ReplyError(code: "1.7", reason: "an EndDeviceControl names no device"))
      }
      return []
    }
    // Meters go by the fleet's selection, which narrows them by usage point; other devices each for itself.
    var others: [(meter: Int, device: IdentifiedObject)] = []
    var meters: [IdentifiedObject] = []
    var seen: Set<Int> = []
    var seenMeters: Set<Int> = []
    for object in named.joined() {
      if let meter = fleet.meterBefore(object) {
        guard seen.insert(meter).inserted else { continue }
        others.append((meter, object))
      } else {
        // What is not known is told of by the selection.
        if let meter = fleet.meter(ofOrBefore: object), !seenMeters.insert(meter).inserted { continue }
        meters.append(object)
      }
      room -= 1
      guard room >= 0 else { return nil }
    }
    guard !meters.isEmpty || !control.usagePoints.isEmpty else { return others }
    let selection = MeterSelection(endDevices: meters, usagePoints: control.usagePoints, all: false, in: fleet)
    errors += selection.errors
    if meters.isEmpty { room -= selection.meters.count }
    guard room >= 0 else { return nil }
    for meter in selection.meters where seen.insert(meter).inserted {
      others.append((meter, IdentifiedObject(mRID: fleet[meter].mRID, names: [fleet[meter].name])))
    }
    return others
  }
}

extension MeterFleet {
  /// The meter a load control or PAN device hangs behind.
  func meterBefore(_ object: IdentifiedObject) -> Int? {
    object.identifiers.lazy.compactMap { index(ofLoadControlDevice: $0) ?? index(ofPANDevice: $0) }.first
  }

  /// The meter an object is, or the one it hangs behind.
  func meter(ofOrBefore object: IdentifiedObject) -> Int? {
    meterBefore(object) ?? object.identifiers.lazy.compactMap { meter($0) }.first
  }
}
