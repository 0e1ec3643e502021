// Every key of the file, section by section. docs/configuration.md describes each; a test compares the two.

enum Keys {
  static let root = [
    "server", "schemas", "code-tables", "registry", "required", "priorities", "master-data", "meter-data", "operators",
    "partners",
  ]
  static let server = [
    "host", "port", "base-path", "public-url", "name", "data", "tls", "insecure", "trust-loopback", "log-level",
    "limits", "retention",
  ]
  static let retention = ["age", "nouns", "dead-letters", "total-bytes"]
  static let tls = ["certificate", "key", "client-ca", "client-certificates", "minimum-version"]
  static let serverLimits = [
    "max-bytes", "max-depth", "hold-bytes", "total-bytes", "readings-bytes", "requests", "connections",
    "failed-attempts",
  ]
  static let codeTables = ["edition3", "files"]
  static let priority = ["verbs", "nouns", "senders", "priority"]
  static let masterData = ["enabled", "operations-per-set", "reply-per-operation"]
  static let meterData = ["enabled", "zone", "groups", "rules", "unknown-meters", "postgresql"]
  static let operators = ["name", "auth"]
  static let partner = [
    "id", "name", "sources", "endpoint", "reply-addresses", "soap", "form", "auth", "outgoing", "may-send", "serves",
    "subscribes", "mode", "dialect", "limits", "deadline", "compress-over",
  ]
  static let auth = ["basic", "bearer", "certificate"]
  static let basic = ["user", "password-hash", "password-file", "password-env"]
  static let bearer = ["token-sha256", "token-file", "token-env"]
  static let certificate = ["subject", "sha256"]
  static let outgoing = ["basic", "bearer", "certificate", "ca"]
  static let outgoingBasic = ["user", "password-file", "password-env"]
  static let outgoingBearer = ["token-file", "token-env"]
  static let outgoingCertificate = ["certificate", "key"]
  static let pattern = ["verbs", "nouns"]
  static let interest = ["verbs", "nouns", "senders"]
  static let dialect = [
    "preset", "envelope-namespaces", "namespaces", "elements", "nouns", "verbs", "results", "header-fields", "zone",
    "marks-local-time-as-utc", "date-order", "accept-no-namespace", "reply-style",
  ]
  static let partnerLimits = ["max-bytes", "requests-per-second", "queue"]

  static let all = [
    root, server, retention, tls, serverLimits, codeTables, priority, masterData, meterData, operators, partner, auth,
    basic,
    bearer,
    certificate,
    outgoing,
    outgoingBasic, outgoingBearer, outgoingCertificate, pattern, dialect, partnerLimits,
  ]
}
