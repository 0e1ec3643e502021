// The parts of a parsed pattern.

/// A pattern as a tree.
///
/// - SeeAlso: XML Schema Part 2, appendix F
indirect enum PatternSyntax: Hashable, Sendable {
  /// Matches no character.
  case empty
  case characters(ScalarSet)
  case sequence([PatternSyntax])
  case choice([PatternSyntax])
  /// Nil: no upper limit.
  case `repeat`(PatternSyntax, minimum: Int, maximum: Int?)
}

/// Why a text is no pattern, or one that is too big.
struct PatternError: Error, Hashable {
  let message: String

  init(_ message: String) { self.message = message }
}
