// From YAML to values, strictly.
import Secrets
import Yams

extension Configuration {
  /// Bytes of the largest file that is read.
  static let fileLimit = 1 << 20

  /// Reads a file.
  ///
  /// - Throws: `ConfigurationError` `.unreadable`, `.syntax` or `.invalid`; the latter tells up to 50 problems at once.
  public init(contentsOf path: String) throws(ConfigurationError) {
    let text: String
    do {
      text = try FileText.read(path, limit: Self.fileLimit)
    } catch {
      throw ConfigurationError(.unreadable, [.init(file: path, message: "cannot be read: \(error.reason)")])
    }
    self = try Configuration(yaml: text, file: path)
  }

  /// Reads a text.
  ///
  /// - Parameter file: how the text is called in messages; relative paths in it begin at the file's folder.
  /// - Throws: `ConfigurationError` `.syntax` or `.invalid`.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    let problems = ProblemList(file: file)
    var configuration = Configuration()
    if let root = try YAMLText.root(yaml, file: file),
      let section = Section(root, "the file", known: Keys.root, problems)
    {
      configuration.read(section)
    }
    try problems.throwIfAny()
    self = configuration
  }

  private mutating func read(_ root: Section) {
    let problems = root.problems
    if let node = root.node("server"), let section = Section(node, "server", known: Keys.server, problems) {
      server = ServerSettings(section)
    }
    schemas = root.strings("schemas").map(problems.resolved)
    if let section = root.section("code-tables", known: Keys.codeTables) {
      codeTables.edition3 = section.bool("edition3") ?? false
      codeTables.files = section.map("files").mapValues(problems.resolved)
    }
    registry = root.strings("registry").map(problems.resolved)
    priorities = root.sections("priorities", known: Keys.priority).compactMap { PrioritySettings($0) }
    if let section = root.section("master-data", known: Keys.masterData) {
      // Who writes the section wants it kept, unless it says otherwise.
      masterData.isEnabled = section.bool("enabled") ?? true
      masterData.operationsPerSet = section.integer("operations-per-set", 1...100_000)
      masterData.separateReplies = section.strings("reply-per-operation")
    }
    required = root.string("required").map { $0 == "none" ? $0 : problems.resolved($0) }
    if let section = root.section("meter-data", known: Keys.meterData) {
      meterData.isEnabled = section.bool("enabled") ?? true
      meterData.zone = section.string("zone")
      meterData.groups = section.string("groups").map(problems.resolved)
      meterData.rules = section.string("rules").map(problems.resolved)
      let choices = MeterDataSettings.UnknownMeters.allCases.map { ($0.rawValue, $0) }
      meterData.unknownMeters = section.choice("unknown-meters", choices) ?? .create
      meterData.postgresql = section.string("postgresql")
    }
    operators = root.sections("operators", known: Keys.operators).compactMap { section in
      guard let name = section.string("name") else {
        if !section.has("name") { section.missing("name", "say who it is, for the log") }
        return nil
      }
      let auth = CredentialSettings.all(section)
      if !section.has("auth") {
        section.missing("auth", "an operator has to authenticate: basic, bearer or certificate")
      }
      return OperatorSettings(name: name, auth: auth)
    }
    let sections = root.sections("partners", known: Keys.partner)
    var sources: [String: String] = [:]
    for section in sections {
      guard let partner = PartnerSettings(section, hasRegistry: !registry.isEmpty) else { continue }
      for source in Set(partner.sources + [partner.id]) {
        if let other = sources.updateValue(partner.id, forKey: source) {
          let key = source == partner.id ? "id" : "sources"
          section.fail(key, "\(source) is claimed by partner \(other) already: every source belongs to one partner")
        }
      }
      partners.append(partner)
    }
    checkCredentials(root)
  }

  /// Whether credentials tell everybody apart, and whether certificates can be verified at all.
  private func checkCredentials(_ root: Section) {
    var owners: [PublicPart: String] = [:]
    let claims =
      partners.map { ("partner \($0.id)", $0.auth) } + operators.map { ("operator \($0.name)", $0.auth) }
    for (owner, credentials) in claims {
      for credential in credentials {
        guard let key = credential.publicPart, let other = owners.updateValue(owner, forKey: key), other != owner else {
          continue
        }
        root.problems.add(
          root.place("partners"), "\(key) is how both \(other) and \(owner) authenticate: give each its own")
      }
    }
    let needsCA = claims.first { $0.1.contains { $0.kind == "certificate" } }
    if let needsCA, server.tls?.clientCA == nil {
      root.problems.add(
        root.place("server"),
        "\(needsCA.0) authenticates by certificate and server.tls.client-ca is missing: name the PEM file of the roots "
          + "that clients' certificates are verified against")
    }
  }
}

/// What tells a caller apart before its secret is looked at.
private enum PublicPart: Hashable, CustomStringConvertible {
  case user(String), token(String), subject(SubjectName), certificate(String)

  var description: String {
    switch self {
    case .user(let name): return "user \(name)"
    case .token(let digest): return "token-sha256 \(digest)"
    case .subject(let name): return "subject \(name)"
    case .certificate(let digest): return "certificate \(digest)"
    }
  }
}

extension CredentialSettings {
  /// Nil for tokens that lie elsewhere.
  fileprivate var publicPart: PublicPart? {
    switch self {
    case .basic(let user, _): return .user(user)
    case .bearer(.digest(let digest)): return .token(digest.hex)
    case .bearer(.stored): return nil
    case .certificateSubject(let name): return .subject(name)
    case .certificateDigest(let digest): return .certificate(digest.hex)
    }
  }
}
