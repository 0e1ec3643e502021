// How those who call us show who they are.
public import Secrets

/// One way in which a partner or an operator authenticates. Whoever has several may use any of them.
public enum Credential: Sendable, Equatable {
  /// HTTP Basic (RFC 7617).
  case basic(user: String, password: PasswordCheck)
  /// HTTP Bearer (RFC 6750), by the token's SHA-256.
  case bearer(SecretDigest)
  /// A verified client certificate of this subject.
  case certificateSubject(SubjectName)
  /// A verified client certificate, by the SHA-256 of its DER bytes.
  case certificateDigest(SecretDigest)
}

/// Somebody who may look into the journal from other machines.
public struct Operator: Sendable, Equatable {
  /// For the log.
  public var name: String
  public var credentials: [Credential]

  public init(name: String, credentials: [Credential]) {
    self.name = name
    self.credentials = credentials
  }
}
