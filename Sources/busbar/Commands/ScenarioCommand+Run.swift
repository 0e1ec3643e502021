// busbar scenario run: plays scenarios and says what became of each.
import ArgumentParser
import Components
import Logging
import MessageBus
import Scenarios
import TerminalDrawing

extension ScenarioCommand {
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Play scenarios.",
      discussion: """
        Each is played by itself, on a bus in memory with its systems and nobody else. It passes when every message came \
        as it should, is valid against its profile with codes that are known, and when the systems are in the state that \
        the scenario expects.

        Any of its systems may be another's: with --remote the bus is here and such a system behind its URL; with --bus it \
        plays on a running bus, all systems of the scenario or those that --play names. What people have to do at systems \
        elsewhere it asks for as it comes up; their state nobody can look at from here.

        Example:  busbar scenario run 33 figure-14
                  busbar scenario run --all --format json
                  busbar scenario run mine.yaml --seed 7
                  busbar scenario run --all --fault drop=0.02,delay=100ms,duplicate=0.1
                  busbar scenario run 33 --remote CIS=http://127.0.0.1:9000/bus
                  busbar scenario run 33 --bus http://127.0.0.1:8480 --play CIS

        Exit code 0: all passed; 1: one or more failed; 2: not run.
        """)

    @Argument(help: ArgumentHelp("Ids, numbers of figures, or scenario files.", valueName: "ID"))
    var names: [String] = []

    @Flag(help: "All built-in scenarios.")
    var all = false

    @Option(help: "text for people; json: a line for each scenario; junit: one XML document.")
    var format: Format = .text

    @Option(help: "Simulated meters, 20 or more.")
    var meters = 100

    @Option(help: "Equal seeds give equal meters and faults.")
    var seed: UInt64 = 1

    @Option(
      help: ArgumentHelp(
        "What goes wrong between the systems and the bus: drop=SHARE, delay=TIME, duplicate=SHARE, reorder, "
          + "offline=SYSTEM:TIME, with commas between them.", valueName: "FAULTS"))
    var fault: String?

    @Option(
      help: ArgumentHelp(
        "A system that is elsewhere, and where its messages are posted. Repeatable.", valueName: "SYSTEM=URL"))
    var remote: [String] = []

    @Option(help: ArgumentHelp("A running bus to play on; see 'busbar scenario partners'.", valueName: "URL"))
    var bus: String?

    @Option(help: ArgumentHelp("With --bus: systems that are played here. (default: all)", valueName: "SYSTEM,…"))
    var play: String?

    @Option(help: "With --remote or --bus: the first port of this process.")
    var listen = 8500

    @Option(help: "With --remote or --bus: seconds to wait for each thing that is done elsewhere.")
    var patience = 60

    @OptionGroup var clientOptions: ClientOptions

    @Flag(help: "Draw what was exchanged; those that failed are drawn without it.")
    var draw = false

    func validate() throws {
      if all != names.isEmpty { throw ValidationError("Name scenarios, or all of them with --all.") }
      if bus != nil && !remote.isEmpty { throw ValidationError("Give --bus or --remote.") }
      if play != nil && bus == nil { throw ValidationError("--play goes with --bus.") }
      if fault != nil && (bus != nil || !remote.isEmpty) {
        throw ValidationError("--fault is for scenarios that are played in this process alone.")
      }
      if !(1...65_000).contains(listen) { throw ValidationError("--listen takes 1 to 65000.") }
      if !(1...3_600).contains(patience) { throw ValidationError("--patience takes 1 to 3600.") }
      if !(ScenarioRunner.minimumMeters...1_000_000).contains(meters) {
        throw ValidationError("--meters must be \(ScenarioRunner.minimumMeters) to 1000000.")
      }
    }

    func run() async throws {
      let scenarios: [Scenario]
      let faults: FaultPlan?
      let place: ScenarioSite.Place?
      do {
        place = try self.place()
        scenarios = all ? Scenario.all : try Scenario.wanted(names)
        faults = try fault.map { try FaultPlan($0, seed: seed) }
      } catch {
        Terminal.warn(String(describing: error))
        throw ExitStatus.notRun
      }
      var logger = Logger(label: "busbar.scenario")
      logger.logLevel = .critical
      var player = ScenarioPlayer(logger: logger)
      player.meters = meters
      player.seed = seed
      player.faults = faults
      let site = place.map {
        ScenarioSite(
          place: $0, listen: listen, meters: meters, seed: seed, patience: .seconds(patience), logger: logger)
      }
      var reports: [ScenarioReport] = []
      for scenario in scenarios {
        do {
          let report: ScenarioReport
          if let site {
            report = try await site.play(scenario)
          } else {
            report = try await player.play(scenario)
          }
          reports.append(report)
          tell(report)
        } catch {
          Terminal.warn("figure \(scenario.figure): \(error)")
          throw ExitStatus.notRun
        }
      }
      finish(reports)
      if !reports.allSatisfy(\.passed) { throw ExitStatus.negative }
    }

    /// Where the systems are, if not all of them here; nil: they are.
    private func place() throws -> ScenarioSite.Place? {
      if let bus {
        let known = ReferenceModel.systems.map(\.id)
        let names = play.map { $0.split(separator: ",").map { ParticipantID($0.uppercased()) } } ?? known
        try names.forEach(Self.check)
        return .elsewhere(try BusClient(bus, clientOptions.access()), playing: Set(names))
      }
      var places: [ParticipantID: String] = [:]
      for text in remote {
        let ends = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard ends.count == 2, ends[1].hasPrefix("http") else {
          throw ScenarioError(.noSystem, "--remote takes SYSTEM=URL, e.g. CIS=http://127.0.0.1:9000/bus")
        }
        let id = ParticipantID(ends[0].uppercased())
        try Self.check(id)
        places[id] = ends[1]
      }
      return places.isEmpty ? nil : .here(places)
    }

    private static func check(_ id: ParticipantID) throws {
      guard ReferenceModel.system(id) == nil else { return }
      let known = ReferenceModel.systems.map(\.id.rawValue).joined(separator: ", ")
      throw ScenarioError(.noSystem, "\(id) is no system of the reference model; known are \(known)")
    }

    private func tell(_ report: ScenarioReport) {
      switch format {
      case .json: Terminal.line(report.json.line)
      case .junit: break
      case .text:
        guard draw || !report.passed else { return }
        let display = DemoDisplay.standard()
        display.heading(report.scenario)
        display.show(report)
      }
    }

    private func finish(_ reports: [ScenarioReport]) {
      switch format {
      case .json: break
      case .junit: Terminal.write(JUnitText.document(reports))
      case .text:
        DemoDisplay.standard().summary(reports)
        for report in reports where !report.unchecked.isEmpty {
          Terminal.line("figure \(report.scenario.figure): not looked at: \(report.unchecked.joined(separator: "; "))")
        }
        for report in reports where !report.destroyed.isEmpty {
          Terminal.line("figure \(report.scenario.figure): lost for good: \(report.destroyed.joined(separator: "; "))")
        }
      }
    }
  }
}

extension ScenarioReport {
  /// A line of `run --format json`.
  fileprivate var json: JSONText {
    .object(
      [
        ("scenario", .string(scenario.id)), ("figure", .string(scenario.figure)),
        ("result", .string(passed ? "passed" : "failed")), ("messages", .number(messages)),
        ("seconds", .decimal((seconds * 1000).rounded() / 1000)),
      ] + (failure.map { [("failure", .string($0))] } ?? [])
        + (unchecked.isEmpty ? [] : [("unchecked", .array(unchecked.map { .string($0) }))])
        + (destroyed.isEmpty ? [] : [("destroyed", .array(destroyed.map { .string($0) }))]))
  }
}
