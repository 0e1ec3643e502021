// Passwords as they may lie in a file: salted, slow to guess, and never to be turned back.
import Crypto
import CryptoExtras

/// The salted hash of a password, PBKDF2 with HMAC-SHA-256.
///
/// As text: `pbkdf2-sha256$ROUNDS$SALT$HASH`, salt (16 bytes) and hash (32 bytes) in hexadecimal digits, e.g.
/// `pbkdf2-sha256$600000$00112233445566778899aabbccddeeff$…`.
///
/// - SeeAlso: RFC 8018, 5.2; RFC 9110, 11 (HTTP authentication)
public struct PasswordHash: Sendable, Hashable {
  public let rounds: Int
  public let salt: [UInt8]
  public let hash: [UInt8]

  /// Rounds of new hashes: some tenths of a second per guess.
  public static let standardRounds = 600_000
  /// What is taken from a file: below it guesses are too cheap, above it each check stalls the server.
  public static let allowedRounds = 210_000...5_000_000

  /// - Returns: nil where the text is no hash of the form above or its rounds are out of bounds.
  public init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "pbkdf2-sha256", let rounds = Int(parts[1]),
      Self.allowedRounds.contains(rounds), let salt = Hex.bytes(String(parts[2])), (16...64).contains(salt.count),
      let hash = Hex.bytes(String(parts[3])), hash.count == 32
    else { return nil }
    self.rounds = rounds
    self.salt = salt
    self.hash = hash
  }

  /// A new hash of a password, with a salt of its own.
  ///
  /// - Throws: what the key derivation throws; the rounds here are always allowed ones.
  public init(of password: String, rounds: Int = Self.standardRounds) throws {
    self.rounds = min(max(rounds, Self.allowedRounds.lowerBound), Self.allowedRounds.upperBound)
    salt = RandomBytes.make(16)
    hash = try Self.derive(password, salt, self.rounds)
  }

  public var text: String { "pbkdf2-sha256$\(rounds)$\(Hex.text(salt))$\(Hex.text(hash))" }

  /// Whether this is the password. Takes as long for a wrong one as for the right one, some tenths of a second: keep it
  /// off threads that others wait for.
  public func matches(_ password: String) -> Bool {
    guard let derived = try? Self.derive(password, salt, rounds) else { return false }
    return SecretDigest.areEqual(derived, hash)
  }

  private static func derive(_ password: String, _ salt: [UInt8], _ rounds: Int) throws -> [UInt8] {
    let key = try KDF.Insecure.PBKDF2.deriveKey(
      from: Array(password.utf8), salt: salt, using: .sha256, outputByteCount: 32, rounds: rounds)
    return key.withUnsafeBytes { Array($0) }
  }
}
