// Whose credentials are whose.
import Secrets

/// The credentials of all partners and operators, ready to be looked up.
struct Principals: Sendable {
  private(set) var users: [String: [(caller: Caller, check: PasswordCheck)]] = [:]
  private(set) var tokens: [(caller: Caller, digest: SecretDigest)] = []
  private(set) var subjects: [SubjectName: Caller] = [:]
  private(set) var certificates: [(caller: Caller, digest: SecretDigest)] = []
  /// Whether any partner authenticates.
  let hasPartners: Bool
  /// Whether each does.
  let hasAllPartners: Bool

  init(_ partners: [Partner], _ operators: [Operator]) {
    hasPartners = partners.contains { !$0.credentials.isEmpty }
    hasAllPartners = partners.allSatisfy { !$0.credentials.isEmpty }
    for partner in partners { add(partner.credentials, .partner(partner)) }
    for one in operators { add(one.credentials, .operator(one.name)) }
  }

  private mutating func add(_ credentials: [Credential], _ caller: Caller) {
    for credential in credentials {
      switch credential {
      case .basic(let user, let check): users[user, default: []].append((caller, check))
      case .bearer(let digest): tokens.append((caller, digest))
      case .certificateSubject(let subject): subjects[subject] = caller
      case .certificateDigest(let digest): certificates.append((caller, digest))
      }
    }
  }

  var isSlow: Bool {
    users.values.joined().contains { if case .hash = $0.check { true } else { false } }
  }

  /// Whose token this is. Every token is compared, and each in constant time.
  func caller(token: String) -> Caller? {
    let digest = SecretDigest(of: token)
    var found: Caller?
    for entry in tokens where entry.digest == digest { found = entry.caller }
    return found
  }

  func caller(_ certificate: PeerCertificate) -> Caller? {
    certificates.first { $0.digest == certificate.digest }?.caller
      ?? SubjectName(certificate.subject).flatMap { subjects[$0] }
  }

  /// What a 401 asks for. HTTP has no scheme for certificates and wants one named (RFC 9110, 15.5.2).
  var challenges: [String] {
    var challenges: [String] = []
    if !users.isEmpty || tokens.isEmpty { challenges.append("Basic realm=\"busbar\", charset=\"UTF-8\"") }
    if !tokens.isEmpty { challenges.append("Bearer realm=\"busbar\"") }
    return challenges
  }
}
