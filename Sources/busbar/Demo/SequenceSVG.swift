// A sequence diagram as SVG.
import CIMModel
import TerminalDrawing

/// Draws a sequence diagram with nothing but lines and text: it prints, and any browser shows it.
struct SequenceSVG {
  private let diagram: SequenceDiagram
  private static let column = 190
  private static let row = 46
  private static let margin = 100

  init(_ diagram: SequenceDiagram) { self.diagram = diagram }

  /// The document, with a title over the drawing.
  func document(title: String) -> String {
    let width = 2 * Self.margin + Self.column * max(diagram.participants.count - 1, 1)
    let top = 70
    let bottom = top + 40 + diagram.steps.count * Self.row
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(bottom + 30)\" "
    text += "viewBox=\"0 0 \(width) \(bottom + 30)\" font-family=\"sans-serif\" font-size=\"12\">\n"
    text += "<title>\(XMLText.escaped(title))</title>\n"
    text += "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    text += label(title, x: width / 2, y: 24, size: 15)
    for (index, name) in diagram.participants.enumerated() {
      let x = place(index)
      text +=
        "<line x1=\"\(x)\" y1=\"\(top)\" x2=\"\(x)\" y2=\"\(bottom)\" stroke=\"#888\" stroke-dasharray=\"2 3\"/>\n"
      text +=
        "<rect x=\"\(x - 45)\" y=\"\(top - 26)\" width=\"90\" height=\"26\" rx=\"3\" fill=\"#eef\" stroke=\"#447\"/>\n"
      text += label(name, x: x, y: top - 9, size: 13)
    }
    for (index, step) in diagram.steps.enumerated() {
      text += draw(step, y: top + 40 + index * Self.row, width: width)
    }
    return text + "</svg>\n"
  }

  private func place(_ index: Int) -> Int { Self.margin + index * Self.column }

  private func draw(_ step: SequenceDiagram.Step, y: Int, width: Int) -> String {
    switch step {
    case .divider(let title):
      return "<line x1=\"10\" y1=\"\(y)\" x2=\"\(width - 10)\" y2=\"\(y)\" stroke=\"#ccc\"/>\n"
        + label(title, x: width / 2, y: y - 5, size: 12, style: "italic")
    case .note(let note, _): return label(note, x: width / 2, y: y, size: 12, style: "italic")
    case .exchange(let exchange):
      guard let from = diagram.participants.firstIndex(of: exchange.from) else { return "" }
      let receivers = exchange.to.compactMap { diagram.participants.firstIndex(of: $0) }
      let dash = exchange.tone == .request ? "" : " stroke-dasharray=\"6 3\""
      var text = ""
      // One arrow to each side, as far as the last receiver there; a head at every receiver.
      for side in [receivers.filter { $0 < from }.min(), receivers.filter { $0 > from }.max()] {
        guard let end = side else { continue }
        text += "<line x1=\"\(place(from))\" y1=\"\(y)\" x2=\"\(place(end))\" y2=\"\(y)\" stroke=\"black\"\(dash)/>\n"
        text += label(exchange.label, x: (place(from) + place(end)) / 2, y: y - 6, size: 12)
      }
      for receiver in receivers {
        let x = place(receiver)
        let back = receiver > from ? -9 : 9
        text += "<path d=\"M \(x) \(y) l \(back) -4 v 8 z\"/>\n"
      }
      return text
    }
  }

  private func label(_ text: String, x: Int, y: Int, size: Int, style: String = "normal") -> String {
    "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-style=\"\(style)\" text-anchor=\"middle\">"
      + "\(XMLText.escaped(text))</text>\n"
  }
}
