// How the server listens and what it bears; nil is the server's own default.

/// The `server` section.
public struct ServerSettings: Sendable, Equatable {
  public var host: String?
  public var port: Int?
  public var basePath: String?
  public var publicURL: String?
  /// Header.Source of replies the bus makes itself.
  public var name: String?
  /// Folder of the journal.
  public var data: String?
  public var tls: TLSSettings?
  /// Told in so many words to listen beyond this machine without TLS, or to partners that do not authenticate.
  public var isInsecure = false
  /// Whether whoever is on this machine may send as "anonymous" and look into the journal.
  public var trustsLoopback = true
  /// trace, debug, info, notice, warning, error or critical.
  public var logLevel: String?
  public var limits = ServerLimits()
  /// Nil: the journal keeps everything.
  public var retention: RetentionSettings?

  public init() {}
}

/// The `server.retention` section; nil: without end.
public struct RetentionSettings: Sendable, Equatable {
  public var age: Duration?
  /// By noun, in place of `age`.
  public var ages: [String: Duration] = [:]
  public var deadLetters: Duration?
  /// Of the journal and its spooled bodies.
  public var totalBytes: Int?

  public init() {}
}

/// The `server.tls` section. Paths are those of PEM files.
public struct TLSSettings: Sendable, Equatable {
  /// The server's certificate, and behind it those between it and its root.
  public var certificate: String
  public var key: String
  /// Roots that clients' certificates are verified against; nil: clients are asked for none.
  public var clientCA: String?
  /// Whether a client without a certificate is turned away before it can send anything.
  public var requiresClientCertificate: Bool
  /// TLS 1.3 in place of 1.2 at least.
  public var needsVersion1_3: Bool
}

/// The `server.limits` section.
public struct ServerLimits: Sendable, Equatable {
  /// Largest message in bytes.
  public var maxBytes: Int?
  /// Elements of a message open at the same time.
  public var maxDepth: Int?
  /// Bytes of a message over which it lies in a file.
  public var holdBytes: Int?
  /// Bytes of all messages being received at once.
  public var totalBytes: Int?
  /// Largest body of readings in bulk.
  public var readingsBytes: Int?
  /// Messages worked on at once.
  public var requests: Int?
  public var connections: Int?
  /// Failed attempts to authenticate before an address has to wait.
  public var failedAttempts: Int?

  public init() {}
}
