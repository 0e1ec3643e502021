// What a meter shows and what it has measured per interval.

public import CIMModel

/// The registers of a meter at an instant, in Wh.
public struct RegisterValue: Sendable, Hashable {
  /// Energy delivered to the customer since installation.
  public var forward: Int64
  /// Energy received from the customer since installation; 0 where nothing generates.
  public var reverse: Int64

  public init(forward: Int64, reverse: Int64) {
    self.forward = forward
    self.reverse = reverse
  }

  init(_ energy: Energy) { self.init(forward: energy.forward / 1000, reverse: energy.reverse / 1000) }

  /// Energy between two readings.
  public static func - (later: RegisterValue, earlier: RegisterValue) -> RegisterValue {
    RegisterValue(forward: later.forward - earlier.forward, reverse: later.reverse - earlier.reverse)
  }
}

/// Energy of one interval, in Wh.
public struct IntervalValue: Sendable, Hashable {
  /// The END of the interval (IEC 61968-9, 5.3.3).
  public var end: Timestamp
  public var forward: Int64
  public var reverse: Int64

  public init(end: Timestamp, forward: Int64, reverse: Int64) {
    self.end = end
    self.forward = forward
    self.reverse = reverse
  }
}
