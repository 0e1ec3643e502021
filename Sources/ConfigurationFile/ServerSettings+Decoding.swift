// The `server` section, read strictly.

extension ServerSettings {
  init(_ section: Section) {
    host = section.string("host")
    port = section.integer("port", 0...65535)
    basePath = section.string("base-path")
    if let path = basePath, !path.hasPrefix("/") || path.hasSuffix("/") || path.contains("?") || path.contains(" ") {
      section.fail("base-path", "server.base-path must begin with a slash and not end with one, e.g. /busbar")
    }
    publicURL = section.url("public-url")
    name = section.string("name")
    data = section.path("data")
    isInsecure = section.bool("insecure") ?? false
    trustsLoopback = section.bool("trust-loopback") ?? true
    logLevel = section.choice(
      "log-level", ["trace", "debug", "info", "notice", "warning", "error", "critical"].map { ($0, $0) })
    tls = section.section("tls", known: Keys.tls).flatMap { TLSSettings($0) }
    if let section = section.section("limits", known: Keys.serverLimits) { limits = ServerLimits(section) }
    retention = section.section("retention", known: Keys.retention).map { RetentionSettings($0) }
  }
}

extension RetentionSettings {
  init(_ section: Section) {
    let range = Duration.seconds(60)...(.seconds(3600 * 24 * 36_500))
    self.init()
    age = section.duration("age", range)
    deadLetters = section.duration("dead-letters", range)
    totalBytes = section.bytes("total-bytes", (1 << 20)...(1 << 50))
    for (noun, text) in section.map("nouns").sorted(by: { $0.key < $1.key }) {
      if let value = Quantities.duration(text), range.contains(value) {
        ages[noun] = value
      } else {
        section.fail("nouns", "\(section.name).nouns.\(noun) must be a time of a minute or more, e.g. 720h")
      }
    }
  }
}

extension TLSSettings {
  init?(_ section: Section) {
    let certificate = section.path("certificate")
    let key = section.path("key")
    if !section.has("certificate") { section.missing("certificate", "name the PEM file of the server's certificate") }
    if !section.has("key") { section.missing("key", "name the PEM file of the certificate's private key") }
    let requires = section.choice("client-certificates", [("optional", false), ("required", true)]) ?? false
    let clientCA = section.path("client-ca")
    if requires, !section.has("client-ca") {
      section.fail(
        "client-certificates",
        "\(section.name).client-certificates is required and client-ca is missing: name the "
          + "PEM file of the roots they are verified against")
    }
    let needs1_3 = section.choice("minimum-version", [("1.2", false), ("1.3", true)]) ?? false
    guard let certificate, let key else { return nil }
    self.init(
      certificate: certificate, key: key, clientCA: clientCA, requiresClientCertificate: requires,
      needsVersion1_3: needs1_3)
  }
}

extension ServerLimits {
  init(_ section: Section) {
    maxBytes = section.bytes("max-bytes", 1024...(4 << 30))
    maxDepth = section.integer("max-depth", 8...1000)
    holdBytes = section.bytes("hold-bytes", 1024...(4 << 30))
    totalBytes = section.bytes("total-bytes", 1024...(256 << 30))
    readingsBytes = section.bytes("readings-bytes", 1024...(1 << 50))
    requests = section.integer("requests", 1...100_000)
    connections = section.integer("connections", 1...100_000)
    failedAttempts = section.integer("failed-attempts", 1...1000)
  }
}

extension Section {
  /// An http or https URL.
  func url(_ key: String) -> String? { string(key).flatMap { isURL($0, key) ? $0 : nil } }

  func urls(_ key: String) -> [String] { strings(key).filter { isURL($0, key) } }

  private func isURL(_ text: String, _ key: String) -> Bool {
    for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
      let rest = text.dropFirst(scheme.count)
      if let first = rest.first, first != "/", !text.contains(where: \.isWhitespace) { return true }
    }
    fail(key, "\(name).\(key): \"\(text.prefix(200))\" is no http or https URL, e.g. https://cis.utility.example/bus")
    return false
  }
}
