// A small utility: one of each component, on one bus.
import CIMModel
public import Logging
public import MessageBus
public import MeterSimulator

/// The systems of a simulated utility and the clock they share.
///
/// ```swift
/// let utility = Utility(meters: 1_000, seed: 1, port: bus, logger: logger)
/// try await utility.join(bus)
/// try await utility.run()          // until cancelled; `bus.run()` runs beside it
/// ```
public struct Utility: Sendable {
  public let clock: UtilityClock
  public let meteringSystem: MeteringSystem
  public let dataManagement: MeterDataManagement
  public let customerInformation: CustomerInformation
  public let outageManagement: OutageManagement
  /// Number of meters.
  public let meters: Int
  /// Number of transformers.
  public let transformers: Int

  /// - Parameters:
  ///   - meters: size of the fleet.
  ///   - seed: equal seeds give equal fleets.
  ///   - port: the bus the components send through.
  ///   - clock: the time of the utility; the fleet begins at what it shows.
  public init(
    meters: Int, seed: UInt64, port: any MessagePort, clock: UtilityClock = .init(),
    meteringSystem: MeteringSystem.Configuration = .init(), dataManagement: MeterDataManagement.Configuration = .init(),
    outageManagement: OutageManagement.Configuration = .init(), logger: Logger
  ) {
    let fleet = MeterFleet(count: meters, seed: seed, start: clock.now())
    let now: @Sendable () -> Timestamp = { clock.now() }
    self.clock = clock
    self.meters = fleet.count
    transformers = fleet.topology.transformers
    self.meteringSystem = MeteringSystem(
      fleet: fleet, port: port, configuration: meteringSystem, logger: logger, now: now)
    self.dataManagement = MeterDataManagement(port: port, configuration: dataManagement, logger: logger, now: now)
    customerInformation = CustomerInformation(port: port, now: now)
    self.outageManagement = OutageManagement(
      hierarchy: NetworkHierarchy(of: fleet), port: port, configuration: outageManagement, now: now)
  }

  /// All components, in the order of a sequence diagram: customer systems to the left, meters to the right.
  public var participants: [any Participant] {
    [customerInformation, dataManagement, meteringSystem, outageManagement]
  }

  /// Joins all components.
  ///
  /// - Throws: `BusError` with code `.duplicateParticipant` or `.shuttingDown`; none has joined then.
  public func join(_ bus: Bus) async throws {
    var joined: [ParticipantID] = []
    do {
      for participant in participants {
        try await bus.join(participant)
        joined.append(participant.id)
      }
    } catch {
      for id in joined { await bus.leave(id) }
      throw error
    }
  }

  /// Takes all components off the bus.
  public func leave(_ bus: Bus) async {
    for participant in participants { await bus.leave(participant.id) }
  }

  /// Runs what the components do of their own accord, until cancelled. To be called once.
  ///
  /// - Parameter tick: returns when it is time to look for schedules that are due; by default every second.
  public func run(
    tick: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) }
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await meteringSystem.run(tick: tick) }
      group.addTask { try await dataManagement.run() }
      group.addTask { try await outageManagement.run() }
      try await group.waitForAll()
    }
  }
}

extension NetworkHierarchy {
  /// What an OMS would know of a simulated fleet.
  public init(of fleet: MeterFleet) {
    self.init(fleet.indices.lazy.map { Place(fleet[$0]) })
  }
}

extension NetworkHierarchy.Place {
  init(_ meter: SimulatedMeter) {
    self.init(
      meter: IdentifiedObject(mRID: meter.mRID, names: [meter.name]), transformer: meter.transformerName,
      feeder: meter.feederName)
  }
}
