// What stops the store.

/// Why the store could not do its work.
public struct StoreError: Error, Sendable, CustomStringConvertible {
  public struct Code: RawRepresentable, Sendable, Hashable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Bytes that the store has written are not as it wrote them.
    public static let damaged = Code(rawValue: "damaged")
    /// The file is none of the store's.
    public static let notAStore = Code(rawValue: "notAStore")
    /// The file was written by a newer Busbar.
    public static let newerSchema = Code(rawValue: "newerSchema")
    /// The store keeps days of another zone.
    public static let otherZone = Code(rawValue: "otherZone")
    /// Another process writes.
    public static let busy = Code(rawValue: "busy")
    public static let diskFull = Code(rawValue: "diskFull")
    public static let notWritable = Code(rawValue: "notWritable")
    public static let unknownMeter = Code(rawValue: "unknownMeter")
    /// More than the store can number or hold.
    public static let limit = Code(rawValue: "limit")
    public static let storage = Code(rawValue: "storage")
  }

  public var code: Code
  /// What is wrong, where, what to do.
  public var message: String
  public var cause: (any Error)?

  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { message }
}
