// How much of anything a document may have.

/// Limits of the reader. Passing one ends the reading with an `XMLError` whose code begins with "limit.".
public struct XMLLimits: Sendable, Hashable {
  /// Elements open at the same time. Default 256.
  public var depth: Int
  /// Attributes of one element, namespace declarations included. Default 256.
  public var attributes: Int
  /// Bytes of one name. Default 1,024.
  public var nameLength: Int
  /// Bytes of one tag, comment, processing instruction or CDATA section. Default 1 MiB.
  public var valueLength: Int
  /// Bytes of the document. Default 1 GiB.
  public var totalBytes: Int

  public init(
    depth: Int = 256, attributes: Int = 256, nameLength: Int = 1024, valueLength: Int = 1 << 20,
    totalBytes: Int = 1 << 30
  ) {
    self.depth = depth
    self.attributes = attributes
    self.nameLength = nameLength
    self.valueLength = valueLength
    self.totalBytes = totalBytes
  }
}
