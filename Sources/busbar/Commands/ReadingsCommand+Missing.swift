// busbar readings missing: what of a day has not come.
import ArgumentParser
import CIMModel
import MeterStore
import SQLiteMeterStore
import TerminalDrawing
import VEE

struct ReadingsMissingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "missing",
    abstract: "How complete a local day is, and which intervals of which meters have not come.",
    discussion: """
      Example:  busbar readings missing --day 2026-02-10
                busbar readings missing --day 2026-02-10 --format json | jq -r .meter

      Series count that had readings within the last seven days; estimates count as missing.

      Exit code 0: the day is complete; 1: it is not; 2: the store could not be read.
      """)

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "The local day: 2026-02-10.")
  var day: String

  @Option(help: "Series listed at most.")
  var limit: Int = 100

  @Option(help: "text for people, or json, one object per line and series.")
  var format: OutputFormat = .text

  func run() throws {
    try ReadingsMetersCommand.told {
      let store = try storeOptions.open()
      let found = try Completeness(of: try LocalTime.day(day), in: store, limit: min(max(limit, 0), 1_000_000))
      if format == .json {
        for gap in found.gaps {
          let line = JSONText.object([
            ("meter", .string(gap.meter.key)), ("readingType", .string(gap.series.readingType)),
            ("missing", .number(gap.missing)), ("from", .string(gap.from.xmlText)), ("to", .string(gap.to.xmlText)),
          ])
          Terminal.line(line.line)
        }
      } else {
        // Rounded down: 100 % is for what is complete.
        let share = found.expected > 0 ? found.present * 10_000 / found.expected : 10_000
        Terminal.line(
          "\(day): \(found.present) of \(found.expected) intervals, \(share / 100).\(share % 100 / 10)\(share % 10) %; "
            + "\(found.incomplete) series lack some")
        let table = SummaryTable(
          [.text("Meter"), .number("Missing"), .text("From"), .text("To"), .text("Reading type")],
          rows: found.gaps.map {
            [$0.meter.key, String($0.missing), $0.from.xmlText, $0.to.xmlText, $0.series.readingType]
          })
        if !found.gaps.isEmpty { for line in table.lines(width: Terminal.width) { Terminal.line(line) } }
      }
      if found.incomplete > 0 { throw ExitStatus.negative }
    }
  }
}
