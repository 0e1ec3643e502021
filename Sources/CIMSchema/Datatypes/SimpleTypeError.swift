// Why a simple type definition is refused.

/// A simple type definition that breaks a rule for definitions.
public struct SimpleTypeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, with the values at fault.
  public var message: String

  public init(_ message: String) {
    self.message = message
  }

  public var description: String { message }
}
