// busbar scenario draw: a scenario as a sequence diagram, without playing it.
import ArgumentParser
import Scenarios
import TerminalDrawing

extension ScenarioCommand {
  struct Draw: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "draw", abstract: "Draw a scenario as a sequence diagram.",
      discussion: """
        Example:  busbar scenario draw 33
                  busbar scenario draw mine.yaml --svg > mine.svg

        Exit code 0: drawn; 2: there is no such scenario.
        """)

    @Argument(help: ArgumentHelp("Id, number of a figure, or scenario file.", valueName: "ID"))
    var name: String

    @Flag(help: "As SVG instead of text.")
    var svg = false

    func run() throws {
      do {
        for scenario in try Scenario.wanted([name]) {
          if svg {
            Terminal.write(SequenceSVG(scenario.plan).document(title: "Figure \(scenario.figure): \(scenario.title)"))
          } else {
            let display = DemoDisplay.standard()
            display.heading(scenario)
            for line in scenario.plan.lines(width: display.width, style: display.style) { Terminal.line(line) }
          }
        }
      } catch {
        Terminal.warn(String(describing: error))
        throw ExitStatus.notRun
      }
    }
  }
}
