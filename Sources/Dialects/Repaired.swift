// What a repair gives.
public import IECMessage

/// A document after repair.
public struct Repaired: Sendable {
  /// A standard message for the strict reader; the original bytes where there was nothing to repair.
  public var bytes: [UInt8]
  /// One per kind and place, with lines and paths of the original, in document order as far as they have lines; at most
  /// the limit's number of violations and one that counts the rest.
  public var repairs: [Inspection.Repair]

  public init(bytes: [UInt8], repairs: [Inspection.Repair]) {
    self.bytes = bytes
    self.repairs = repairs
  }
}
