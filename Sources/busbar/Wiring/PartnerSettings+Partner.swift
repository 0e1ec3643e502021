// From what the configuration file says to what the transport works with.
import Catalogue
import ConfigurationFile
import HTTPTransport
import IECMessage
import MessageBus
import Secrets

extension PartnerSettings {
  /// The partner as its settings and the registry have it, its secrets read from where they lie.
  ///
  /// - Throws: `ConfigurationError` `.unreadable` for a secret that is not there, `.invalid` where nobody says where it is
  ///   called.
  func partner(_ registry: [ComponentEntry]) throws(ConfigurationError) -> Partner {
    var partner = try partner()
    if let entry = registry.first(where: { $0.id == partner.id }) { partner.take(entry) }
    guard partner.interests.isEmpty || partner.endpoint != nil else {
      let problem =
        "partner \(id) has no endpoint here and no address in the registry: what it serves and subscribes to "
        + "has to be posted somewhere"
      throw ConfigurationError(.invalid, [.init(file: "the configuration", message: problem)])
    }
    return partner
  }

  /// The partner, its secrets read from where they lie.
  ///
  /// - Throws: `ConfigurationError` `.unreadable` for a secret that is not there.
  func partner() throws(ConfigurationError) -> Partner {
    var interests: [Interest] = []
    for pattern in serves { interests.append(.serves(pattern.verbs, pattern.nouns, from: pattern.from)) }
    for pattern in subscribes { interests.append(.subscribes(pattern.verbs, pattern.nouns, from: pattern.from)) }
    var partner = Partner(
      id: ParticipantID(id), displayName: name, sourceAliases: Set(sources), replyAddresses: replyAddresses,
      endpoint: endpoint, form: messageForm, soap: soap, interests: interests, deadline: deadline ?? .seconds(30))
    partner.credentials = try Credential.all(auth)
    partner.maySend = maySend.map { Permission($0.verbs, $0.nouns) }
    partner.bodyLimit = limits.maxBytes
    partner.requestsPerSecond = limits.requestsPerSecond
    partner.compressOver = compressOver
    partner.outgoing = try outgoing.access()
    partner.dialect = dialect
    return partner
  }

  private var messageForm: MessageForm {
    switch form {
    case .generic: return .generic
    case .wrapped: return .wrapped
    case .typed: return .typed(namespace: "")
    }
  }
}

extension PatternSettings {
  fileprivate var from: Set<ParticipantID>? { senders.map { Set($0.map { ParticipantID($0) }) } }
}

extension PriorityRule {
  init?(_ settings: PrioritySettings) {
    guard let priority = Priority(settings.priority) else { return nil }
    self.init(
      verbs: settings.verbs, nouns: settings.nouns, senders: settings.senders.map { Set($0.map { ParticipantID($0) }) },
      priority: priority)
  }
}

extension Credential {
  /// - Throws: `ConfigurationError` `.unreadable` for a secret that is not there.
  static func all(_ settings: [CredentialSettings]) throws(ConfigurationError) -> [Credential] {
    var credentials: [Credential] = []
    for one in settings {
      switch one {
      case .basic(let user, .hash(let hash)): credentials.append(.basic(user: user, password: .hash(hash)))
      case .basic(let user, .stored(let source)):
        credentials.append(.basic(user: user, password: .digest(SecretDigest(of: try source.secret().value))))
      case .bearer(.digest(let digest)): credentials.append(.bearer(digest))
      case .bearer(.stored(let source)): credentials.append(.bearer(SecretDigest(of: try source.secret().value)))
      case .certificateSubject(let subject): credentials.append(.certificateSubject(subject))
      case .certificateDigest(let digest): credentials.append(.certificateDigest(digest))
      }
    }
    return credentials
  }
}

extension OutgoingSettings {
  /// - Throws: `ConfigurationError` `.unreadable` for a secret that is not there.
  func access() throws(ConfigurationError) -> OutgoingAccess {
    var access = OutgoingAccess()
    switch authorization {
    case .basic(let user, let source): access.authorization = .basic(user: user, password: try source.secret())
    case .bearer(let source): access.authorization = .bearer(try source.secret())
    case nil: break
    }
    access.certificate = certificate.map { ($0.certificate, $0.key) }
    access.ca = ca
    return access
  }
}
