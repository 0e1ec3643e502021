// What keeps a scenario from being performed at all. One that was performed and went wrong has a report instead.

/// Why a scenario could not be performed.
public struct ScenarioError: Error, Sendable, CustomStringConvertible {
  /// What kind of error it is; more may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public var name: String
    public init(_ name: String) { self.name = name }
    public var description: String { name }

    /// This runner is performing a scenario.
    public static let busy = Code("busy")
    /// The utility is too small for any scenario.
    public static let tooFewMeters = Code("tooFewMeters")
    /// The utility has not all the systems a scenario needs.
    public static let noSystem = Code("noSystem")
    /// A payload in a scenario file is no XML.
    public static let payload = Code("payload")
    /// A scenario file cannot be used; the message has every problem with file, line and column.
    public static let file = Code("file")
    /// Faults that cannot be.
    public static let faults = Code("faults")
    /// There is no scenario of this name.
    public static let unknown = Code("unknown")
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
