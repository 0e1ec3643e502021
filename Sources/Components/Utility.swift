// A simulated utility: systems of the reference model on one bus.
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
  /// Its meters as they were at the beginning: who they are and where they hang.
  public let fleet: MeterFleet
  /// Every message its systems hand in passes here.
  public let witness: MessageWitness
  /// Its systems, in the order of a sequence diagram: customer systems to the left, meters to the right.
  public private(set) var systems: [ReferenceSystem]

  private let line: FaultyPort?

  /// The four systems of a small utility.
  public static let core: [ParticipantID] = ["CIS", "MDM", "MS", "OMS"]

  /// - Parameters:
  ///   - meters: size of the fleet.
  ///   - seed: equal seeds give equal fleets.
  ///   - systems: ids of those it has, each with all its parts; ids the reference model does not know are passed over. Nil:
  ///     the four of a small utility, each with its main part alone.
  ///   - port: the bus the components send through.
  ///   - clock: the time of the utility; the fleet begins at what it shows.
  public init(
    meters: Int, seed: UInt64, systems: [ParticipantID]? = nil, port: any MessagePort,
    clock: UtilityClock = .init(),
    meteringSystem: MeteringSystem.Configuration = .init(), dataManagement: MeterDataManagement.Configuration = .init(),
    outageManagement: OutageManagement.Configuration = .immediate, logger: Logger
  ) {
    let fleet = MeterFleet(count: meters, seed: seed, start: clock.now())
    let now: @Sendable () -> Timestamp = { clock.now() }
    let witness = MessageWitness(port)
    var meteringSystem = meteringSystem
    var outageManagement = outageManagement
    if systems != nil {
      meteringSystem.servesDevices = true
      outageManagement.publishes = true
    }
    self.clock = clock
    self.fleet = fleet
    self.witness = witness
    line = port as? FaultyPort
    self.meteringSystem = MeteringSystem(
      fleet: fleet, port: witness, configuration: meteringSystem, logger: logger, now: now,
      advance: { clock.advance(to: $0) })
    self.dataManagement = MeterDataManagement(port: witness, configuration: dataManagement, logger: logger, now: now)
    customerInformation = CustomerInformation(port: witness, now: now)
    self.outageManagement = OutageManagement(
      hierarchy: NetworkHierarchy(of: fleet), port: witness, configuration: outageManagement, logger: logger,
      now: now)
    let builder = SystemBuilder(
      core: [self.customerInformation, self.dataManagement, self.meteringSystem, self.outageManagement], fleet: fleet,
      port: witness, clock: clock, logger: logger)
    self.systems = ReferenceModel.systems.filter { (systems ?? Self.core).contains($0.id) }
      .map { builder.system($0, isWhole: systems != nil) }
  }

  /// Number of meters.
  public var meters: Int { fleet.count }
  /// Number of transformers.
  public var transformers: Int { fleet.topology.transformers }

  public func system(_ id: ParticipantID) -> ReferenceSystem? { systems.first { $0.id == id } }

  /// What joins the bus; where the port is a bad line, what its systems are sent passes it too.
  public var participants: [any Participant] {
    guard let line else { return systems }
    return systems.map { FaultyParticipant(system: $0, line: line) }
  }

  /// The same without some of its systems, which are elsewhere.
  public func without(_ elsewhere: Set<ParticipantID>) -> Utility {
    var utility = self
    utility.systems.removeAll { elsewhere.contains($0.id) }
    return utility
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
      for part in systems.flatMap(\.parts) {
        if let part = part as? MeteringSystem {
          group.addTask { try await part.run(tick: tick) }
        } else {
          group.addTask { try await part.work() }
        }
      }
      try await group.waitForAll()
    }
  }
}

extension NetworkHierarchy {
  /// What an OMS would know of a simulated fleet.
  public init(of fleet: MeterFleet) {
    self.init(fleet.indices.lazy.map { Place(fleet[$0]) }, levels: ["transformer", "section", "feeder"])
  }
}

extension NetworkHierarchy.Place {
  init(_ meter: SimulatedMeter) {
    self.init(
      meter: IdentifiedObject(mRID: meter.mRID, names: [meter.name]), usagePoint: meter.usagePointName,
      devices: [meter.transformerName, meter.sectionName, meter.feederName])
  }
}
