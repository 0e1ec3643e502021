// How large and how deep a message may be.
import CIMCodec
import XMLPull

/// Limits of the message reader. What passes one is refused with reply code 3.1 and the limit's name.
public struct ReadLimits: Sendable, Hashable {
  /// Bytes of the document. Default 64 MiB.
  public var totalBytes: Int
  /// Elements open at the same time. Default 64; the deepest profile needs about 16.
  public var depth: Int
  /// Attributes of one element. Default 64.
  public var attributes: Int
  /// Bytes of one name. Default 256.
  public var nameLength: Int
  /// Violations reported for one message. Default 200.
  public var violations: Int

  public init(
    totalBytes: Int = 64 << 20, depth: Int = 64, attributes: Int = 64, nameLength: Int = 256, violations: Int = 200
  ) {
    self.totalBytes = totalBytes
    self.depth = depth
    self.attributes = attributes
    self.nameLength = nameLength
    self.violations = violations
  }

  var decoding: DecodingLimits {
    DecodingLimits(
      xml: XMLLimits(depth: depth, attributes: attributes, nameLength: nameLength, totalBytes: totalBytes),
      violations: violations, textLength: min(totalBytes, 64 << 20))
  }
}
