// How the decoder finds the schema of an element it comes upon through a wildcard.
public import CIMSchema

/// A global element and the compiled schema it belongs to.
public struct ResolvedElement: Sendable {
  public var schema: Schema
  public var element: Schema.ElementID
  /// Whether this is the root of a profile: a payload with a verdict of its own.
  public var isProfile: Bool

  public init(schema: Schema, element: Schema.ElementID, isProfile: Bool) {
    self.schema = schema
    self.element = element
    self.isProfile = isProfile
  }
}

/// All schemas a decoder may meet. Compiles them when first asked for, so that a noun not used costs nothing.
public protocol SchemaResolver: Sendable {
  /// Nil where no schema declares the element.
  func resolve(_ name: SchemaName) -> ResolvedElement?
}
