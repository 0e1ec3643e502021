// What a partner may send.
public import IECMessage

/// Verbs and nouns that belong together.
public struct Permission: Sendable, Hashable {
  public var verbs: Set<Verb>
  /// Nil: every noun.
  public var nouns: Set<String>?

  public init(_ verbs: Set<Verb>, _ nouns: Set<String>?) {
    self.verbs = verbs
    self.nouns = nouns
  }

  func allows(_ verb: Verb, _ noun: String) -> Bool { verbs.contains(verb) && nouns?.contains(noun) ?? true }

  /// "get, create of MeterReadings", for people.
  var words: String {
    let verbs = Verb.allCases.filter(self.verbs.contains).map(\.rawValue).joined(separator: ", ")
    return "\(verbs) of \(nouns.map { $0.sorted().joined(separator: ", ") } ?? "every noun")"
  }
}
