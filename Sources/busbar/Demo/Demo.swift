// The demo: a simulated utility that exchanges the messages of the standard's figures.
import CIMModel
import Components
import Logging
import MessageBus
import Scenarios
import TerminalDrawing

/// Joins the components of a small utility to a bus, plays the scenarios and shows them.
///
/// The bus has to run (`bus.run()`) meanwhile. The utility's clock begins an hour behind the machine's, so that the half
/// hour the scenarios let pass does not take it into the future.
struct Demo: Sendable {
  let bus: Bus
  let display: DemoDisplay
  private let utility: Utility
  private let seed: UInt64

  /// - Parameters:
  ///   - meters: size of the simulated fleet, 20 or more.
  ///   - seed: equal seeds give equal fleets and choose the same meters.
  init(bus: Bus, meters: Int, seed: UInt64, display: DemoDisplay, logger: Logger) {
    self.bus = bus
    self.display = display
    self.seed = seed
    utility = Utility(meters: meters, seed: seed, port: bus, clock: UtilityClock(offset: -3600), logger: logger)
  }

  /// Plays the scenarios and, where it is to go on, shows what happens on the bus from then on until cancelled.
  ///
  /// - Parameters:
  ///   - goesOn: called after the summary with whether all passed, to tell what can be done now; nil: the demo ends.
  /// - Returns: whether all passed.
  /// - Throws: `BusError` when the components cannot join, `ScenarioError` when the utility is too small,
  ///   `CancellationError`.
  func run(
    _ scenarios: [Scenario] = Scenario.tour, goesOn: (@Sendable (Bool) async throws -> Void)? = nil
  ) async throws -> Bool {
    let runner = try ScenarioRunner(bus: bus, utility: utility, seed: seed)
    try await utility.join(bus)
    do {
      let passed = try await perform(scenarios, runner, goesOn)
      await utility.leave(bus)
      return passed
    } catch {
      await utility.leave(bus)
      throw error
    }
  }

  private func perform(
    _ scenarios: [Scenario], _ runner: ScenarioRunner, _ goesOn: (@Sendable (Bool) async throws -> Void)?
  ) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool?.self) { group in
      group.addTask {
        try await utility.run()
        return nil
      }
      group.addTask {
        let passed = try await play(scenarios, runner)
        if let goesOn {
          try await goesOn(passed)
          await watch()
        }
        return passed
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  private func play(_ scenarios: [Scenario], _ runner: ScenarioRunner) async throws -> Bool {
    display.print(
      "A utility of \(HumanFormat.count(utility.meters)) meters on \(HumanFormat.count(utility.transformers)) transformers, seed \(seed):"
    )
    display.print("  CIS  customer information    MDM  meter data management")
    display.print("  MS   metering system         OMS  outage management")
    var reports: [ScenarioReport] = []
    for scenario in scenarios {
      display.heading(scenario)
      let feed = LiveFeed(display)
      let report = try await runner.run(scenario) { await feed.add($0) }
      await feed.flush()
      display.show(report)
      reports.append(report)
    }
    display.summary(reports)
    return reports.allSatisfy(\.passed)
  }

  /// Goes on with a reading of twenty meters every minute, and shows all that happens.
  private func watch() async {
    let activity = bus.activity(bufferingNewest: 1_000)
    let start = utility.clock.now()
    var sample: [IdentifiedObject] = []
    for index in 0..<min(20, utility.meters) {
      if let meter = await utility.meteringSystem.place(ofMeter: index)?.meter { sample.append(meter) }
    }
    let sixDays = DateTimeInterval(start: start.adding(seconds: 60), end: start.adding(seconds: 6 * 86_400))
    _ = await utility.customerInformation.scheduleReadings(
      of: sample, readingTypes: [ReadingTypeCode.registerForward],
      TimeSchedule(recurrencePeriod: 60, scheduleInterval: sixDays))
    for await step in activity { display.show(step) }
  }
}
