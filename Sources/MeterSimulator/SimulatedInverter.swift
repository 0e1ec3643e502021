// One inverter of a fleet: who it is and what it can do.

/// An inverter with solar panels or a battery behind it.
public struct SimulatedInverter: Sendable, Hashable {
  public enum Source: String, Sendable, Hashable { case solar, storage }

  /// Position in the fleet, from 0.
  public let index: Int
  /// A UUID in small letters.
  public let mRID: String
  /// E.g. "INV-0001"; the number is the index and one.
  public let name: String
  public let source: Source
  /// The most it feeds in, in W; a battery draws as much.
  public let rated: Int
  /// What its battery holds, in Wh; 0 without one.
  public let capacity: Int
}
