// Why a table of rules cannot be taken.

/// A table of rules that cannot be read: which line, what is wrong, and what belongs there.
public struct RuleTableError: Error, Sendable, CustomStringConvertible {
  /// The kind of fault; an open set, codes may be added.
  public struct Code: Hashable, Sendable {
    let name: String

    /// The text is no CSV of the table's columns.
    public static let malformed = Code(name: "malformed")
    /// A field holds what the table does not know, such as a verb the standard has not.
    public static let unknownValue = Code(name: "unknownValue")
    /// More rows than a table may have.
    public static let tooLarge = Code(name: "tooLarge")
  }

  public let code: Code
  /// One plain sentence with file, line and the value at fault.
  public let message: String
  public let cause: (any Error)?

  init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { message }
}
