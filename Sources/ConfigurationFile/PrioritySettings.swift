// Which messages overtake others.
public import IECMessage

/// An entry of `priorities`; the first that covers a message counts.
public struct PrioritySettings: Sendable, Equatable {
  /// Nil: any.
  public var verbs: Set<Verb>?
  /// Nil: any.
  public var nouns: Set<String>?
  /// Ids of partners and components that send; nil: anyone.
  public var senders: Set<String>?
  /// 0 to 9; 4 is that of all others.
  public var priority: Int

  /// Nil, and a problem, where it does not say how urgent.
  init?(_ section: Section) {
    verbs = section.verbs("verbs", among: Verb.allCases)
    nouns = section.nouns("nouns")
    let ids = section.strings("senders")
    senders = ids.isEmpty || ids.contains("all") ? nil : Set(ids)
    for key in ["verbs", "nouns", "senders"] where section.has(key) && section.strings(key).isEmpty {
      section.fail(key, "\(section.name).\(key) is empty: name some, or leave it out for all")
    }
    if !section.has("priority") { section.missing("priority", "say how urgent: 0 to 9; that of all others is 4") }
    guard let priority = section.integer("priority", 0...9) else { return nil }
    self.priority = priority
    if !section.has("verbs"), !section.has("nouns"), !section.has("senders") {
      section.missing("nouns", "say what is meant, by verbs, nouns or senders")
    }
  }
}
