// Load control: the system that reaches load control devices without the meters.
import CIMModel
public import IECMessage
import Logging
public import MessageBus
import MeterSimulator

/// Load control (LC) of the reference model, with a load control device behind every meter.
///
/// Serves `create EndDeviceControls` of load management and demand response, and groups of devices; publishes
/// `created EndDeviceEvents`. Served are load control events (domain 15), texts (13) and prices (20); a device begins and
/// ends an event after a delay of its own where the control says so, and the customer's load falls meanwhile. `run()`
/// tells what became of controls, and begins and ends what falls due.
///
/// Known limits: events live in memory; of two events for one device the later replaces the earlier; a price changes nothing
/// about the load.
///
/// - SeeAlso: IEC 61968-9, 4.2 and 5.4 (Figures 28 and 29)
public actor LoadControl: Participant {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = [
    .serves([.create], [EndDeviceControls.noun], from: ["LMS", "DRMS"]),
    .serves([.create, .change, .delete], ["EndDeviceGroups"], from: ["LMS", "DRMS"]),
  ]

  /// Events that may wait to be told (reply code 3.2 beyond).
  public static let waitingLimit = 100_000
  /// Events in one message.
  static let eventsPerMessage = 100

  let fleet: MeterFleet
  var desk: LoadDesk
  let now: @Sendable () -> Timestamp
  let advance: @Sendable (Timestamp) -> Void
  private let field: (any LoadField)?
  private let port: any MessagePort
  private let logger: Logger
  private var waiting: [(correlationID: String?, event: EndDeviceEvent)] = []
  private let wake: AsyncStream<Void>.Continuation
  private let work: AsyncStream<Void>

  /// - Parameters:
  ///   - fleet: the meters its devices hang behind: who they are.
  ///   - field: where the load falls; nil: nowhere.
  ///   - now: the time of the simulation.
  ///   - advance: puts it forward, for what is only to be seen later.
  init(
    id: ParticipantID = "LC", fleet: MeterFleet, field: (any LoadField)?, port: any MessagePort, logger: Logger,
    now: @escaping @Sendable () -> Timestamp, advance: @escaping @Sendable (Timestamp) -> Void = { _ in }
  ) {
    self.id = id
    self.fleet = fleet
    self.field = field
    self.port = port
    self.logger = logger
    self.now = now
    self.advance = advance
    desk = LoadDesk(seed: fleet.seed)
    (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    switch (request.verb, request.noun) {
    case (.create, EndDeviceControls.noun): return await takeOn(controls: request)
    case (_, "EndDeviceGroups"): return desk.takeOn(groups: request, in: fleet, source: id.rawValue)
    default: return request.failure("2.9", reason: "\(id) does not serve this verb and noun", source: id.rawValue)
    }
  }

  /// Takes controls to their devices at once; what became of each is told by an event.
  ///
  /// Reply codes: 1.7 no control, or one without device; 2.4 an unknown device; 3.2 too many events wait; 5.2 a control of
  /// another kind or an unknown group.
  private func takeOn(controls request: Message) async -> Message {
    let controls = EndDeviceControls(objects: request.payload?.objects ?? []).endDeviceControls
    guard !controls.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no EndDeviceControl", source: id.rawValue)
    }
    var errors: [ReplyError] = []
    var room = Self.waitingLimit - waiting.count
    var taken: [(meter: Int, device: IdentifiedObject, kind: ControlKind, type: Int, control: EndDeviceControl)] = []
    for control in controls {
      guard let code = DeviceCode(control.endDeviceControlType), let kind = ControlKind(code), kind.isOfLoad else {
        errors.append(
          ReplyError(code: "5.2", reason: "control type '\(control.endDeviceControlType)' is not one of load control"))
        continue
      }
      guard let found = desk.targets(of: control, in: fleet, source: id.rawValue, room: &room, &errors) else {
        return request.failure(
          "3.2",
          reason: "\(waiting.count) events wait, of \(Self.waitingLimit): send fewer controls, or send them later",
          source: id.rawValue)
      }
      taken += found.map { ($0.meter, $0.device, kind, code.type, control) }
    }
    let time = now()
    for (meter, device, kind, type, control) in taken {
      let trouble = desk.apply(kind, control, to: meter, correlationID: request.correlation, at: time)
      var event = desk.told(
        trouble == nil ? kind.doneEvent(type) : kind.failedEvent(type), meter, at: time, in: fleet)
      event.asset = device
      event.reason = trouble
      waiting.append((request.correlation, event))
    }
    await draw()
    wake.yield()
    return request.outcome(done: !taken.isEmpty, errors: errors, limit: 100, source: id.rawValue)
  }

  /// Tells what became of controls and does what falls due, until cancelled. To be called once.
  public func run(
    tick: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) }
  ) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { [self] in
          for await _ in work { await tell() }
        }
        group.addTask { [self] in
          while !Task.isCancelled {
            try await tick()
            await settle()
          }
        }
        try await group.waitForAll()
      }
    } catch is CancellationError {}
  }

  /// Begins and ends the events that have fallen due by now, and tells of it.
  func settle() async {
    waiting += desk.settle(at: now(), in: fleet)
    await draw()
    await tell()
  }

  /// A customer opts out.
  ///
  /// - Throws: `ActionError` where there is nothing to opt out of.
  func optOut(_ device: String) async throws {
    guard let meter = fleet.index(ofLoadControlDevice: device) else {
      throw ActionError("there is no device \(device)")
    }
    let time = now()
    guard let event = desk.optOut(meter, at: time) else { throw ActionError("there is no event to opt out of") }
    waiting.append((event.correlationID, desk.told(DeviceCode(16, 15, 43, 81), meter, at: time, in: fleet)))
    await draw()
    await tell()
  }

  /// Lets customers draw more or less.
  private func draw() async {
    for draw in desk.takeDraws() { await field?.draw(draw.percent, meter: draw.meter, at: draw.time) }
  }

  private func tell() async {
    let told = waiting.byOrder
    waiting.removeAll()
    for (correlationID, events) in told {
      for batch in events.chunked(into: Self.eventsPerMessage) {
        await port.publish(
          .event(
            .created, EndDeviceEvents.noun, [EndDeviceEvents(Array(batch)).element], source: id.rawValue,
            correlationID: correlationID),
          from: id, logger: logger)
      }
    }
  }
}

/// Where the load of customers falls and rises.
protocol LoadField: Sendable {
  /// Lets a customer draw so many percent of the usual load from an instant on.
  func draw(_ percent: UInt8, meter: Int, at time: Timestamp) async
}

extension ControlKind {
  /// Whether it is for load control devices.
  var isOfLoad: Bool {
    switch self {
    case .startLoadControl, .stopLoadControl, .scheduleEvent, .cancelEvent, .cancelAllEvents, .displayText, .cancelText,
      .createPrice:
      true
    default: false
    }
  }
}
