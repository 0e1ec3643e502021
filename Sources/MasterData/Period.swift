// Spans of time, of validity and of knowledge.
public import CIMModel

/// From an instant to another, the latter not included; open-ended where `to` is `.endless`.
public struct Period: Sendable, Hashable, CustomStringConvertible {
  public var from: Timestamp
  public var to: Timestamp

  public init(_ from: Timestamp, to: Timestamp = .endless) {
    self.from = from
    self.to = to
  }

  public func contains(_ time: Timestamp) -> Bool { from <= time && time < to }
  public func overlaps(_ other: Period) -> Bool { from < other.to && other.from < to }
  public var isOpen: Bool { to == .endless }

  /// "2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z", or "since …".
  public var description: String { isOpen ? "since \(from.xmlText)" : "\(from.xmlText) to \(to.xmlText)" }
}

extension Timestamp {
  /// The end of what has no end.
  public static let endless = Timestamp(microseconds: .max)
}
