// Plays scenarios by themselves: each on a bus of its own, with its participants and nobody else.
public import CIMModel
public import Components
import IECMessage
public import Logging
public import MessageBus

/// Plays a scenario in this process, with nothing kept and nothing shared: any number of players may play at once.
public struct ScenarioPlayer: Sendable {
  /// Meters of the simulated utility; `ScenarioRunner.minimumMeters` at least.
  public var meters = 100
  /// Equal seeds give equal utilities and choose the same meters.
  public var seed: UInt64 = 1
  /// What the utility's clock shows at the beginning; it goes on only when a scenario puts it forward.
  public var start = Timestamp(seconds: 1_795_255_500)
  /// What goes wrong meanwhile; nil: nothing. Steps may then come in another order.
  public var faults: FaultPlan?
  public var logger: Logger

  public init(logger: Logger) { self.logger = logger }

  /// Devices that do not take their time.
  public static var meteringSystem: MeteringSystem.Configuration {
    var configuration = MeteringSystem.Configuration()
    configuration.switchDuration = .milliseconds(1)
    configuration.metersPerReadingsMessage = 40
    return configuration
  }

  /// Orders that are carried out at once.
  public static var dataManagement: MeterDataManagement.Configuration {
    var configuration = MeterDataManagement.Configuration()
    configuration.orderDelay = .milliseconds(1)
    return configuration
  }

  /// Plays one scenario.
  ///
  /// - Parameter observe: told of everything the bus does meanwhile.
  /// - Throws: `ScenarioError`, `BusError`; `CancellationError`.
  public func play(
    _ scenario: Scenario, observe: @escaping @Sendable (Activity) async -> Void = { _ in }
  ) async throws -> ScenarioReport {
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: logger)
    let line = faults.map { FaultyPort(bus, plan: $0.faults) }
    let port: any MessagePort = line ?? bus
    var scenario = scenario
    if let faults { scenario.timeLimit += faults.allowance(scenario.steps.count) }
    let utility = Utility(
      meters: meters, seed: seed, systems: scenario.participants, port: port, clock: UtilityClock(standingAt: start),
      meteringSystem: Self.meteringSystem, dataManagement: Self.dataManagement, logger: logger)
    let runner = try ScenarioRunner(bus: bus, utility: utility, seed: seed)
    try await utility.join(bus)
    return try await withThrowingTaskGroup(of: ScenarioReport?.self) { group in
      group.addTask {
        try await bus.run()
        return nil
      }
      group.addTask {
        // The clock stands still: nothing falls due by itself.
        try await utility.run { try await Task.sleep(for: .seconds(3600)) }
        return nil
      }
      group.addTask { [scenario] in
        var report = try await runner.run(
          scenario, inAnyOrder: line != nil, isAlone: line == nil, settling: faults?.settling ?? .milliseconds(40),
          observe: observe)
        report.destroyed = line?.destroyed ?? []
        return report
      }
      defer { group.cancelAll() }
      while let report = try await group.next() {
        if let report { return report }
      }
      throw CancellationError()
    }
  }
}
