// JSON for machines: a small writer, so that a line of output needs no encoder.
import CIMModel

/// A JSON value under construction.
enum JSONText {
  case null
  case bool(Bool)
  case number(Int)
  case decimal(Double)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  init(_ text: String?) { self = text.map { .string($0) } ?? .null }

  /// The value on one line.
  var line: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += String(value)
    case .decimal(let value): text += value.isFinite ? String(value) : "null"
    case .string(let value): text += QuotedText.json(value)
    case .array(let values):
      text += "["
      for (i, value) in values.enumerated() {
        if i > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (i, (name, value)) in members.enumerated() {
        if i > 0 { text += "," }
        text += QuotedText.json(name)
        text += ":"
        value.write(to: &text)
      }
      text += "}"
    }
  }
}
