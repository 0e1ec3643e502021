// Why no code can be made of a profile.

/// A schema that the typed views have no form for, or one that cannot be compiled.
public struct GeneratorError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with the profile and class in front, and what to do.
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
