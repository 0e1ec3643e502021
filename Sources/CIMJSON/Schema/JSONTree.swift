// JSON under construction, where parts are made before it is known where they stand.

/// A JSON value to be written.
package indirect enum JSONTree: Sendable {
  /// A number, true, false or null as it is.
  case token(String)
  case string(String)
  case array([JSONTree])
  case object([(String, JSONTree)])

  package static func strings(_ texts: [String]) -> JSONTree { .array(texts.map { .string($0) }) }
  package static let no = JSONTree.token("false")
  package static let yes = JSONTree.token("true")

  /// An object that requires members.
  static func required(_ keys: [String]) -> JSONTree { .object([("required", strings(keys))]) }

  /// This object with members in front.
  func with(_ members: [(String, JSONTree)]) -> JSONTree {
    guard case .object(let own) = self else { return .object(members) }
    return .object(members + own)
  }

  package func write(to writer: inout JSONWriter) {
    switch self {
    case .token(let text): writer.token(text)
    case .string(let text): writer.string(text)
    case .array(let items):
      writer.beginArray()
      for item in items { item.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for (name, value) in members {
        writer.name(name)
        value.write(to: &writer)
      }
      writer.endObject()
    }
  }
}
