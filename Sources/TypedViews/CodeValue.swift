// Enumerations that a newer sender may know more values of.

/// A value of an enumeration of the profile. Values that the profile does not have are kept as they are; a validated
/// document has none.
public protocol CodeValue: RawRepresentable, Sendable, Hashable, CustomStringConvertible where RawValue == String {
  /// What the profile has, in its order.
  static var known: [Self] { get }

  init(rawValue: String)
}

extension CodeValue {
  public init(_ rawValue: String) { self.init(rawValue: rawValue) }

  /// Whether the profile has this value.
  public var isKnown: Bool { Self.known.contains(self) }

  public var description: String { rawValue }
}

extension TextValue where Self: CodeValue {
  package init?(xmlText: String) { self.init(rawValue: xmlText) }
  package var xmlText: String { rawValue }
  package static var empty: Self { Self(rawValue: "") }
}
