// How somebody shows who they are, in either direction.
public import Secrets

/// One way in which a partner or operator authenticates when it calls us.
public enum CredentialSettings: Sendable, Equatable {
  /// HTTP Basic.
  case basic(user: String, password: PasswordSource)
  /// HTTP Bearer.
  case bearer(TokenSource)
  /// A client certificate of this subject.
  case certificateSubject(SubjectName)
  /// One certificate, by the SHA-256 of its DER bytes.
  case certificateDigest(SecretDigest)

  /// "basic", "bearer" or "certificate".
  public var kind: String {
    switch self {
    case .basic: return "basic"
    case .bearer: return "bearer"
    case .certificateSubject, .certificateDigest: return "certificate"
    }
  }
}

/// What an incoming password is compared with.
public enum PasswordSource: Sendable, Equatable {
  case hash(PasswordHash)
  case stored(SecretSource)
}

/// What an incoming token is compared with.
public enum TokenSource: Sendable, Equatable {
  case digest(SecretDigest)
  case stored(SecretSource)
}

/// How we show who we are to a partner, and whom we believe to be it.
public struct OutgoingSettings: Sendable, Equatable {
  /// The Authorization header, at most one.
  public enum Authorization: Sendable, Equatable {
    case basic(user: String, password: SecretSource)
    case bearer(SecretSource)
  }

  public var authorization: Authorization?
  /// PEM files of our client certificate and its key.
  public var certificate: CertificateFiles?
  /// PEM file of the roots the partner's certificate is verified against; nil: those of the system.
  public var ca: String?

  public init() {}
}

/// Paths of PEM files.
public struct CertificateFiles: Sendable, Equatable {
  public var certificate: String
  public var key: String
}
