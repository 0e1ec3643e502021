// Why a document cannot be repaired at all.

/// What keeps a document from being repaired; the strict reader's verdict on it stands.
public struct RepairError: Error, Sendable, Hashable {
  /// Open, so that codes can be added.
  public struct Code: Sendable, Hashable {
    public var rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Not well-formed, or with text between elements that a rewritten document could not carry.
    public static let unreadable = Code("repair.unreadable")
    /// Beyond a limit of size, depth or number.
    public static let tooLarge = Code("repair.too-large")
  }

  public var code: Code
  public var message: String
  /// From 1.
  public var line: Int

  public init(_ code: Code, _ message: String, line: Int) {
    self.code = code
    self.message = message
    self.line = line
  }
}
