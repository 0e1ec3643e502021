// Events on request, and firmware.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem {
  /// Answers `get EndDeviceEvents` out of the events it has published.
  ///
  /// Reply codes: 1.6 no GetEndDeviceEvents; 2.4, 2.12 unknown objects; 5.7 no such events.
  func events(for request: Message) -> Message {
    guard let profile = request.request?.objects.first(where: { $0.name == GetEndDeviceEvents.profile }) else {
      return request.failure("1.6", reason: "the Request holds no GetEndDeviceEvents", source: id.rawValue)
    }
    let wanted = GetEndDeviceEvents(profile)
    let selection = MeterSelection(
      endDevices: wanted.meters, usagePoints: wanted.usagePoints, all: true, in: fleet)
    guard selection.errors.isEmpty else {
      return request.outcome(
        done: false, errors: selection.errors, limit: configuration.errorLimit, source: id.rawValue)
    }
    let meters = selection.named == 0 ? nil : Set(selection.meters)
    let found = published.filter { event in
      let meter = event.asset?.identifiers.lazy.compactMap { [fleet] in fleet.meter($0) }.first
      return (meters.map { $0.contains(meter ?? -1) } ?? true)
        && (wanted.eventTypes.isEmpty || wanted.eventTypes.contains(event.endDeviceEventType))
        && (wanted.intervals.isEmpty || wanted.intervals.contains { $0.contains(event.createdDateTime) })
    }
    guard !found.isEmpty else {
      return request.failure("5.7", reason: "no event fits the query", source: id.rawValue)
    }
    return request.reply(.ok, objects: [EndDeviceEvents(found).element], source: id.rawValue)
  }

  /// Answers `change MeterConfig` and `change EndDeviceConfig` of asset management: meters load the firmware that a
  /// function of theirs names. Downloading and restarting are told of by events, 11.17.25 and 11.17.52.
  ///
  /// Reply codes: 1.7 no firmwareID; 2.4 an unknown device; 3.2 too many commands wait.
  func takeOn(configuration request: Message) -> Message {
    let roots = request.payload?.objects ?? []
    let firmware = roots.flatMap { $0.all("SimpleEndDeviceFunction") + $0.all("ComFunction") }
      .lazy.compactMap { $0.text("firmwareID") }.first
    guard let firmware, !firmware.isEmpty else {
      return request.failure("1.7", reason: "no function names a firmwareID", source: id.rawValue)
    }
    let named = roots.flatMap { $0.objects("Meter") + $0.objects("EndDevice") }
    let selection = MeterSelection(endDevices: named, all: false, in: fleet)
    guard selection.errors.isEmpty, !selection.meters.isEmpty else {
      return request.outcome(
        done: false,
        errors: selection.errors.isEmpty
          ? [ReplyError(code: "1.7", reason: "no device is named")] : selection.errors,
        limit: configuration.errorLimit, source: id.rawValue)
    }
    guard upgrades.count < configuration.commandLimit else {
      return request.failure("3.2", reason: "\(upgrades.count) upgrades wait", source: id.rawValue)
    }
    upgrades.append(.init(meters: selection.meters, firmware: firmware, correlationID: request.correlation))
    wake.yield()
    return request.reply(.ok, source: id.rawValue)
  }

  /// Firmware on its way to meters.
  struct Upgrade: Sendable {
    var meters: [Int]
    var firmware: String
    var correlationID: String?
  }

  /// Loads firmware into the meters that wait for it; those that cannot be reached keep theirs, 11.0.85.
  func carryOutUpgrades() async {
    while !upgrades.isEmpty {
      let upgrade = upgrades.removeFirst()
      let time = now()
      let reachable = upgrade.meters.filter { [fleet] in fleet.state(of: $0, at: time).isReachable }
      let others = upgrade.meters.filter { !reachable.contains($0) }
      let told: (DeviceCode, [Int]) -> [EndDeviceEvent] = { code, meters in
        meters.map { self.event(code, self.identity(of: $0).meter, $0, at: time, upgrade.firmware) }
      }
      await publish(told(DeviceCode(3, 11, 17, 25), reachable), correlationID: upgrade.correlationID)
      for meter in reachable { devices[meter].firmware = upgrade.firmware }
      await publish(told(DeviceCode(3, 11, 17, 52), reachable), correlationID: upgrade.correlationID)
      await publish(told(DeviceCode(3, 11, 0, 85), others), correlationID: upgrade.correlationID)
    }
  }
}
