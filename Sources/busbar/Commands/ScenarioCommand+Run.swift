// busbar scenario run: plays scenarios and says what became of each.
import ArgumentParser
import Components
import Logging
import Scenarios
import TerminalDrawing

extension ScenarioCommand {
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Play scenarios.",
      discussion: """
        Each is played by itself, on a bus in memory with its systems and nobody else. It passes when every message came
        as it should, is valid against its profile with codes that are known, and when the systems are in the state that
        the scenario expects.

        Example:  busbar scenario run 33 figure-14
                  busbar scenario run --all --format json
                  busbar scenario run mine.yaml --seed 7
                  busbar scenario run --all --fault drop=0.02,delay=100ms,duplicate=0.1

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

    @Flag(help: "Draw what was exchanged; those that failed are drawn without it.")
    var draw = false

    func validate() throws {
      if all != names.isEmpty { throw ValidationError("Name scenarios, or all of them with --all.") }
      if !(ScenarioRunner.minimumMeters...1_000_000).contains(meters) {
        throw ValidationError("--meters must be \(ScenarioRunner.minimumMeters) to 1000000.")
      }
    }

    func run() async throws {
      let scenarios: [Scenario]
      let faults: FaultPlan?
      do {
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
      var reports: [ScenarioReport] = []
      for scenario in scenarios {
        do {
          let report = try await player.play(scenario)
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
        + (destroyed.isEmpty ? [] : [("destroyed", .array(destroyed.map { .string($0) }))]))
  }
}
