// Series of readings on standard output.
import CIMModel
import MeterQuery
import MeterStore
import TerminalDrawing

/// Writes series as they come.
struct ReadingsOutput {
  private let format: ReadingsFormat
  private var greenButton: GreenButtonText
  /// Readings that were shown.
  private(set) var count = 0

  init(_ format: ReadingsFormat, _ store: any ReadingStore) {
    self.format = format
    greenButton = GreenButtonText(days: store.days, now: .now())
  }

  func begin() {
    switch format {
    case .csv: Terminal.write(ReadingText.csvHeader)
    case .xml: Terminal.write(ReadingText.xmlHead)
    case .greenButton: Terminal.write(greenButton.head)
    case .json, .chart, .table: break
    }
  }

  func end() {
    switch format {
    case .xml: Terminal.write(ReadingText.xmlTail)
    case .greenButton:
      Terminal.write(GreenButtonText.tail)
      if greenButton.leftOut > 0 {
        Terminal.warn("busbar: \(greenButton.leftOut) readings were left out: Green Button has whole numbers only")
      }
    case .csv, .json, .chart, .table: break
    }
  }

  mutating func show(_ series: SeriesReadings) {
    count += series.readings.count
    switch format {
    case .csv: Terminal.write(ReadingText.csv(series))
    case .json: Terminal.write(ReadingText.json(series))
    case .xml: Terminal.write(ReadingText.xml(series))
    case .greenButton: Terminal.write(greenButton.entries(series))
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
