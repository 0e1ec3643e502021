// What stands around the compressed bytes.

/// The wrappers of a deflate stream.
public enum CompressedFormat: Sendable, Hashable, CaseIterable {
  /// RFC 1952: files, HTTP's "gzip", and compressed payloads of IEC 61968-100. Several members may follow each other.
  case gzip
  /// RFC 1950: HTTP's "deflate".
  case zlib
  /// RFC 1951: what some clients send as "deflate" all the same.
  case deflate

  /// zlib's way to say it: the window's size, raised or negative.
  var windowBits: Int32 {
    switch self {
    case .gzip: return 15 + 16
    case .zlib: return 15
    case .deflate: return -15
    }
  }

  /// Whether data begin as gzip does: files are told by this, not by their names.
  public static func isGzip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Whether data begin as zstd does (RFC 8878).
  public static func isZstd(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) }
}
