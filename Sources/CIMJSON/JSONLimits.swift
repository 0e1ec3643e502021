// What a JSON text may ask of this machine.

/// Limits of the JSON reader.
public struct JSONLimits: Sendable, Hashable {
  /// Bytes of the whole text. Default 64 MiB.
  public var bytes: Int
  /// Elements one inside the other. An element takes up to three levels of JSON (object, array, object), so that the
  /// brackets may nest three times as deep. Default 256, as for XML.
  public var depth: Int
  /// Values of all kinds together: two bytes of text can be one, which takes far more memory. Default 5,000,000.
  public var values: Int

  public init(bytes: Int = 64 << 20, depth: Int = 256, values: Int = 5_000_000) {
    self.bytes = bytes
    self.depth = depth
    self.values = values
  }
}
