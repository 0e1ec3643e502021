// A table with aligned columns.

/// A table: a title line, a rule, rows.
///
/// ```swift
/// SummaryTable([.text("Noun"), .number("Messages")], rows: [["MeterReadings", "1,204"]]).lines(width: 80)
/// // Noun           Messages
/// // ─────────────  ────────
/// // MeterReadings     1,204
/// ```
public struct SummaryTable: Sendable, Hashable {
  public struct Column: Sendable, Hashable {
    public var title: String
    public var alignment: Alignment

    public init(_ title: String, _ alignment: Alignment) {
      self.title = title
      self.alignment = alignment
    }

    /// Words stand left.
    public static func text(_ title: String) -> Column { Column(title, .left) }
    /// Numbers stand right.
    public static func number(_ title: String) -> Column { Column(title, .right) }
  }

  public var columns: [Column]
  /// Cells missing at the end of a row are empty; cells beyond the columns are not shown.
  public var rows: [[String]]

  public init(_ columns: [Column], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The lines without trailing spaces. Where they do not fit, the widest columns give way and their cells are
  /// elided: first those of text, then titles over numbers, at last all.
  public func lines(width: Int, style: DrawingStyle = .plain) -> [String] {
    guard !columns.isEmpty else { return [] }
    let cells = rows.map { row in columns.indices.map { $0 < row.count ? row[$0].printable : "" } }
    let titles = columns.map(\.title.printable)
    var widths = columns.indices.map { column in
      cells.reduce(titles[column].displayWidth) { max($0, $1[column].displayWidth) }
    }
    let numbers = columns.indices.map { column in cells.reduce(1) { max($0, $1[column].displayWidth) } }
    let textFirst = columns.indices.map { columns[$0].alignment == .left ? min(8, widths[$0]) : widths[$0] }
    let titlesNext = columns.indices.map {
      columns[$0].alignment == .left ? textFirst[$0] : min(widths[$0], numbers[$0])
    }
    for least in [textFirst, titlesNext, columns.map { _ in 1 }] { shrink(&widths, to: width, least: least) }
    let rule = style.boxDrawing ? "─" : "-"
    func line(_ texts: [String], _ ink: Ink?) -> String {
      let fitted = columns.indices.map {
        texts[$0].fitted(to: widths[$0], columns[$0].alignment, mark: style.ellipsis)
      }
      let text = fitted.joined(separator: "  ").trimmedRight
      // Columns of one and their gaps may still be too many for the terminal.
      return style.paint(text.leading(max(0, width)), ink)
    }
    return [line(titles, .bold), line(widths.map { String(repeating: rule, count: $0) }, .faint)]
      + cells.map { line($0, nil) }
  }

  /// Narrows the widest columns that may still give way until all fit.
  private func shrink(_ widths: inout [Int], to width: Int, least: [Int]) {
    let gaps = 2 * (columns.count - 1)
    while widths.reduce(gaps, +) > width {
      let candidates = columns.indices.filter { widths[$0] > least[$0] }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
    }
  }
}
