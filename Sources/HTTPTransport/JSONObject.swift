// The little JSON the server writes, without Foundation's start-up cost.
import CIMModel

/// A JSON object under construction; members with nil values are left out.
struct JSONObject {
  private(set) var text = "{"

  mutating func add(_ name: String, _ value: String?) {
    if let value { addRaw(name, Self.quoted(value)) }
  }

  mutating func add(_ name: String, _ value: Int64?) {
    if let value { addRaw(name, String(value)) }
  }

  mutating func add(_ name: String, _ value: Bool) { addRaw(name, value ? "true" : "false") }

  /// Seconds with microseconds.
  mutating func add(_ name: String, seconds value: Double?) {
    guard let value, value.isFinite else { return }
    addRaw(name, String((value * 1_000_000).rounded() / 1_000_000))
  }

  /// A member whose value is JSON already.
  mutating func addRaw(_ name: String, _ json: String) {
    if text.utf8.count > 1 { text += "," }
    text += Self.quoted(name) + ":" + json
  }

  var closed: String { text + "}" }

  static func array(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

  static func quoted(_ value: String) -> String { QuotedText.json(value) }
}
