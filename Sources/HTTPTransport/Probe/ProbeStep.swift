// One thing that a probe tried, and what it found.

/// A step of `PartnerProbe`, in the order in which they were tried.
public struct ProbeStep: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// From the host's name to its addresses.
    case resolve
    case connect
    /// The handshake, both sides' certificates included.
    case tls
    /// A harmless request.
    case request
  }

  public enum Result: String, Sendable {
    case ok
    /// It works, and somebody should look at it.
    case warning
    case failed
  }

  public var kind: Kind
  public var url: String
  public var result: Result
  /// What was found, and for a failure what to do.
  public var text: String
  public var seconds: Double
}
