// The attributes of one schema element.

/// Names and values in the order of the document: so few that looking through them is faster than a dictionary.
struct SchemaAttributes: Sendable {
  private var all: [(name: String, value: String)] = []

  /// - Parameter name: one that is not there yet.
  mutating func append(_ name: String, _ value: String) { all.append((name, value)) }

  subscript(name: String) -> String? {
    for attribute in all where attribute.name == name { return attribute.value }
    return nil
  }

  var names: [String] { all.map(\.name) }
}
