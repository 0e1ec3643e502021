/// What a rule says about a code or a value.
///
/// - SeeAlso: IEC 61968-9, Annexes B to F
public struct CodeFinding: Sendable, Hashable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Seen in the field and tolerable.
    case note
    /// Legal in shape, odd in content.
    case warn
    /// Cannot be a code, or cannot be a value of the reading type.
    case reject

    public static func < (left: Severity, right: Severity) -> Bool {
      let order: [Severity] = [.note, .warn, .reject]
      return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
  }

  public let severity: Severity
  /// Stable name of the rule, e.g. "readingType.kindUnit".
  public let rule: String
  /// Where the standard, or the practice, has it, e.g. "IEC 61968-9, Table C.10".
  public let clause: String
  /// A plain sentence with the numbers at fault.
  public let message: String
  /// The part at fault, e.g. "unit"; `nil` where it is the code as a whole.
  public let field: String?
  /// The code that was probably meant; `nil` where none is obvious.
  public let suggestion: String?

  init(
    _ severity: Severity, _ rule: String, _ clause: String, _ message: String, field: String? = nil,
    suggestion: String? = nil
  ) {
    self.severity = severity
    self.rule = rule
    self.clause = clause
    self.message = message
    self.field = field
    self.suggestion = suggestion
  }

  public var description: String {
    "\(severity.rawValue): \(message)" + (suggestion.map { "; probably \($0)" } ?? "") + " [\(rule), \(clause)]"
  }
}
