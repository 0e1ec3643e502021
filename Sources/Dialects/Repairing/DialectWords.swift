// A dialect's tables, folded for looking up.
import CIMModel
import IECMessage

/// Words and names of a dialect in any letter case.
struct DialectWords {
  private let elements: [String: String]
  /// Last steps of the names in `elements`: most elements of a payload are none of them.
  private let steps: Set<String>
  private let nouns: [String: String]
  private let verbs: [String: String]
  private let results: [String: String]
  private let placeholders: Set<String>

  init(_ dialect: Dialect) {
    elements = Self.folded(dialect.elements)
    steps = Set(elements.keys.map { key in key.split(separator: "/").last.map(String.init) ?? key })
    nouns = Self.folded(dialect.nouns)
    verbs = Self.folded(dialect.verbs)
    results = Self.folded(dialect.results)
    placeholders = dialect.placeholders
  }

  private static func folded(_ table: [String: String]) -> [String: String] {
    // Of keys that differ by letter case only, the first in order stands, so that every run does the same.
    Dictionary(table.sorted { $0.key < $1.key }.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }

  /// What an element of this name in a parent becomes; nil where the dialect does not say.
  func element(_ name: String, in parent: DocumentNode) -> String? {
    if elements.isEmpty { return nil }
    let name = name.lowercased()
    guard steps.contains(name) else { return nil }
    return elements[parent.name.lowercased() + "/" + name] ?? elements[parent.found.lowercased() + "/" + name]
      ?? elements[name]
  }

  func noun(_ text: String) -> String? { nouns[text.lowercased()] }

  /// The standard verb of a word; nil where there is none, or where the dialect refuses it.
  func verb(_ text: String) -> Verb? {
    if let verb = Verb(rawValue: text) { return verb }
    let word = text.lowercased()
    if let known = verbs[word] { return Verb(rawValue: known) }
    return Verb(rawValue: word)
  }

  /// Whether the dialect says in so many words that a verb is to be refused.
  func refuses(_ text: String) -> Bool { verbs[text.lowercased()]?.isEmpty == true }

  func result(_ text: String) -> String? {
    if let own = results[text.lowercased()] { return own }
    return Reply.Result(rawValue: text.uppercased())?.rawValue
  }

  func isPlaceholder(_ text: String) -> Bool { placeholders.contains(text) }

  /// Whether an element holds placeholders and nothing else.
  func isPlaceholder(_ node: DocumentNode) -> Bool {
    if placeholders.isEmpty { return false }
    if node.isLeaf { return isPlaceholder(node.trimmedText) && node.attributes.allSatisfy { isPlaceholder($0.value) } }
    return node.children.allSatisfy(isPlaceholder)
  }
}
