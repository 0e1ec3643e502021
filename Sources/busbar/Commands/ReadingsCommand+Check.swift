// busbar readings check and edit: validation, estimation, editing.
import ArgumentParser
import CIMCodes
import CIMModel
import MeterStore
import SQLiteMeterStore
import TerminalDrawing
import VEE

struct ReadingsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate days, estimate what is missing, and keep the reason with every value.",
    discussion: """
      Example:  busbar readings check --from 2026-02-10 --to 2026-02-10
                busbar readings check --rules rules.conf --from 2026-02-01 --to 2026-02-28 --meter MTR-00000001

      The rules, the methods and the file of settings: docs/meter-data.md. What was there before can still be asked for.
      """)

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "File with groups, limits and methods; without it the built-in ones.")
  var rules: String?

  @Option(help: "First local day: 2026-02-10.")
  var from: String

  @Option(help: "Last local day; at most 366 days on.")
  var to: String

  @Option(help: "mRID, name or usage point. Repeatable; without it all meters.")
  var meter: [String] = []

  @Option(help: "Who is recorded as the one who had it done.")
  var author: String = "busbar readings check"

  func run() throws {
    try ReadingsMetersCommand.told {
      let settings = try rules.map { try SettingsFile.rules($0) } ?? VEESettings()
      let store = try storeOptions.open()
      let first = try LocalTime.day(from)
      let last = try LocalTime.day(to)
      guard first <= last else { throw FileError(description: "--from \(from) is behind --to \(to)") }
      let report = try VEEPipeline(store: store, settings: settings, author: author).run(
        days: first...last, meters: meter)
      Terminal.line(
        "\(report.days) days of series, \(report.readings) readings; \(report.changed) changed, \(report.unfilled) without estimate"
      )
      let rows =
        ValidationRule.allCases.compactMap { rule in
          report.findings[rule].map { ["failed", rule.rawValue, String($0)] }
        }
        + EstimationMethod.allCases.compactMap { way in
          report.estimated[way].map { ["estimated", way.rawValue, String($0)] }
        }
      if rows.isEmpty { return }
      let table = SummaryTable([.text("What"), .text("By"), .number("Readings")], rows: rows)
      for line in table.lines(width: Terminal.width) { Terminal.line(line) }
    }
  }
}

struct ReadingsEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Set or reject one reading, with a reason; nothing is lost by it.",
    discussion: """
      Example:  busbar readings edit --meter MTR-00000001 --at 2026-02-10T10:30:00Z --value 1.25 --reason "read by hand" \\
                  --author ada
                busbar readings edit --meter MTR-00000001 --at 2026-02-10T10:30:00Z --reject --reason bypassed --author ada
      """)

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "mRID, name or usage point.")
  var meter: String

  @Option(name: .customLong("type"), help: "Reading type by pattern; needed where the meter has several.")
  var readingType: String?

  @Option(help: "The end of the interval, the instant of the reading.")
  var at: String

  @Option(help: "The new value.")
  var value: String?

  @Flag(help: "The value stays and is not to be used.")
  var reject = false

  @Option(help: "Why, in words.")
  var reason: String

  @Option(help: "Who edits.")
  var author: String

  func validate() throws {
    if (value == nil) != reject { throw ValidationError("Say either --value or --reject.") }
    if let value, ExactDecimal(value) == nil { throw ValidationError("--value wants a number, not '\(value)'.") }
  }

  func run() throws {
    try ReadingsMetersCommand.told {
      let store = try storeOptions.open()
      let time = try LocalTime.read(at, store)
      let pattern = try readingType.map { try ReadingTypePattern(parsing: $0) }
      let series = try store.read { reader in
        guard let meter = try reader.meter(meter) else { throw FileError(description: "there is no meter \(meter)") }
        return try reader.series(of: meter.number).filter { one in
          pattern.map { ReadingType(one.readingType)?.matches($0) ?? false } ?? true
        }
      }
      guard series.count == 1 else {
        throw FileError(
          description: "\(meter) has \(series.count) such series: name one with --type, of "
            + series.map(\.readingType).joined(separator: ", "))
      }
      let change: ReadingEdit.Change = value.flatMap { ExactDecimal($0) }.map { .value($0) } ?? .reject
      _ = try ReadingEdit.apply(
        [ReadingEdit(series: series[0], time: time, change: change, reason: reason)], to: store, author: author)
    }
  }
}
