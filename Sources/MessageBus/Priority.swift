// What overtakes what.
public import IECMessage

/// How urgent a message is: 0 to 9 as in JMS, 4 where nobody says anything.
public struct Priority: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let rawValue: Int

  /// - Returns: nil for what is not 0 to 9.
  public init?(_ rawValue: Int) {
    guard (0...9).contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  private init(unchecked rawValue: Int) { self.rawValue = rawValue }

  public static let normal = Priority(unchecked: 4)
  static let highest = Priority(unchecked: 9)

  public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
  public var description: String { String(rawValue) }
}

/// Gives messages a priority by what they are and who sends them.
public struct PriorityRule: Sendable, Hashable {
  /// Nil: any.
  public var verbs: Set<Verb>?
  /// Nil: any.
  public var nouns: Set<String>?
  /// Nil: any.
  public var senders: Set<ParticipantID>?
  public var priority: Priority

  public init(
    verbs: Set<Verb>? = nil, nouns: Set<String>? = nil, senders: Set<ParticipantID>? = nil, priority: Priority
  ) {
    self.verbs = verbs
    self.nouns = nouns
    self.senders = senders
    self.priority = priority
  }

  func covers(_ message: Message, from sender: ParticipantID) -> Bool {
    if let nouns, !(message.noun.map(nouns.contains) ?? false) { return false }
    if let verbs, !(message.verb.map(verbs.contains) ?? false) { return false }
    return senders?.contains(sender) ?? true
  }
}

extension BusConfiguration {
  /// The first rule that covers the message; else its header Property `priority` or `JMSPriority` with 0 to 9; else
  /// normal.
  func priority(of message: Message, from sender: ParticipantID) -> Priority {
    if let rule = priorities.first(where: { $0.covers(message, from: sender) }) { return rule.priority }
    guard let properties = message.header?.properties, !properties.isEmpty else { return .normal }
    for property in properties where ["priority", "JMSPriority"].contains(property.name) {
      if let value = property.value.flatMap({ Int($0) }), let priority = Priority(value) { return priority }
    }
    return .normal
  }
}
