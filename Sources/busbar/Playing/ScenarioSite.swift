// Plays scenarios with systems that are not all of this process: over HTTP.
import CIMExport
import CIMModel
import CIMProfiles
import Components
import HTTPTransport
import IECMessage
import Logging
import MessageBus
import Scenarios
import ServiceLifecycle

/// Where the systems of a scenario are.
struct ScenarioSite: Sendable {
  enum Place: Sendable {
    /// The bus is here; these systems are elsewhere, each behind its URL.
    case here([ParticipantID: String])
    /// The bus is elsewhere, and so are all systems but these.
    case elsewhere(BusClient, playing: Set<ParticipantID>)
  }

  var place: Place
  /// The first port of this process; see `port(of:)`.
  var listen: Int
  var meters: Int
  var seed: UInt64
  var patience: Duration
  var logger: Logger

  /// Where a system that is played here listens for a bus elsewhere: each has a port of its own, in the order of
  /// `busbar scenario partners`.
  static func port(of system: ParticipantID, from first: Int) -> Int {
    first + (ReferenceModel.systems.firstIndex { $0.id == system } ?? 0)
  }

  /// Plays one scenario.
  ///
  /// - Throws: `ScenarioError`, `BusError`, `TransportError`, `ClientError`.
  func play(_ scenario: Scenario) async throws -> ScenarioReport {
    let participants = Set(scenario.participants)
    switch place {
    case .here(let remote):
      let elsewhere = participants.intersection(remote.keys)
      let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: logger)
      let utility = utility(scenario, port: bus)
      let partners = utility.systems.map { system in
        let partner = Partner(
          id: system.id, endpoint: elsewhere.contains(system.id) ? remote[system.id] : nil, soap: nil,
          interests: system.interests)
        return partner
      }
      let station = try Station(bus, partners, port: listen, logger: logger)
      try await station.join(utility.systems.filter { !elsewhere.contains($0.id) })
      return try await play(scenario, on: bus, utility.without(elsewhere), elsewhere, [station], isAlone: true)
    case .elsewhere(let client, let playing):
      let here = participants.intersection(playing)
      let ports = StationPorts()
      let utility = utility(scenario, port: ports)
      var stations: [Station] = []
      for system in utility.systems where here.contains(system.id) {
        let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: logger)
        // What the system sends goes to the bus elsewhere, whoever it is for; what comes from there is the system's.
        let requests = Set(Verb.allCases.filter { $0.role == .request })
        let events = Set(Verb.allCases.filter { $0.role == .event })
        let upstream = Partner(
          id: "UPSTREAM", endpoint: client.base + "/messages", soap: nil,
          interests: [.serves(requests, nil, from: [system.id]), .subscribes(events, nil, from: [system.id])])
        let others = participants.subtracting([system.id]).map { Partner(id: $0, soap: nil) }
        let station = try Station(
          bus, [upstream] + others, port: Self.port(of: system.id, from: listen), logger: logger)
        try await station.join([system])
        ports.add(bus, of: system.id)
        stations.append(station)
      }
      let elsewhere = participants.subtracting(here)
      return try await play(scenario, on: BusElsewhere(client), utility.without(elsewhere), elsewhere, stations)
    }
  }

  private func utility(_ scenario: Scenario, port: any MessagePort) -> Utility {
    // Whole seconds, as `${now}` has them; an hour ago, so that what a scenario lets pass does not take it into the future.
    let start = Timestamp(seconds: Timestamp.now().microseconds / 1_000_000 - 3_600)
    return Utility(
      meters: meters, seed: seed, systems: scenario.participants, port: port, clock: UtilityClock(standingAt: start),
      meteringSystem: ScenarioPlayer.meteringSystem, dataManagement: ScenarioPlayer.dataManagement, logger: logger)
  }

  private func play(
    _ scenario: Scenario, on venue: any Venue, _ utility: Utility, _ elsewhere: Set<ParticipantID>,
    _ stations: [Station], isAlone: Bool = false
  ) async throws -> ScenarioReport {
    let runner = try ScenarioRunner(
      bus: venue, utility: utility,
      elsewhere: Elsewhere(elsewhere, patience: patience) { Terminal.warn("now: \($0)") }, seed: seed)
    let verdict = RunResult()
    var services = stations.flatMap(\.services)
    services.append(
      .init(
        service: ClosureService {
          try await utility.run()
          // Systems that do nothing of their own accord are done at once, and remain.
          try await gracefulShutdown()
        }))
    services.append(
      .init(
        service: ClosureService {
          for station in stations { await station.listening() }
          do {
            verdict.set(.success(try await runner.run(scenario, isAlone: isAlone)))
          } catch {
            verdict.set(.failure(error))
          }
        }, successTerminationBehavior: .gracefullyShutdownGroup))
    var configuration = ServiceGroupConfiguration(services: services, logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    try await ServiceGroup(configuration: configuration).run()
    guard let result = verdict.value else { throw CancellationError() }
    return try result.get()
  }
}
