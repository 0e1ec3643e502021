// Where the lifelines of a sequence diagram stand.

/// Columns of the lifelines, found by giving the room there is first to what needs it most.
struct DiagramLayout {
  /// Most lines a label takes above its arrow.
  static let labelLines = 3

  /// The names in the boxes on top, each in one line or two.
  let names: [[String]]
  let boxWidths: [Int]
  /// Columns from each lifeline to the next; the last element is the room right of the last lifeline.
  private(set) var gaps: [Int]
  private let first: Int

  /// - Parameter margin: least room right of the last lifeline.
  init(names: [String], width: Int, margin: Int, mark: String) {
    let most = DiagramLayout.widestBox(names, width: width - margin)
    self.names = names.map { $0.wrapped(to: most - 4, lines: 2, mark: mark) }
    let boxes = self.names.map { 4 + $0.reduce(1) { max($0, $1.displayWidth) } }
    boxWidths = boxes
    first = (boxes.first ?? 0) / 2
    gaps = boxes.indices.map { index in
      // The frame of each box and one column between two.
      let right = boxes[index] - boxes[index] / 2
      return index + 1 < boxes.count ? right + boxes[index + 1] / 2 + 1 : max(right, margin)
    }
    // Arrows need some length even between narrow boxes.
    for index in gaps.indices.dropLast() { grow(index..<(index + 1), to: 8, width: width) }
  }

  /// The width beyond which names wrap, so that boxes leave a fifth of the drawing to the labels.
  private static func widestBox(_ names: [String], width: Int) -> Int {
    let wanted = names.map { $0.displayWidth + 4 }
    func total(_ most: Int) -> Int { wanted.reduce(names.count - 1) { $0 + min($1, most) } }
    var most = wanted.max() ?? 5
    while most > 5, total(most) > width * 4 / 5 { most -= 1 }
    // Narrower than that names are hardly told apart; then the labels have to wrap.
    while most < 12, total(most + 1) <= width { most += 1 }
    return max(5, most)
  }

  var columns: [Int] {
    var (columns, column) = ([Int](), first)
    for gap in gaps {
      columns.append(column)
      column += gap
    }
    return columns
  }

  /// Columns of the whole drawing.
  var width: Int { first + gaps.reduce(0, +) }

  func span(_ range: Range<Int>) -> Int { range.reduce(0) { $0 + gaps[$1] } }

  /// Widens some gaps together to a span, evenly, as far as the width of the drawing allows.
  mutating func grow(_ range: Range<Int>, to wanted: Int, width: Int) {
    guard !range.isEmpty else { return }
    let missing = min(wanted - span(range), width - self.width)
    guard missing > 0 else { return }
    for _ in 0..<missing {
      // The narrowest first, so that long and short labels end in even columns.
      if let narrowest = range.min(by: { gaps[$0] < gaps[$1] }) { gaps[narrowest] += 1 }
    }
  }

  /// Makes room for the labels: first that none needs more than three lines, then two, then one.
  mutating func makeRoom(for demands: [Demand], width: Int) {
    for lines in stride(from: DiagramLayout.labelLines, through: 1, by: -1) {
      // Labels between neighbours have no other room; those with wide spans may then fit already. Texts beside a
      // lifeline wrap well, so they come last.
      let sorted = demands.sorted { ($0.isBeside ? 1 : 0, $0.gaps.count) < ($1.isBeside ? 1 : 0, $1.gaps.count) }
      for demand in sorted { grow(demand.gaps, to: demand.need(lines: lines), width: width) }
    }
  }

  /// What one step wants of the gaps it spans.
  struct Demand {
    var gaps: Range<Int>
    var label: String
    /// Columns of the span that are not the label's.
    var frame: Int
    /// True for notes and messages to oneself.
    var isBeside = false

    func need(lines: Int) -> Int {
      let whole = label.displayWidth
      guard lines > 1 else { return whole + frame }
      var width = max(1, (whole + lines - 1) / lines)
      while width < whole, label.wrapped(to: width, lines: lines + 1).count > lines { width += 1 }
      return width + frame
    }
  }
}
