// Why a document did not become a view, or a view no document.
public import CIMCodec

/// What stops reading or writing a noun.
public struct ProfileError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; more may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    /// The file cannot be opened or read, or is too large.
    public static let unreadableFile = Code("unreadableFile")
    /// The root element is not that of the noun.
    public static let otherNoun = Code("otherNoun")
    /// The document breaks its profile; `violations` tells where.
    public static let invalid = Code("invalid")
    /// The file cannot be written.
    public static let unwritableFile = Code("unwritableFile")
  }

  public var code: Code
  public var message: String
  /// In document order, with line, column and path; empty unless `code` is `.invalid`.
  public var violations: [Violation]
  /// What went wrong underneath, where there is something.
  public var cause: (any Error)?

  public init(_ code: Code, _ message: String, violations: [Violation] = [], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.violations = violations
    self.cause = cause
  }

  /// The message and a line for each violation: "12:7 /MeterReadings/MeterReading[2]: …".
  public var description: String {
    ([message] + violations.map { "\($0.line):\($0.column) \($0.path): \($0.message)" }).joined(separator: "\n")
  }
}
