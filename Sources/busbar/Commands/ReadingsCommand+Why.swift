// busbar readings why, meters, refused, release, sql.
import ArgumentParser
import CIMModel
import MeterQuery
import MeterStore
import SQLiteMeterStore
import TerminalDrawing

struct ReadingsWhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Every state a reading had: its value, who made it so and when, by which rule, out of what.")

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "mRID, name or usage point.")
  var meter: String

  @Option(help: "The end of the interval, the instant of the reading: 2026-02-10T10:30:00Z.")
  var at: String

  func run() throws {
    try ReadingsMetersCommand.told {
      let store = try storeOptions.open()
      let time = try LocalTime.read(at, store)
      let series = try store.read { reader in try reader.meter(meter).map { try reader.series(of: $0.number) } }
      guard let series else { throw FileError(description: "there is no meter \(meter)") }
      var isFound = false
      for one in series {
        guard let history = try ReadingHistory(of: one, at: time, in: store) else { continue }
        isFound = true
        Terminal.line("\(meter)   \(one.readingType)   \(time.xmlText)")
        for state in history.states {
          let value = state.value ?? (state.qualities.isEmpty ? "no reading" : "no value")
          let codes = state.qualities.isEmpty ? "" : "   " + state.qualities.joined(separator: " ")
          Terminal.line("  \(value)\(codes)")
          let batch = state.batch
          Terminal.line(
            "    since \(batch.recorded.xmlText), \(batch.batch.kind) of \(batch.batch.source), by \(batch.batch.author)"
          )
          for why in state.explanations {
            Terminal.line("    \(why.rule): \(why.inputs)" + (why.version.isEmpty ? "" : "   (rules \(why.version))"))
          }
        }
      }
      if !isFound {
        Terminal.warn("busbar: \(meter) has no reading of \(time.xmlText) and never had one")
        throw ExitStatus.negative
      }
    }
  }
}

struct ReadingsMetersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meters", abstract: "The meters of the store and what is read of them, in order of their numbers.")

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "Meters behind the one of this number.")
  var after: Int = 0

  @Option(help: "Meters at most.")
  var limit: Int = 100

  func run() throws {
    try Self.told {
      let store = try storeOptions.open()
      let rows = try store.read { reader in
        try reader.meters(after: Int64(after), limit: min(max(limit, 1), 1_000_000)).map { meter in
          [
            String(meter.number), meter.mRID ?? "", meter.name ?? "", meter.usagePoint ?? "",
            meter.state == .held ? "held" : "",
            try reader.series(of: meter.number).map(\.readingType).joined(separator: " "),
          ]
        }
      }
      let table = SummaryTable(
        [
          .number("Number"), .text("mRID"), .text("Name"), .text("Usage point"), .text("State"), .text("Reading types"),
        ], rows: rows)
      for line in table.lines(width: Terminal.isTerminal ? Terminal.width : 1000) { Terminal.line(line) }
    }
  }

  /// Says on standard error what went wrong, and ends the command with "not run".
  static func told(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let exit as ExitCode {
      throw exit
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }
}

struct ReadingsRefusedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refused", abstract: "Readings that were not taken in, as they came, and why.")

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "Readings at most.")
  var limit: Int = 1000

  func run() throws {
    try ReadingsMetersCommand.told {
      let refused = try storeOptions.open().read { try $0.refused(limit: min(max(limit, 1), 1_000_000)) }
      let table = SummaryTable(
        [.text("Why"), .text("Reply code"), .text("Meter"), .text("Time"), .text("Value"), .text("Reading type")],
        rows: refused.map {
          [$0.reason, $0.replyCode, $0.meter, $0.stamp?.xmlText ?? "-", $0.value ?? "-", $0.readingType]
        })
      for line in table.lines(width: Terminal.isTerminal ? Terminal.width : 1000) { Terminal.line(line) }
    }
  }
}

struct ReadingsReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Release meters whose readings are held (busbar ingest --unknown-meters hold).")

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Argument(help: "mRIDs, names or usage points.")
  var meters: [String]

  func run() throws {
    try ReadingsMetersCommand.told {
      let store = try storeOptions.open()
      try store.write(Batch(kind: "edit", source: "release", author: "busbar readings release")) { writer in
        for key in meters {
          guard let meter = try writer.meter(key) else { throw FileError(description: "there is no meter \(key)") }
          try writer.setState(.active, of: meter.number)
        }
      }
    }
  }
}

struct ReadingsSQLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Ask the store in SQL; the view 'reading' has a row per reading. Answers as CSV.",
    discussion: """
      Example:  busbar readings sql "SELECT day, count(*) FROM reading WHERE meter = 'MTR-00000001' GROUP BY day"
      """)

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "Rows at most.")
  var limit: Int = 100_000

  @Argument(help: "One SELECT.")
  var sql: String

  func run() throws {
    try ReadingsMetersCommand.told {
      let answer = try storeOptions.openFile().rows(sql: sql, limit: min(max(limit, 1), 10_000_000))
      func line(_ fields: [String]) -> String {
        fields.map { field in
          guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
          return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }.joined(separator: ",")
      }
      Terminal.line(line(answer.columns))
      for row in answer.rows { Terminal.line(line(row.map { $0 ?? "" })) }
    }
  }
}
