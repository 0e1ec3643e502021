// What stops an export.

/// Why services cannot be described or written.
public struct ExportError: Error, Sendable, CustomStringConvertible {
  /// What kind of error it is; more may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ name: String) { description = name }

    /// A schema document cannot be read.
    public static let badSchema = Code("badSchema")
    /// The schema of the message envelope is not in the library.
    public static let noEnvelope = Code("noEnvelope")
    /// A file or folder cannot be written.
    public static let notWritable = Code("notWritable")
  }

  public var code: Code
  public var message: String
  public var cause: (any Error)?

  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { message }
}
