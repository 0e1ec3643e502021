// What a password that comes in is compared with.

/// How a password is known: by a hash out of a file, or by the digest of one that was read from a secret store.
public enum PasswordCheck: Sendable, Equatable {
  case hash(PasswordHash)
  /// Never written anywhere: a plain digest is easy to guess from.
  case digest(SecretDigest)

  /// Whether this is the password; some tenths of a second for `.hash`, whatever the password.
  public func matches(_ password: String) -> Bool {
    switch self {
    case .hash(let hash): return hash.matches(password)
    case .digest(let digest): return digest == SecretDigest(of: password)
    }
  }
}
