// What the semantic rules say about a message.

/// The name of a rule: "R1" to "R24" of the envelope, or that of a rule on content, e.g. "readingType.kindUnit".
public struct RuleID: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
  public var rawValue: String
  public init(_ rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }
  public var description: String { rawValue }

  /// By number, so that R2 comes before R10.
  public static func < (a: RuleID, b: RuleID) -> Bool {
    (a.rawValue.utf8.count, a.rawValue) < (b.rawValue.utf8.count, b.rawValue)
  }
}

/// How grave a finding is.
public enum RuleSeverity: String, Sendable, Hashable, Comparable, Codable {
  /// Worth knowing.
  case note
  /// Against the standard, but its meaning is plain.
  case warn
  /// The message is refused with the finding's reply code.
  case reject

  private var rank: Int { self == .note ? 0 : self == .warn ? 1 : 2 }
  public static func < (a: RuleSeverity, b: RuleSeverity) -> Bool { a.rank < b.rank }
}

/// One breach of one rule.
public struct RuleFinding: Sendable, Hashable {
  public var rule: RuleID
  public var severity: RuleSeverity
  /// Where the standard says so, e.g. "IEC 61968-100, 5.2.5".
  public var clause: String
  /// Where it is, e.g. "/EventMessage/Payload/MeterReadings/MeterReading[2]/Readings/ReadingType/@ref".
  public var path: String
  /// One plain sentence with the values at fault.
  public var message: String
  /// What was probably meant, e.g. another code; nil where nothing is obvious.
  public var suggestion: String?
  /// Row of the reply code table (IEC 61968-9, Annex B) with which a reject is answered, e.g. "1.6".
  public var replyCode: String

  public init(
    rule: RuleID, severity: RuleSeverity, clause: String, path: String = "/", message: String,
    suggestion: String? = nil, replyCode: String
  ) {
    self.rule = rule
    self.severity = severity
    self.clause = clause
    self.path = path
    self.message = message
    self.suggestion = suggestion
    self.replyCode = replyCode
  }
}
