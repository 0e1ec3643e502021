// busbar scenario: the standard's exchange figures, played and drawn.
import ArgumentParser
import MessageBus
import Scenarios
import TerminalDrawing

struct ScenarioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "List, play, draw and record exchange figures of IEC 61968-9.",
    discussion: """
      A scenario is a YAML file (docs/scenarios.md): who says what to whom, and what has to come of it. Busbar's own are \
      built in, one for each exchange figure; others are named by their file.

      Example:  busbar scenario list
                busbar scenario run 33
                busbar scenario run --all --format junit > scenarios.xml
                busbar scenario draw 33 --svg > figure-33.svg
                busbar scenario record --last 20 > mine.yaml
      """,
    subcommands: [List.self, Run.self, Draw.self, Record.self, Partners.self, StormRun.self])

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the scenarios there are.",
      discussion: """
        Example:  busbar scenario list
                  busbar scenario list --format json
        """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "text for people, json for machines: a line for each scenario.")
    var format: Format = .text

    func run() {
      if format == .json {
        for scenario in Scenario.all { Terminal.line(scenario.json.line) }
        return
      }
      let table = SummaryTable(
        [.text("Id"), .text("Figure"), .text("Exchange"), .text("Clause"), .text("Sequence"), .text("Systems")],
        rows: Scenario.all.map { scenario in
          [
            scenario.id, scenario.figure, scenario.title, scenario.clause, scenario.certainty.rawValue,
            scenario.participants.map(\.rawValue).joined(separator: " "),
          ]
        })
      let style = DrawingStyle(boxDrawing: true, colour: Terminal.hasColor)
      for line in table.lines(width: Terminal.width, style: style) { Terminal.line(line) }
    }
  }
}

extension Scenario {
  /// What `list --format json` tells of it.
  fileprivate var json: JSONText {
    .object([
      ("scenario", .string(id)), ("figure", .string(figure)), ("title", .string(title)), ("clause", .string(clause)),
      ("certainty", .string(certainty.rawValue)), ("basis", .string(basis)),
      ("participants", .array(participants.map { .string($0.rawValue) })), ("steps", .number(steps.count)),
    ])
  }

  /// The scenarios that words of a command line name: ids, numbers of figures, or files.
  ///
  /// - Throws: `ScenarioError` where there is no such scenario, or a file cannot be used; `FileError`.
  static func wanted(_ words: [String]) throws -> [Scenario] {
    try words.map { word in
      if let scenario = Scenario.named(word) { return scenario }
      guard word == "-" || word.hasSuffix(".yaml") || word.hasSuffix(".yml") || word.contains("/") else {
        throw ScenarioError(
          .unknown, "there is no scenario '\(word)'; busbar scenario list shows those there are, a file ends in .yaml")
      }
      let bytes = try FileInput.read(word, limit: ScenarioFile.sizeLimit)
      return try ScenarioFile.read(String(decoding: bytes, as: UTF8.self), file: word)
    }
  }
}
