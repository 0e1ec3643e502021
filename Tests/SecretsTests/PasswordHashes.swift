// Hashes and digests against values of other people's libraries.
import Secrets
import Testing

@Suite("Passwords and digests")
struct PasswordHashes {
  /// Made by Python's hashlib.pbkdf2_hmac with salt 00…0f and 210,000 rounds.
  static let foreign =
    "pbkdf2-sha256$210000$000102030405060708090a0b0c0d0e0f$bd68c545bd83cbd2db81aea72db53183f9a98bc8a0a014b3c5d4ae6c543797a2"

  @Test("a hash made by another library is understood")
  func oracle() throws {
    let hash = try #require(PasswordHash(Self.foreign))
    #expect(hash.matches("wärme & strom"))
    #expect(!hash.matches("wärme & Strom"))
    #expect(!hash.matches(""))
    #expect(hash.text == Self.foreign)
  }

  @Test("a new hash matches its password only, and no two are the same")
  func new() throws {
    let hash = try PasswordHash(of: "s3cret", rounds: 210_000)
    let again = try #require(PasswordHash(hash.text))
    #expect(again.matches("s3cret"))
    #expect(!again.matches("s3cret "))
    let other = try PasswordHash(of: "s3cret", rounds: 210_000)
    #expect(other != hash)
  }

  @Test(
    "what is no hash, or one that is too cheap to guess, is not taken",
    arguments: [
      "", "secret", "pbkdf2-sha256$1000$000102030405060708090a0b0c0d0e0f$" + String(repeating: "0", count: 64),
      "pbkdf2-sha256$210000$00$" + String(repeating: "0", count: 64),
      "pbkdf2-sha256$210000$000102030405060708090a0b0c0d0e0f$00", "md5$210000$000102030405060708090a0b0c0d0e0f$00",
      "pbkdf2-sha256$999999999$000102030405060708090a0b0c0d0e0f$" + String(repeating: "0", count: 64),
    ])
  func malformed(_ text: String) {
    #expect(PasswordHash(text) == nil)
  }

  @Test("digests are SHA-256, written with or without colons")
  func digests() throws {
    let hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    #expect(SecretDigest(of: "test").hex == hex)
    #expect(SecretDigest(hex: hex) == SecretDigest(of: "test"))
    let pairs = stride(from: 0, to: 64, by: 2).map { String(hex.dropFirst($0).prefix(2)).uppercased() }
    #expect(SecretDigest(hex: pairs.joined(separator: ":")) == SecretDigest(of: "test"))
    #expect(SecretDigest(hex: String(hex.dropLast())) == nil)
    #expect(SecretDigest(of: "test") != SecretDigest(of: "Test"))
  }

  @Test("a secret shows nothing of itself, however it is printed")
  func hidden() {
    let secret = SecretText("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] { #expect(!text.contains("hunter2")) }
  }

  @Test("tokens are long and never the same")
  func tokens() {
    let tokens = Set((0..<100).map { _ in RandomBytes.token() })
    #expect(tokens.count == 100)
    #expect(tokens.allSatisfy { $0.utf8.count == 64 })
  }
}
