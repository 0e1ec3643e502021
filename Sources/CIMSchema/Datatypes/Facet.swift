// The constraining facets as a schema writes them.

/// One constraining facet of a derivation step.
///
/// Bounds and enumeration values are lexical values of the base type. Lengths count characters, octets (hexBinary,
/// base64Binary) or list items.
///
/// - SeeAlso: XML Schema Part 2, 4.3
public enum Facet: Sendable, Hashable {
  case length(Int)
  case minLength(Int)
  case maxLength(Int)
  /// Alternatives of one derivation step: one of them must match. The patterns of all steps must match.
  case pattern([String])
  case enumeration([String])
  case whiteSpace(WhiteSpace)
  case minInclusive(String)
  case maxInclusive(String)
  case minExclusive(String)
  case maxExclusive(String)
  case totalDigits(Int)
  case fractionDigits(Int)
}

extension Facet {
  /// The kinds of facet, without their values.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case length, minLength, maxLength, pattern, enumeration, whiteSpace
    case minInclusive, maxInclusive, minExclusive, maxExclusive, totalDigits, fractionDigits

    static let minima: Set<Kind> = [.minInclusive, .minExclusive]
    static let maxima: Set<Kind> = [.maxInclusive, .maxExclusive]
  }

  /// Which facet this is.
  public var kind: Kind {
    switch self {
    case .length: .length
    case .minLength: .minLength
    case .maxLength: .maxLength
    case .pattern: .pattern
    case .enumeration: .enumeration
    case .whiteSpace: .whiteSpace
    case .minInclusive: .minInclusive
    case .maxInclusive: .maxInclusive
    case .minExclusive: .minExclusive
    case .maxExclusive: .maxExclusive
    case .totalDigits: .totalDigits
    case .fractionDigits: .fractionDigits
    }
  }
}
