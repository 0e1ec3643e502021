// SHA-256: what tokens and certificates are known by.
import Crypto

/// The SHA-256 of a token, a password held in memory, or a certificate's DER bytes.
///
/// Comparing takes the same time wherever two digests differ.
public struct SecretDigest: Sendable, Equatable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// The digest of these bytes.
  public init(of bytes: [UInt8]) { self.bytes = Array(SHA256.hash(data: bytes)) }

  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// A digest as 64 hexadecimal digits of either case, with or without colons between the bytes, as openssl and browsers
  /// show fingerprints; nil for anything else.
  public init?(hex text: String) {
    guard let bytes = Hex.bytes(text.filter { $0 != ":" }), bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  public var hex: String { Hex.text(bytes) }
  public var description: String { hex }

  public static func == (a: SecretDigest, b: SecretDigest) -> Bool { areEqual(a.bytes, b.bytes) }

  /// Looks at every byte, whatever it finds on the way.
  static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for i in a.indices { difference |= a[i] ^ b[i] }
    return difference == 0
  }
}
