// busbar readings: what the store of readings holds.
public import ArgumentParser
import CIMCodes
import CIMModel
public import MeterQuery
import MeterStore
import SQLiteMeterStore
import TerminalDrawing

struct ReadingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "readings",
    abstract: "Query and export readings, and explain every value.",
    discussion: """
      Example:  busbar readings --meter MTR-00000001 --from 2026-02-10 --to 2026-02-11
                busbar readings --meter MTR-00000001 --from 2026-02-01 --to 2026-03-01 --sum day --format chart
                busbar readings --from 2026-02-10 --to 2026-02-11 --format csv > day.csv
                busbar readings --meter MTR-00000001 --from 2026-02-10 --to 2026-02-11 --as-of 2026-02-12T08:00:00Z
                busbar readings why --meter MTR-00000001 --at 2026-02-10T10:30:00Z
                busbar readings sql "SELECT day, count(*) FROM reading GROUP BY day"
      """,
    subcommands: [
      ReadingsGetCommand.self, ReadingsWhyCommand.self, ReadingsCheckCommand.self, ReadingsEditCommand.self,
      ReadingsMissingCommand.self, ReadingsMetersCommand.self, ReadingsRefusedCommand.self,
      ReadingsReleaseCommand.self, ReadingsSQLCommand.self,
    ],
    defaultSubcommand: ReadingsGetCommand.self)
}

enum ReadingsFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, xml, chart
}

extension ReadingSpan: ExpressibleByArgument {}

struct ReadingsGetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Readings of meters in a period.",
    discussion: """
      Intervals are those that end after --from and by --to. A day without a time is the begin of that local day.

      Exit code 0: there are readings; 1: there are none; 2: the store could not be read.
      """)

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(help: "mRID, name or usage point. Repeatable; without it all meters.")
  var meter: [String] = []

  @Option(name: .customLong("type"), help: "Reading types by pattern, e.g. '0.0.2.4.**' (see docs/meter-data.md).")
  var readingType: String?

  @Option(help: "Begin: 2026-02-10 or 2026-02-10T08:00:00Z.")
  var from: String

  @Option(help: "End: 2026-02-11 or 2026-02-10T09:00:00Z.")
  var to: String

  @Option(help: ArgumentHelp("Readings as they were known then.", valueName: "TIME"))
  var asOf: String?

  @Option(help: "Only readings with this quality code. Repeatable.")
  var quality: [String] = []

  @Flag(help: "Of registers: what they counted from one reading to the next, in place of their readings.")
  var delta = false

  @Option(help: "With --delta: digits of the register before the point, beyond which it begins at 0 again.")
  var digits: Int?

  @Option(help: "At another power of ten: 0 for Wh, 3 for kWh.")
  var multiplier: Int?

  @Option(help: "Put together over local time: hour, day or month.")
  var sum: ReadingSpan?

  @Option(help: "table, csv, json (one object per line and series), xml (a MeterReadings document), or chart.")
  var format: ReadingsFormat = .table

  @Flag(help: "Also of meters that wait to be released.")
  var held = false

  func run() throws {
    let store = try storeOptions.open()
    do {
      var query = ReadingQuery(meters: meter, from: try LocalTime.read(from, store), to: try LocalTime.read(to, store))
      query.readingTypes = try readingType.map { try ReadingTypePattern(parsing: $0) }
      query.asOf = try asOf.map { try LocalTime.read($0, store) }
      query.qualities = quality
      query.includesHeld = held
      var count = 0
      if format == .csv { Terminal.write(ReadingText.csvHeader) }
      if format == .xml { Terminal.write(ReadingText.xmlHead) }
      try query.run(on: store) { series in
        var series = series
        if delta { series = series.deltas(digits: digits) ?? series }
        if let multiplier { series = series.scaled(toMultiplier: multiplier) ?? series }
        if let sum { series = series.combined(over: sum, days: store.days) }
        count += series.readings.count
        show(series)
      }
      if format == .xml { Terminal.write(ReadingText.xmlTail) }
      if count == 0 {
        Terminal.warn("busbar: there are no such readings")
        throw ExitStatus.negative
      }
    } catch let exit as ExitCode {
      throw exit
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }

  private func show(_ series: SeriesReadings) {
    switch format {
    case .csv: Terminal.write(ReadingText.csv(series))
    case .json: Terminal.write(ReadingText.json(series))
    case .xml: Terminal.write(ReadingText.xml(series))
    case .chart:
      var chart = ReadingChart()
      chart.width = Terminal.width
      chart.blocks = Terminal.errorStyle.boxDrawing
      Terminal.line("\(series.meter.key)   \(series.series.readingType)")
      for line in chart.lines(series) { Terminal.line(line) }
    case .table:
      Terminal.line("\(series.meter.key)   \(series.series.readingType)")
      let table = SummaryTable(
        [.text(series.series.isInterval ? "Interval to" : "Time"), .number("Value"), .text("Quality")],
        rows: series.readings.map { [$0.time.xmlText, $0.value ?? "-", $0.qualities.joined(separator: " ")] })
      for line in table.lines(width: Terminal.width) { Terminal.line(line) }
    }
  }
}

/// Times on the command line: days are the store's local days.
enum LocalTime {
  static func read(_ text: String, _ store: any ReadingStore) throws -> Timestamp {
    if let time = Timestamp(xmlText: text, zoneOffsetMinutes: nil) { return time }
    return Timestamp(microseconds: store.days.instants(of: try day(text)).lowerBound)
  }

  /// The number of a calendar day.
  static func day(_ text: String) throws -> Int32 {
    guard let midnight = Timestamp(xmlText: text + "T00:00:00Z") else {
      throw FileError(description: "\(text) is no time: say 2026-02-10, or 2026-02-10T08:00:00Z with its zone")
    }
    let (days, rest) = midnight.microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
    return Int32(truncatingIfNeeded: rest < 0 ? days - 1 : days)
  }
}
