// Why a value is not valid.

/// A breach of a simple type by one value, as data.
public struct ValueProblem: Sendable, Hashable {
  /// The validation rule, by the name Xerces gives it: `cvc-datatype-valid.1.2.1` (not a lexical form of the type),
  /// `.1.2.3` (of no member of the union), `cvc-pattern-valid`, `cvc-enumeration-valid`, `cvc-maxLength-valid` and so
  /// on for each facet, `UndeclaredPrefix`.
  public var rule: String

  /// What was found, what is expected and how to write it right; the found text is cut at 60 characters.
  public var message: String

  public init(rule: String, message: String) {
    self.rule = rule
    self.message = message
  }
}
