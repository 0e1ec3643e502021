// Taking on controls of meters and of the devices behind them.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

/// A command to one device that waits to be carried out.
struct DeviceCommand: Sendable {
  /// The meter it is, or the meter it hangs behind.
  var meter: Int
  var kind: ControlKind
  /// First part of the control's code: what sort of device it is for.
  var deviceType: Int
  /// How the event names the device.
  var device: IdentifiedObject
  var control: EndDeviceControl
  /// Of the request, for the event.
  var correlationID: String?
}

extension MeteringSystem {
  /// Answers `create EndDeviceControls`: takes the commands on, and says which it cannot.
  ///
  /// Served are the controls of `ControlKind`. Reply codes: 1.7 no control, or one without device; 2.4 and 2.12 unknown
  /// device or usage point; 3.2 too many commands wait; 5.2 any other control type or an unknown group, for which the
  /// reply codes have no row of their own. What became of a command is told by an event.
  ///
  /// - SeeAlso: IEC 61968-9, 5.4 and Annex F
  func takeOn(controls request: Message) -> Message {
    let controls = EndDeviceControls(objects: request.payload?.objects ?? []).endDeviceControls
    guard !controls.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no EndDeviceControl", source: id.rawValue)
    }
    var errors: [ReplyError] = []
    var taken: [DeviceCommand] = []
    var room = configuration.commandLimit - commands.count
    for control in controls {
      guard let code = DeviceCode(control.endDeviceControlType), let kind = ControlKind(code) else {
        errors.append(
          ReplyError(code: "5.2", reason: "control type '\(control.endDeviceControlType)' is not supported"))
        continue
      }
      guard let found = desk.targets(of: control, in: fleet, source: id.rawValue, room: &room, &errors) else {
        return request.failure(
          "3.2",
          reason: "\(commands.count) commands wait, of \(configuration.commandLimit): send fewer, or send them later",
          source: id.rawValue)
      }
      taken += found.map { meter, device in
        DeviceCommand(
          meter: meter, kind: kind, deviceType: code.type, device: device, control: control,
          correlationID: request.correlation)
      }
    }
    // To arm a switch nothing has to move: the customer may press its button as soon as this is answered.
    let time = now()
    for command in taken where command.kind.isArming && fleet.state(of: command.meter, at: time).isReachable {
      devices[command.meter].armed = command.kind == .armForClosure ? .close : .open
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
        guard let event = carryOut(command, at: time) else { continue }
        if let last = events.indices.last, events[last].correlationID == command.correlationID {
          events[last].events.append(event)
        } else {
          events.append((command.correlationID, [event]))
        }
      }
      for group in events { await publish(group.events, correlationID: group.correlationID) }
    }
  }

  /// - Returns: the event that tells of it; nil where it comes later.
  private func carryOut(_ command: DeviceCommand, at time: Timestamp) -> EndDeviceEvent? {
    let (_, usagePoint) = identity(of: command.meter)
    var event = EndDeviceEvent(
      mRID: UUIDText.random(), createdDateTime: time, asset: command.device,
      endDeviceEventType: command.kind.doneEvent(command.deviceType).description, usagePoint: usagePoint)
    let isReachable = fleet.state(of: command.meter, at: time).isReachable
    switch command.kind {
    case .connect, .disconnect:
      let outcome =
        command.kind == .connect
        ? fleet.connect(command.meter, at: time) : fleet.disconnect(command.meter, at: time)
      switch outcome {
      case .done(let moved): event.createdDateTime = moved
      case .alreadySo: event.reason = "the switch was in this position already"
      case .unreachable: break
      }
    case .armForClosure, .armForOpen:
      // The switch moves when the customer presses its button; the event comes then.
      if isReachable { return nil }
    default:
      let trouble =
        isReachable
        ? desk.apply(
          command.kind, command.control, to: command.meter, correlationID: command.correlationID, at: time) : nil
      if let trouble {
        event.endDeviceEventType = command.kind.failedEvent(command.deviceType).description
        event.reason = trouble
      }
      drawLoads()
    }
    if !isReachable {
      event.endDeviceEventType = command.kind.failedEvent(command.deviceType).description
      event.reason = "the meter does not answer"
    }
    return event
  }

  /// Publishes events, in messages of as many meters as are configured.
  func publish(_ events: [EndDeviceEvent], correlationID: String? = nil) async {
    published += events
    if published.count > Self.publishedLimit { published.removeFirst(published.count - Self.publishedLimit) }
    for batch in events.chunked(into: configuration.metersPerEventsMessage) {
      let message = Message.event(
        .created, EndDeviceEvents.noun, [EndDeviceEvents(Array(batch)).element], source: id.rawValue,
        correlationID: correlationID)
      await port.publish(message, from: id, logger: logger)
    }
  }

  /// Events kept for those who ask later; the oldest give way.
  static var publishedLimit: Int { 10_000 }
}

extension Array {
  /// Consecutive parts of at most `size` elements.
  func chunked(into size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: Swift.max(size, 1)).map { self[$0..<Swift.min($0 + Swift.max(size, 1), count)] }
  }
}
