// Opening and closing the switches of meters.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

/// A command to the switch of one meter that waits to be carried out.
struct SwitchCommand: Sendable {
  var meter: Int
  var connects: Bool
  /// Of the request, for the event.
  var correlationID: String?
}

extension MeteringSystem {
  /// Answers `create EndDeviceControls`: takes the commands on, and says which it cannot.
  ///
  /// Served are connect (3.31.0.18) and disconnect (3.31.0.23), which act at once. Reply codes: 1.7 no control, or one
  /// without device; 2.4 and 2.12 unknown meter or usage point; 3.2 too many commands wait; 5.2 any other control type or
  /// group, for which the reply codes have no row of their own. What became of a command is told by an event.
  ///
  /// - SeeAlso: IEC 61968-9, 5.4 and Annex F
  func takeOn(controls request: Message) -> Message {
    let controls = EndDeviceControls(objects: request.payload?.objects ?? []).endDeviceControls
    guard !controls.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no EndDeviceControl", source: id.rawValue)
    }
    var errors: [ReplyError] = []
    var taken: [SwitchCommand] = []
    for control in controls {
      let code = DeviceCode(control.endDeviceControlType)
      let connects = code.map(DeviceCode.connect.matches) ?? false
      guard connects || code.map(DeviceCode.disconnect.matches) ?? false else {
        errors.append(
          ReplyError(code: "5.2", reason: "control type '\(control.endDeviceControlType)' is not supported"))
        continue
      }
      guard control.endDeviceGroups.isEmpty, control.usagePointGroups.isEmpty else {
        errors.append(ReplyError(code: "5.2", reason: "\(id) knows no groups"))
        continue
      }
      let selection = MeterSelection(
        endDevices: control.endDevices, usagePoints: control.usagePoints, all: false, in: fleet)
      if selection.named == 0 {
        errors.append(ReplyError(code: "1.7", reason: "an EndDeviceControl names no device"))
      }
      errors += selection.errors
      taken += selection.meters.map { meter in
        SwitchCommand(
          meter: meter, connects: connects, correlationID: request.header?.correlationID ?? request.header?.messageID)
      }
    }
    guard commands.count + taken.count <= configuration.commandLimit else {
      return request.failure("3.2", reason: "\(commands.count) commands wait", source: id.rawValue)
    }
    commands += taken
    if !taken.isEmpty { wake.yield() }
    return request.outcome(
      done: !taken.isEmpty, errors: errors, limit: configuration.errorLimit, source: id.rawValue)
  }

  /// Carries out all commands that wait and publishes what became of them.
  func carryOutCommands() async throws {
    while !commands.isEmpty {
      try await Task.sleep(for: configuration.switchDuration)
      let batch = commands
      commands.removeAll(keepingCapacity: true)
      let time = now()
      // One event message tells of one request.
      var events: [(correlationID: String?, events: [EndDeviceEvent])] = []
      for command in batch {
        let event = carryOut(command, at: time)
        if let last = events.indices.last, events[last].correlationID == command.correlationID {
          events[last].events.append(event)
        } else {
          events.append((command.correlationID, [event]))
        }
      }
      for group in events { await publish(group.events, correlationID: group.correlationID) }
    }
  }

  private func carryOut(_ command: SwitchCommand, at time: Timestamp) -> EndDeviceEvent {
    let outcome =
      command.connects ? fleet.connect(command.meter, at: time) : fleet.disconnect(command.meter, at: time)
    let (meter, usagePoint) = identity(of: command.meter)
    var event = EndDeviceEvent(
      mRID: UUIDText.random(), createdDateTime: time, asset: meter,
      endDeviceEventType: (command.connects ? DeviceCode.connected : .disconnected).description,
      usagePoint: usagePoint)
    switch outcome {
    case .done(let moved): event.createdDateTime = moved
    case .alreadySo: event.reason = "the switch was in this position already"
    case .unreachable:
      event.endDeviceEventType = (command.connects ? DeviceCode.connectFailed : .disconnectFailed).description
      event.reason = "the meter does not answer"
    }
    return event
  }

  /// Publishes events, in messages of as many meters as are configured.
  func publish(_ events: [EndDeviceEvent], correlationID: String? = nil) async {
    for batch in events.chunked(into: configuration.metersPerEventsMessage) {
      let message = Message.event(
        .created, EndDeviceEvents.noun, [EndDeviceEvents(Array(batch)).element], source: id.rawValue,
        correlationID: correlationID)
      await port.publish(message, from: id, logger: logger)
    }
  }
}

extension Array {
  /// Consecutive parts of at most `size` elements.
  func chunked(into size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: Swift.max(size, 1)).map { self[$0..<Swift.min($0 + Swift.max(size, 1), count)] }
  }
}
