// busbar readings: what the store of readings holds.
import LocalTime
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

enum ReadingsFormat: String, CaseIterable {
  case table, csv, json, xml, chart
  case greenButton = "green-button"

  init(named name: String) throws {
    if name == "parquet" {
      throw ValidationError(
        "Busbar writes no Parquet of its own: write --format csv and have DuckDB make it, COPY (FROM 'readings.csv') TO "
          + "'readings.parquet'; docs/analysis.md has the lines.")
    }
    guard let known = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(name)' is no format: take one of \(names).")
    }
    self = known
  }
}

extension ReadingSpan: ExpressibleByArgument {}
extension GroupProfile.Combination: ExpressibleByArgument {}

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

  @Option(
    help: "Put together over periods between these dates or times, as of bills: 2026-01-15,2026-02-14,2026-03-16.")
  var periods: String?

  @Option(help: ArgumentHelp("Groups of meters (docs/meter-data.md).", valueName: "FILE"))
  var groups: String?

  @Option(help: "With --groups: only the meters of this group.")
  var group: String?

  @Option(help: "All meters together, interval by interval: sum or mean.")
  var profile: GroupProfile.Combination?

  @Option(
    help: "table, csv, json (one object per line and series), xml (a MeterReadings document), green-button, or chart.",
    transform: ReadingsFormat.init(named:))
  var format: ReadingsFormat = .table

  @Flag(help: "Also of meters that wait to be released.")
  var held = false

  func validate() throws {
    if (groups == nil) != (group == nil) { throw ValidationError("--groups and --group go together.") }
    if group != nil, !meter.isEmpty { throw ValidationError("Name meters or a group, not both.") }
    if sum != nil, periods != nil { throw ValidationError("Put together by --sum or by --periods, not both.") }
  }

  func run() throws {
    let store = try storeOptions.open()
    do {
      var query = ReadingQuery(meters: meter, from: try LocalTime.read(from, store), to: try LocalTime.read(to, store))
      query.readingTypes = try readingType.map { try ReadingTypePattern(parsing: $0) }
      query.asOf = try asOf.map { try LocalTime.read($0, store) }
      query.qualities = quality
      query.includesHeld = held
      query.includesEmpty = profile != nil
      if let groups, let group {
        query.meters = try members(of: group, in: try SettingsFile.groups(groups), store)
      }
      let bounds = try periods?.split(separator: ",").map { try LocalTime.read(String($0), store) }
      var profile = profile.map { GroupProfile($0, name: group ?? "all meters") }
      var output = ReadingsOutput(format, store)
      output.begin()
      func finish(_ series: SeriesReadings) {
        var series = series
        if let sum { series = series.combined(over: sum, days: store.days) }
        if let bounds { series = series.combined(between: bounds) }
        output.show(series)
      }
      try query.run(on: store) { series in
        var series = series
        if delta { series = series.deltas(digits: digits) ?? series }
        if let multiplier { series = series.scaled(toMultiplier: multiplier) ?? series }
        if profile?.add(series) == nil { finish(series) }
      }
      for series in profile?.series ?? [] { finish(series) }
      output.end()
      let count = output.count
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

  private func members(of name: String, in groups: MeterGroups, _ store: any ReadingStore) throws -> [String] {
    guard let group = groups[name] else {
      throw FileError(
        description: "there is no group \(name): the file has \(groups.groups.map(\.name).joined(separator: ", "))")
    }
    let meters = try store.read { try groups.meters(of: group, in: $0) }.filter { held || $0.state == .active }
    guard !meters.isEmpty else { throw FileError(description: "no meter of group \(name) is in the store") }
    return meters.map(\.key)
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
