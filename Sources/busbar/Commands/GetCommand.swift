// busbar get: a query by example, answered as a table.
import ArgumentParser
import CIMModel
import Components
import IECMessage
import TerminalDrawing

struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Ask a running bus for objects of a noun.",
    discussion: """
      Without a period the meters are read on request; with one the stored readings of the period are given.

      Example:  busbar get MeterReadings --meter MTR-00000001
                busbar get MeterReadings --meter MTR-00000001 --start 2026-11-20T00:00:00Z --end 2026-11-21T00:00:00Z
                busbar get MeterReadings --meter MTR-00000001 --format xml

      Exit code 0: OK or PARTIAL; 1: FAILED; 2: not sent or not answered.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, xml, json }

  @Argument(help: "MeterReadings in this version.")
  var noun: String

  @Option(help: "Name or mRID of a meter; repeatable.")
  var meter: [String] = []

  @Option(help: "Name or mRID of a usage point; repeatable.")
  var usagePoint: [String] = []

  @Option(help: "Code of a reading type; repeatable.")
  var readingType: [String] = []

  @Option(help: "Begin of the period, e.g. 2026-11-20T00:00:00Z.")
  var start: String?

  @Option(help: "End of the period.")
  var end: String?

  @Option(help: "table, xml (the reply as it came) or json (one line per reading).")
  var format: Format = .table

  @Option(help: "What to say in Header.Source.")
  var source: String = "busbar"

  @Option(help: "The bus.")
  var to: String = "http://127.0.0.1:8480"

  @OptionGroup var clientOptions: ClientOptions

  func validate() throws {
    if noun != "MeterReadings" {
      throw ValidationError("This version gets MeterReadings only; send other queries with 'busbar send FILE'.")
    }
    if meter.isEmpty && usagePoint.isEmpty { throw ValidationError("Name a --meter or a --usage-point.") }
    if (start == nil) != (end == nil) { throw ValidationError("A period needs --start and --end.") }
    for text in [start, end].compactMap({ $0 }) where Timestamp(xmlText: text, zoneOffsetMinutes: nil) == nil {
      throw ValidationError("'\(text)' is no instant with a time zone; write it as 2026-11-20T00:00:00Z.")
    }
  }

  func run() async throws {
    let answer: BusClient.Answer
    do {
      answer = try await BusClient(to, clientOptions.access()).post(try MessageWriter().write(request()))
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
    let message = MessageReader(unpacker: GzipPayload()).read(answer.body).message
    guard let message, let reply = message.reply else {
      Terminal.warn("busbar: the answer (HTTP \(answer.status)) holds no reply")
      throw ExitStatus.notRun
    }
    for error in reply.errors where error.code != "0.0" {
      Terminal.warn("busbar: \(error.code) \(error.reason ?? "")" + (error.details.map { " (\($0))" } ?? ""))
    }
    let rows = (message.payload?.objects ?? []).flatMap { ReadingRow.rows(of: $0) }
    switch format {
    case .xml: Terminal.write(String(decoding: answer.body, as: UTF8.self))
    case .json: for row in rows { Terminal.line(row.json.line) }
    case .table where !rows.isEmpty:
      let table = SummaryTable(
        [.text("Meter"), .text("Time"), .text("Reading type"), .number("Value"), .text("Quality")],
        rows: rows.map { [$0.meter, $0.timeStamp, $0.readingType, $0.value, $0.qualities.joined(separator: " ")] })
      for line in table.lines(width: max(Terminal.width, 80)) { Terminal.line(line) }
    case .table: break
    }
    if reply.result == .failed { throw ExitStatus.negative }
  }

  private func request() -> Message {
    func objects(_ texts: [String]) -> [IdentifiedObject] {
      // An mRID is a UUID here as in most systems; everything else is a name.
      texts.map { $0.utf8.count == 36 && $0.split(separator: "-").count == 5 ? .init(mRID: $0) : .init(names: [$0]) }
    }
    var intervals: [DateTimeInterval] = []
    if let from = start.flatMap({ Timestamp(xmlText: $0) }), let until = end.flatMap({ Timestamp(xmlText: $0) }) {
      intervals = [DateTimeInterval(start: from, end: until)]
    }
    let query = GetMeterReadings(
      endDevices: objects(meter), readingTypes: readingType, scheduleIntervals: intervals,
      usagePoints: objects(usagePoint))
    return .get("MeterReadings", query.element, source: source)
  }
}

/// One value of a MeterReadings payload, flat.
struct ReadingRow {
  var meter: String
  var timeStamp: String
  var readingType: String
  var value: String
  var qualities: [String]

  static func rows(of payload: Element) -> [ReadingRow] {
    payload.all("MeterReading").flatMap { reading -> [ReadingRow] in
      let place = reading["Meter"] ?? reading["UsagePoint"]
      let meter = place?.at("Names", "name")?.text ?? place?.text("mRID") ?? ""
      func row(_ element: Element, _ type: String?) -> ReadingRow {
        ReadingRow(
          meter: meter, timeStamp: element.text("timeStamp") ?? "", readingType: type ?? "",
          value: element.text("value") ?? "",
          qualities: element.all("ReadingQualities").compactMap { $0["ReadingQualityType"]?.attribute("ref") })
      }
      let registers = reading.all("Readings").map { row($0, $0["ReadingType"]?.attribute("ref")) }
      let intervals = reading.all("IntervalBlocks").flatMap { block in
        block.all("IntervalReadings").map { row($0, block["ReadingType"]?.attribute("ref")) }
      }
      return registers + intervals
    }
  }

  var json: JSONText {
    .object([
      ("meter", .string(meter)), ("timeStamp", .string(timeStamp)), ("readingType", .string(readingType)),
      ("value", .string(value)), ("qualities", .array(qualities.map { .string($0) })),
    ])
  }
}
