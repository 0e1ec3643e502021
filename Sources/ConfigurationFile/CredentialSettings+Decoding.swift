// The `auth` and `outgoing` sections, read strictly.
import Secrets
import Yams

extension CredentialSettings {
  /// Every credential under `auth`; each kind is a mapping, or a list of mappings while keys are being changed.
  static func all(_ owner: Section) -> [CredentialSettings] {
    guard let section = owner.section("auth", known: Keys.auth) else { return [] }
    let basic = section.sections("basic", known: Keys.basic, orOne: true).compactMap(Self.basic)
    let bearer = section.sections("bearer", known: Keys.bearer, orOne: true).compactMap(Self.bearer)
    let certificate = section.sections("certificate", known: Keys.certificate, orOne: true).compactMap(Self.certificate)
    if Keys.auth.allSatisfy({ !section.has($0) }) {
      section.problems.add(section.mark, "\(section.name) is empty: give basic, bearer or certificate, or leave it out")
    }
    return basic + bearer + certificate
  }

  private static func basic(_ section: Section) -> CredentialSettings? {
    guard let user = section.user(), let key = section.only(of: Array(Keys.basic.dropFirst())) else { return nil }
    guard key == "password-hash" else {
      return section.secret(key).map { .basic(user: user, password: .stored($0)) }
    }
    guard let text = section.string(key) else { return nil }
    guard let hash = PasswordHash(text) else {
      section.fail(
        key,
        "\(section.name).\(key) is no hash of the form pbkdf2-sha256$rounds$salt$hash: let 'busbar partner hash' "
          + "make one")
      return nil
    }
    return .basic(user: user, password: .hash(hash))
  }

  private static func bearer(_ section: Section) -> CredentialSettings? {
    guard let key = section.only(of: Keys.bearer) else { return nil }
    guard key == "token-sha256" else { return section.secret(key).map { .bearer(.stored($0)) } }
    return section.digest(key).map { .bearer(.digest($0)) }
  }

  private static func certificate(_ section: Section) -> CredentialSettings? {
    guard let key = section.only(of: Keys.certificate) else { return nil }
    guard key == "subject" else { return section.digest(key).map { .certificateDigest($0) } }
    guard let text = section.string(key) else { return nil }
    if let name = SubjectName(text) { return .certificateSubject(name) }
    section.fail(key, "\(section.name).subject is no name of the form \"CN=cis,O=Utility\", most specific part first")
    return nil
  }
}

extension OutgoingSettings {
  init(_ section: Section) {
    if section.has("basic"), section.has("bearer") {
      section.fail("bearer", "\(section.name) has basic and bearer: a request carries one of them")
    }
    if let basic = section.section("basic", known: Keys.outgoingBasic), let user = basic.user(),
      let key = basic.only(of: Array(Keys.outgoingBasic.dropFirst())), let source = basic.secret(key)
    {
      authorization = .basic(user: user, password: source)
    }
    if let bearer = section.section("bearer", known: Keys.outgoingBearer),
      let key = bearer.only(of: Keys.outgoingBearer),
      let source = bearer.secret(key)
    {
      authorization = .bearer(source)
    }
    if let files = section.section("certificate", known: Keys.outgoingCertificate) {
      for key in Keys.outgoingCertificate where !files.has(key) { files.missing(key, "name a PEM file") }
      if let certificate = files.path("certificate"), let key = files.path("key") {
        self.certificate = CertificateFiles(certificate: certificate, key: key)
      }
    }
    ca = section.path("ca")
  }
}

extension Section {
  /// A user name, which HTTP Basic allows no colon in.
  fileprivate func user() -> String? {
    if !has("user") { missing("user", "say the name that goes with the password") }
    guard let user = string("user") else { return nil }
    guard !user.contains(":") else {
      fail("user", "\(name).user must have no colon in it (RFC 7617, 2)")
      return nil
    }
    return user
  }

  /// The one key of these that stands here.
  fileprivate func only(of keys: [String]) -> String? {
    let found = keys.filter(has)
    if found.count == 1 { return found[0] }
    if found.isEmpty, hasUnknownKeys { return nil }
    let words = keys.joined(separator: ", ")
    problems.add(mark, "\(name) must have one of \(words), and has \(found.isEmpty ? "none" : "\(found.count)")")
    return nil
  }

  fileprivate func digest(_ key: String) -> SecretDigest? {
    guard let text = string(key) else { return nil }
    if let digest = SecretDigest(hex: text) { return digest }
    fail(key, "\(name).\(key) must be a SHA-256 as 64 hexadecimal digits")
    return nil
  }

  /// A secret by the file or the environment variable it lies in.
  fileprivate func secret(_ key: String) -> SecretSource? {
    guard let text = string(key) else { return nil }
    let place = node(key)?.mark
    let origin = SecretSource.Origin(file: problems.file, line: place?.line, column: place?.column)
    return SecretSource(
      place: key.hasSuffix("-env") ? .environment(text) : .file(problems.resolved(text)), origin: origin)
  }
}
