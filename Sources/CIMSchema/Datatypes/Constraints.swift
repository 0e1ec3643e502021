// The facets in force, ready to be checked.

/// The effective facets of a type in the form the check needs.
struct Constraints: Sendable {
  /// A bound with its value worked out. A class, so that a check touches one reference count and not several.
  final class Bound: Sendable {
    let text: String
    let value: Value
    let isInclusive: Bool

    init(text: String, value: Value, isInclusive: Bool) {
      self.text = text
      self.value = value
      self.isInclusive = isInclusive
    }
  }

  var length: Int?
  var minLength: Int?
  var maxLength: Int?
  /// One per derivation step; all must match.
  var patterns: [Pattern] = []
  var enumeration: Enumeration?
  var minimum: Bound?
  var maximum: Bound?
  var totalDigits: Int?
  var fractionDigits: Int?

  /// Facets that further restrictions must leave as they are.
  var fixed: Set<Facet.Kind> = []

  var hasLength: Bool { length != nil || minLength != nil || maxLength != nil }
  var hasBounds: Bool { minimum != nil || maximum != nil }
  var hasDigits: Bool { totalDigits != nil || fractionDigits != nil }

  /// Whether nothing but the lexical form counts; set once all facets are known.
  private(set) var isEmpty = true

  /// To be called after the last change.
  ///
  /// - Parameter form: integers need no check of their fraction digits.
  mutating func close(for form: LexicalForm) {
    isEmpty =
      !hasLength && patterns.isEmpty && enumeration == nil && !hasBounds && totalDigits == nil
      && (fractionDigits == nil || form == .integer)
  }
}
