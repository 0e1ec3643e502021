// The metering system: the head end of a fleet of simulated meters.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus
public import MeterSimulator

/// The metering system (MS) of the reference model: reads meters, commands them and tells what they report.
///
/// Serves `get MeterReadings` and `get EndDeviceEvents`, `create EndDeviceControls` and `create MeterReadSchedule`, groups
/// of end devices and, for asset management, firmware; publishes `created MeterReadings` and `created EndDeviceEvents`.
/// Hears of `created TransactionRecord`: meters with prepayment get their credit from it. Commands are answered OK when they are taken on; what became of them is told by events
/// that carry the request's CorrelationID. `run()` carries them out and keeps the schedules.
///
/// Known limits: commands and schedules live in memory and end with the process; readings of a meter that cannot be
/// reached when its schedule falls due are not made up for later.
///
/// - SeeAlso: IEC 61968-9, 4.2.1 (reference model)
public actor MeteringSystem: Participant {
  /// The numbers a metering system works by.
  public struct Configuration: Sendable {
    /// Meters whose readings go into one message.
    public var metersPerReadingsMessage = 250
    /// Meters whose events go into one message.
    public var metersPerEventsMessage = 20
    /// How long a switch takes to move.
    public var switchDuration: Duration = .milliseconds(50)
    /// Commands to single meters that may wait (reply code 3.2 beyond).
    public var commandLimit = 10_000
    /// Schedules kept at a time (reply code 3.2 beyond).
    public var scheduleLimit = 100
    /// Values in one reply (reply code 3.1 beyond).
    public var valueLimit = 200_000
    /// Errors listed in one reply.
    public var errorLimit = 100
    /// Share of last gasps and restorations that are lost on the way, 0 to 1.
    public var signalLoss = 0.02
    /// Who may ask for readings and order schedules here; others are served by the MDM. Nil: anyone.
    public var clients: Set<ParticipantID>? = ["MDM", "OMS", "NO", "PLAN", "LMS", "DRMS", "MM"]

    /// Whether it serves events on request, groups of devices, firmware for asset management, and hears of sales.
    public var servesDevices = false

    public init() {}
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  let configuration: Configuration
  let port: any MessagePort
  let now: @Sendable () -> Timestamp
  /// Puts the clock of the simulation forward.
  let advance: @Sendable (Timestamp) -> Void
  let logger: Logger
  var fleet: MeterFleet
  var schedules: [ReadSchedule] = []
  var commands: [DeviceCommand] = []
  /// The devices behind meters: load control, prices, texts, groups.
  var desk: LoadDesk
  /// Firmware, credit, load control and PAN devices.
  var devices: DeviceStates {
    get { desk.devices }
    _modify { yield &desk.devices }
  }
  /// Firmware that is to be loaded.
  var upgrades: [Upgrade] = []
  /// Newest events it has published, for those who ask later.
  var published: [EndDeviceEvent] = []
  var isPublishing = false
  /// Those who wait for a publication under way.
  var publishers: [CheckedContinuation<Void, Never>] = []
  let wake: AsyncStream<Void>.Continuation
  private let work: AsyncStream<Void>

  /// - Parameters:
  ///   - fleet: its meters.
  ///   - port: the bus.
  ///   - now: the time of the simulation.
  ///   - advance: puts it forward, for what is only to be seen later.
  public init(
    id: ParticipantID = "MS", fleet: MeterFleet, port: any MessagePort, configuration: Configuration = .init(),
    logger: Logger, now: @escaping @Sendable () -> Timestamp,
    advance: @escaping @Sendable (Timestamp) -> Void = { _ in }
  ) {
    self.id = id
    self.advance = advance
    interests =
      [
        .serves([.get], [MeterReadings.noun], from: configuration.clients),
        .serves([.create], [EndDeviceControls.noun]),
        .serves([.create], [MeterReadSchedule.noun], from: configuration.clients),
      ]
      + (configuration.servesDevices
        ? [
          .serves([.get], [EndDeviceEvents.noun]),
          .serves([.create, .change, .delete], ["EndDeviceGroups"]),
          .serves([.change], ["MeterConfig", "EndDeviceConfig"], from: ["MAM"]),
          .subscribes([.created], ["TransactionRecord"]),
        ] : [])
    self.configuration = configuration
    self.port = port
    self.now = now
    self.logger = logger
    self.fleet = fleet
    desk = LoadDesk(seed: fleet.seed)
    (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    switch (request.verb, request.noun) {
    case (.get, MeterReadings.noun): return readings(for: request)
    case (.create, EndDeviceControls.noun): return takeOn(controls: request)
    case (.get, EndDeviceEvents.noun): return events(for: request)
    case (_, "EndDeviceGroups"): return desk.takeOn(groups: request, in: fleet, source: id.rawValue)
    case (.change, "MeterConfig"), (.change, "EndDeviceConfig"): return takeOn(configuration: request)
    case (.create, MeterReadSchedule.noun): return takeOn(schedule: request)
    default:
      return request.failure("2.9", reason: "\(id) does not serve this verb and noun", source: id.rawValue)
    }
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    if event.noun == "TransactionRecord" { await take(transactions: event) }
  }

  /// Carries out commands and keeps schedules, until cancelled. To be called once.
  ///
  /// - Parameter tick: returns when it is time to look for schedules that are due; by default every second.
  public func run(
    tick: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) }
  ) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { [self] in
          for await _ in work {
            try await carryOutCommands()
            await carryOutUpgrades()
          }
        }
        group.addTask { [self] in
          while !Task.isCancelled {
            try await tick()
            await publishDueReadings()
            await settleDevices()
          }
        }
        try await group.waitForAll()
      }
    } catch is CancellationError {}
  }

  /// A meter by its number in the fleet, and where it hangs; nil beyond the end of the fleet.
  public func place(ofMeter index: Int) -> NetworkHierarchy.Place? {
    fleet.indices.contains(index) ? NetworkHierarchy.Place(fleet[index]) : nil
  }

  /// Whether the switch of a meter is closed now; nil beyond the end of the fleet.
  public func isConnected(meter index: Int) -> Bool? {
    fleet.indices.contains(index) ? fleet.state(of: index, at: now()).isConnected : nil
  }

  /// Breaks or mends the communication with a meter.
  public func setOnline(_ isOnline: Bool, meter index: Int) {
    if fleet.indices.contains(index) { fleet.setOnline(isOnline, index, at: now()) }
  }

  /// What a message calls a meter, and what it calls its usage point.
  func identity(of index: Int) -> (meter: IdentifiedObject, usagePoint: IdentifiedObject) {
    let meter = fleet[index]
    return (
      IdentifiedObject(mRID: meter.mRID, names: [meter.name]),
      IdentifiedObject(mRID: meter.usagePointMRID, names: [meter.usagePointName])
    )
  }
}
