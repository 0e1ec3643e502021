// The catalogue for a terminal: a table of components, then each with its messages.
import MessageBus
public import TerminalDrawing

/// Draws a catalogue as lines of text.
public struct CatalogueText: Sendable {
  public let catalogue: InterfaceCatalogue

  public init(_ catalogue: InterfaceCatalogue) { self.catalogue = catalogue }

  /// Lines of at most `width` columns without trailing spaces; patterns that are longer go on indented.
  public func lines(width: Int, style: DrawingStyle = .plain) -> [String] {
    if catalogue.entries.isEmpty { return ["no components"] }
    let rows = catalogue.entries.map { entry in
      [entry.id.rawValue, entry.name, entry.functions.joined(separator: " "), entry.state.rawValue, health(entry)]
    }
    let columns: [SummaryTable.Column] = [
      .text("Component"), .text("Name"), .text("Functions"), .text("State"), .text("Health"),
    ]
    var lines = SummaryTable(columns, rows: rows).lines(width: width, style: style)
    for entry in catalogue.entries { lines += [""] + details(entry, width) }
    let gaps = catalogue.gaps
    // A component alone has nobody to exchange with.
    if catalogue.entries.count > 1, !gaps.isEmpty {
      lines += ["", "Interfaces with one end only"]
      for gap in gaps { lines += wrapped(gap.text, first: "  ", rest: "    ", width) }
    }
    return lines
  }

  private func health(_ entry: ComponentEntry) -> String { entry.health?.text ?? "unknown" }

  private func details(_ entry: ComponentEntry, _ width: Int) -> [String] {
    var lines = [entry.id.rawValue + "  " + entry.name + (entry.vendor.map { " (\($0))" } ?? "")]
    func add(_ label: String, _ texts: [String]) {
      for (index, text) in texts.enumerated() {
        let padded = index == 0 ? label + String(repeating: " ", count: max(0, 10 - label.count)) : ""
        let first = "  " + padded + String(repeating: " ", count: 10 - padded.count)
        lines += wrapped(text, first: first, rest: String(repeating: " ", count: 14), width)
      }
    }
    let functions = entry.functions.map { code in
      BusinessFunction.named(code).map { "\(code) \($0.name)" + ($0.part.map { ", part \($0)" } ?? "") } ?? code
    }
    add("functions", functions)
    if let address = entry.address { add("address", [address]) }
    for direction in ComponentEntry.Direction.allCases {
      add(direction.rawValue, entry[direction].map(\.text))
    }
    return lines
  }

  /// Words in lines of a width; a word that is too long by itself stays whole.
  private func wrapped(_ text: String, first: String, rest: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = rest
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [line]
  }
}
