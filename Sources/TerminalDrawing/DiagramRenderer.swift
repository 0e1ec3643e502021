// Draws a sequence diagram row by row.

struct DiagramRenderer {
  private let diagram: SequenceDiagram
  private let style: DrawingStyle
  private let strokes: Strokes
  private let layout: DiagramLayout
  private let columns: [Int]
  /// The number of each participant by its name.
  private let index: [String: Int]
  private var rows: [CanvasRow] = []

  init(_ diagram: SequenceDiagram, width: Int, style: DrawingStyle) {
    self.diagram = diagram
    self.style = style
    strokes = style.boxDrawing ? .box : .ascii
    let names = DiagramRenderer.names(of: diagram)
    let index = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let last = names.count - 1
    let arrows = diagram.steps.compactMap { step in
      if case .exchange(let exchange) = step { Arrow(exchange, index) } else { nil }
    }
    let needsMargin = arrows.contains { $0.from == last && ($0.isToSelf || $0.to.isEmpty) }
    var layout = DiagramLayout(
      names: names.map { $0.printable.elided(to: 60) }, width: width, margin: needsMargin ? 16 : 0,
      mark: style.ellipsis)
    let notes = diagram.steps.compactMap { step in
      guard case .note(let text, let over) = step else { return DiagramLayout.Demand?.none }
      return DiagramRenderer.demand(text, over.compactMap { index[$0] }, last)
    }
    layout.makeRoom(for: arrows.flatMap { $0.demands(last: last) } + notes, width: width)
    self.index = index
    self.layout = layout
    columns = layout.columns
  }

  /// A note reaches to either side up to two columns from the next lifeline.
  private static func demand(_ text: String, _ over: [Int], _ last: Int) -> DiagramLayout.Demand? {
    guard let low = over.min(), let high = over.max() else { return nil }
    // The frame itself takes four columns.
    let frame = high == last ? 6 : low == 0 ? 5 : 7
    return .init(
      gaps: max(0, low - 1)..<(high + 1), label: text.printable.elided(to: Arrow.longestText), frame: frame,
      isBeside: true)
  }

  private static func names(of diagram: SequenceDiagram) -> [String] {
    var seen: Set<String> = []
    var names: [String] = []
    func add(_ more: [String]) { for name in more where seen.insert(name).inserted { names.append(name) } }
    add(diagram.participants)
    for step in diagram.steps {
      switch step {
      case .exchange(let exchange): add([exchange.from] + exchange.to)
      case .note(_, let over): add(over)
      case .divider: break
      }
    }
    return names
  }

  func lines() -> [String] {
    guard !columns.isEmpty else { return [] }
    var drawing = self
    drawing.drawHeader()
    drawing.rows.append(drawing.lifelines())
    for step in diagram.steps {
      switch step {
      case .exchange(let exchange):
        if let arrow = Arrow(exchange, index) { drawing.draw(arrow) }
      case .note(let text, let over):
        let indices = over.isEmpty ? Array(columns.indices) : over.compactMap { index[$0] }
        drawing.drawNote(text.printable.elided(to: Arrow.longestText), indices)
      case .divider(let text): drawing.drawDivider(text.printable)
      }
    }
    drawing.rows.append(drawing.lifelines())
    return drawing.rows.map { $0.text(style) }
  }

  private func lifelines() -> CanvasRow {
    var row = CanvasRow()
    for column in columns { row.write(strokes.lifeline, at: column, .faint) }
    return row
  }

  private func repeated(_ stroke: String, _ count: Int) -> String { String(repeating: stroke, count: max(0, count)) }

  private mutating func drawHeader() {
    let corners = strokes.corners.map(String.init)
    let height = layout.names.reduce(1) { max($0, $1.count) }
    var (top, foot) = (CanvasRow(), CanvasRow())
    var names = [CanvasRow](repeating: CanvasRow(), count: height)
    for (index, column) in columns.enumerated() {
      let width = layout.boxWidths[index]
      let left = column - width / 2
      let edge = repeated(strokes.horizontal, width - 2)
      top.write(corners[0] + edge + corners[1], at: left)
      foot.write(corners[2] + edge + corners[3], at: left)
      foot.write(strokes.boxFoot, at: column)
      for line in 0..<height {
        let text = line < layout.names[index].count ? layout.names[index][line] : ""
        names[line].write(strokes.lifeline, at: left)
        names[line].write(text.fitted(to: width - 4, .centre, mark: style.ellipsis), at: left + 2, .bold)
        names[line].write(strokes.lifeline, at: left + width - 1)
      }
    }
    rows += [top] + names + [foot]
  }

  private mutating func draw(_ arrow: Arrow) {
    if arrow.isToSelf { return drawLoop(arrow) }
    let from = columns[arrow.from]
    // Where nobody listens, the arrow ends short of the next lifeline.
    let ends = arrow.to.isEmpty ? [from + layout.gaps[arrow.from] - 2] : arrow.to.map { columns[$0] }
    let (low, high) = (min(from, ends.min() ?? from), max(from, ends.max() ?? from))
    let latencyColumn = arrow.latency.flatMap { place($0, between: low, high) }
    let label = latencyColumn == nil ? arrow.labelWithLatency : arrow.label
    for line in label.wrapped(to: high - low - 3, lines: DiagramLayout.labelLines, mark: style.ellipsis) {
      var row = lifelines()
      row.write(line, at: low + (high - low + 1 - line.displayWidth) / 2, arrow.ink)
      rows.append(row)
    }
    var row = lifelines()
    let stroke = arrow.isDashed ? strokes.dashed : strokes.solid
    for column in (low + 1)..<max(low + 1, high) {
      let passes = columns.contains(column) && column != from
      row.write(passes ? strokes.crossing : stroke, at: column, arrow.ink)
    }
    if let latencyColumn, let latency = arrow.latency { row.write(" \(latency) ", at: latencyColumn, .faint) }
    let leave = low == from ? strokes.leaveRight : high == from ? strokes.leaveLeft : strokes.leaveBoth
    row.write(leave, at: from, arrow.ink)
    for end in ends {
      let head = arrow.tone == .failure ? strokes.cross : end > from ? strokes.right : strokes.left
      row.write(arrow.to.isEmpty ? strokes.nobody : strokes.lifeline, at: end, arrow.to.isEmpty ? arrow.ink : .faint)
      row.write(head, at: end > from ? end - 1 : end + 1, arrow.ink)
    }
    rows.append(row)
  }

  /// Where a latency stands on an arrow without touching a lifeline or the head; nil where there is no room.
  private func place(_ latency: String, between low: Int, _ high: Int) -> Int? {
    let stops = [low] + columns.filter { $0 > low && $0 < high } + [high]
    let widest = zip(stops, stops.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 }
    guard let (begin, end) = widest, end - begin >= latency.displayWidth + Arrow.latencyFrame else { return nil }
    return begin + (end - begin + 1 - latency.displayWidth - 2) / 2
  }

  /// A message to oneself: out to the right and back below, the label beside it.
  private mutating func drawLoop(_ arrow: Arrow) {
    let from = columns[arrow.from]
    let corners = strokes.noteCorners.map(String.init)
    let stroke = arrow.isDashed ? strokes.dashed : strokes.solid
    let room = layout.gaps[arrow.from] - 7
    var texts = arrow.labelWithLatency.wrapped(to: max(1, room), lines: 4, mark: style.ellipsis)
    if room < 1 { texts = [] }
    while texts.count < 2 { texts.append("") }
    for (number, text) in texts.enumerated() {
      var row = lifelines()
      switch number {
      case 0: row.write(strokes.leaveRight + repeated(stroke, 3) + corners[1], at: from, arrow.ink)
      case texts.count - 1:
        let head = arrow.tone == .failure ? strokes.cross : strokes.left
        row.write(head + repeated(stroke, 2) + corners[3], at: from + 1, arrow.ink)
      default: row.write(strokes.lifeline, at: from + 4, arrow.ink)
      }
      row.write(text, at: from + 6, arrow.ink)
      rows.append(row)
    }
  }

  private mutating func drawNote(_ text: String, _ participants: [Int]) {
    guard let first = participants.min(), let last = participants.max() else { return }
    // Up to two columns from the neighbours' lifelines, so that these stay whole.
    let low = first > 0 ? columns[first - 1] + 2 : 0
    let high = last + 1 < columns.count ? columns[last + 1] - 2 : max(layout.width - 1, columns[last] + 2)
    let (least, most) = (columns[last] - columns[first] + 3, high - low + 1)
    let width = min(max(text.displayWidth + 4, least), most)
    let lines = text.wrapped(to: max(1, width - 4), lines: 8, mark: style.ellipsis)
    let middle = (columns[first] + columns[last]) / 2
    let left = min(max(low, middle - width / 2), max(low, high - width + 1))
    let corners = strokes.noteCorners.map(String.init)
    let edge = repeated(strokes.horizontal, width - 2)
    func row(_ text: String) -> CanvasRow {
      var row = lifelines()
      row.write(text, at: left)
      return row
    }
    rows.append(row(corners[0] + edge + corners[1]))
    for line in lines {
      rows.append(row("\(strokes.lifeline) \(line.fitted(to: width - 4, mark: style.ellipsis)) \(strokes.lifeline)"))
    }
    rows.append(row(corners[2] + edge + corners[3]))
  }

  private mutating func drawDivider(_ text: String) {
    let title = text.isEmpty ? "" : " \(text.elided(to: max(1, layout.width - 6), mark: style.ellipsis)) "
    var row = CanvasRow()
    row.write(repeated(strokes.divider, layout.width), at: 0, .faint)
    row.write(title, at: max(0, (layout.width - title.displayWidth) / 2), .bold)
    rows += [lifelines(), row, lifelines()]
  }
}
