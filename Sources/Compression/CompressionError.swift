// Why compressed data cannot be read.

/// Compressed data that is broken, or that grows beyond what is allowed. It ends the reading.
public struct CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble: open, so that codes can be added.
  public struct Code: Sendable, Hashable {
    public var rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The data ends before the compressed stream does.
    public static let truncated = Code("compressed.truncated")
    /// What was read is no compressed stream of this format.
    public static let corrupt = Code("compressed.corrupt")
    /// Checksum or length at the stream's end do not fit what was unpacked.
    public static let checksum = Code("compressed.checksum")
    /// Something else follows the compressed stream.
    public static let trailingData = Code("compressed.trailing-data")
    /// More bytes come out than are allowed.
    public static let sizeLimit = Code("limit.expanded-size")
    /// More bytes come out for each that goes in than are allowed.
    public static let ratioLimit = Code("limit.expansion-ratio")
  }

  public var code: Code
  public var message: String
  /// Compressed bytes that had been taken by then.
  public var offset: Int

  public init(_ code: Code, _ message: String, offset: Int) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  public var description: String { "\(message) (after \(offset) compressed bytes)" }
}
