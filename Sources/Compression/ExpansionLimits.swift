// How far compressed data may grow.

/// Limits that keep a small input from filling disk, memory or time.
public struct ExpansionLimits: Sendable, Hashable {
  /// Bytes that may come out in all. Default 1 GiB.
  public var totalBytes: Int
  /// Bytes that may come out for each compressed one, on the whole so far. Default 1000.
  public var ratio: Int
  /// Bytes that may come out before the ratio is looked at. Default 1 MiB: short runs of one byte compress better.
  public var freeBytes: Int

  public init(totalBytes: Int = 1 << 30, ratio: Int = 1000, freeBytes: Int = 1 << 20) {
    self.totalBytes = totalBytes
    self.ratio = ratio
    self.freeBytes = freeBytes
  }
}
