// Readings as a chart of characters.
import CIMModel
import MeterStore

/// A column chart for terminals.
///
/// ```
///   0.96 │      ▂▅█▆▃
///        │   ▁▄██████▇▄▁
///   0.00 │▂▃█████████████▅▂
///         2026-02-16T00:15:00Z … 2026-02-17T00:00:00Z   sum 41.2
/// ```
public struct ReadingChart: Sendable {
  /// Lines of the chart without its legend.
  public var height = 8
  /// Columns of the terminal.
  public var width = 80
  /// False: ASCII only.
  public var blocks = true

  public init() {}

  /// The lines. Where there are more readings than columns, a column is the one furthest from zero of
  /// those that fall into it.
  public func lines(_ series: SeriesReadings) -> [String] {
    let points = series.readings.compactMap { reading in
      reading.value.flatMap { ExactDecimal($0) }.map { (reading.time, $0.double) }
    }
    guard let first = points.first, let last = points.last else { return ["no numbers in this period"] }
    let least = min(0, points.map(\.1).min() ?? 0)
    let most = max(points.map(\.1).max() ?? 0, least)
    let labels = [Self.label(most), Self.label(least)]
    let margin = (labels.map(\.count).max() ?? 0) + 2
    let room = max(1, width - margin - 1)
    let columns = Self.columns(points.map(\.1), room)
    let range = most - least
    let steps = blocks ? ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : ["", ".", ".", ":", ":", "|", "|", "#", "#"]
    let rows = max(1, height)
    var lines: [String] = []
    for row in (0..<rows).reversed() {
      let label = row == rows - 1 ? labels[0] : row == 0 ? labels[1] : ""
      var line = String(repeating: " ", count: margin - 1 - label.count) + label + (blocks ? " │" : " |")
      for value in columns {
        let eighths = range > 0 ? (value - least) / range * Double(rows * 8) - Double(row * 8) : 0
        let step = Int(min(max(eighths.rounded(), 0), 8))
        line += step == 0 ? (row == 0 && blocks ? "▁" : row == 0 ? "_" : " ") : steps[step]
      }
      while line.hasSuffix(" ") { line.removeLast() }
      lines.append(line)
    }
    var legend = "\(first.0.xmlText) … \(last.0.xmlText)   \(points.count) readings"
    if series.combination == .sum {
      let sum = series.readings.compactMap { $0.value.flatMap { ExactDecimal($0) } }.reduce(0) { $0 + $1 }
      legend += "   sum \(sum)"
    }
    lines.append(String(repeating: " ", count: margin) + legend)
    return lines
  }

  private static func columns(_ values: [Double], _ room: Int) -> [Double] {
    guard values.count > room else { return values }
    return (0..<room).map { column in
      let start = column * values.count / room
      let end = max(start + 1, (column + 1) * values.count / room)
      return values[start..<end].max { $0.magnitude < $1.magnitude } ?? 0
    }
  }

  /// Three digits behind the point, or none for what is large.
  private static func label(_ value: Double) -> String {
    if value.magnitude >= 10_000 { return value.magnitude < 1e15 ? String(Int(value)) : String(value) }
    let thousandths = Int((value.magnitude * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return (value < 0 ? "-" : "") + "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count)
      + fraction
  }
}
