// Every number of the HTTP server in one place.

/// How the HTTP server listens and what it bears. Every queue and every wait is bounded by one of these.
public struct HTTPConfiguration: Sendable {
  /// What to do with a message whose Header.Source names no partner of the directory.
  public enum UnknownSenders: String, Sendable, Codable {
    /// Over loopback it is taken from the participant "anonymous"; from elsewhere it is refused with 2.14.
    case anonymousOnLoopback
    /// Refused with 2.14 wherever it comes from.
    case refuse
  }

  /// Address to listen on. The default is reachable from this machine only.
  public var host = "127.0.0.1"
  /// Port to listen on; 0 takes any free one.
  public var port = 8080
  /// What all paths begin with, e.g. "/busbar"; empty for none.
  public var basePath = ""
  /// How partners reach this server, e.g. "https://bus.utility.example"; goes into the WSDLs. Nil: the request's Host.
  public var publicURL: String?
  /// Logical name in Header.Source of replies the transport makes itself.
  public var name = "BUS"

  /// Nil: plain HTTP.
  public var tls: ServerTLS?
  /// Whether the server may be reached from other machines without TLS, or by partners that do not authenticate.
  public var isInsecure = false
  /// Whether whoever is on this machine may read what is for operators. Turn it off behind a proxy on this machine: all
  /// the world comes from loopback then (see also `unknownSenders`).
  public var trustsLoopback = true
  /// Who may look into the journal, from other machines too.
  public var operators: [Operator] = []
  /// Failed attempts to authenticate before an address has to wait, from a second up to a minute.
  public var failedAttempts = 5

  /// Largest body in bytes. Larger ones are refused while they stream in, with 413 and 3.1.
  public var bodyLimit = 64 << 20
  /// Bytes of a message over which it lies in a file instead of in memory, while it is received and judged, and until it
  /// has been delivered.
  public var spoolOver = 1 << 20
  /// Largest body of `POST /readings` in bytes, packed or not. It lies in a file until it is whole.
  public var readingsLimit = 16 << 30
  /// Bytes of all bodies held at once. Beyond it, messages are refused with 503 and 5.1.
  public var bodyBudget = 512 << 20
  /// Messages worked on at once. Beyond it, messages are refused with 503 and 5.1.
  public var requestLimit = 256
  /// Open connections. More wait in the listen queue until one closes.
  public var connectionLimit = 1024
  /// Bytes of all header fields of one request together.
  public var headerLimit = 64 << 10
  /// Observers of `/activity` at once.
  public var observerLimit = 64

  /// From opening a connection to the end of its first request's header.
  public var headDeadline = Duration.seconds(15)
  /// From an answer to the end of the next request's header on the same connection.
  public var keepAlive = Duration.seconds(60)
  /// From the end of a request's header to the end of its body.
  public var bodyDeadline = Duration.seconds(120)
  /// From the last byte of a request to its answer; above the bus's own deadline of synchronous requests (30 s).
  public var requestDeadline = Duration.seconds(45)
  /// How long a connection may take none of what is written to it.
  public var stallDeadline = Duration.seconds(60)
  /// What Retry-After says with a 503.
  public var retryAfter = Duration.seconds(1)

  /// Most Error elements of one reply; one more then tells how many are left out.
  public var violationLimit = 20
  public var unknownSenders = UnknownSenders.anonymousOnLoopback
  /// Namespaces of SOAP header blocks that may carry mustUnderstand. WS-Addressing is read past, never required.
  public var understoodHeaders: Set<String> = [
    "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  ]

  public init() {}
}

extension HTTPConfiguration {
  /// Whether nobody on another machine can reach the address it listens on.
  public var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "::1" }

  /// Why the server must not start as it is; nil where it may. Beyond this machine it needs TLS and an authentication of
  /// every partner, or to be told otherwise in so many words.
  public func exposure(of partners: [Partner]) -> String? {
    guard !isLoopback, !isInsecure else { return nil }
    let words = "or say --insecure-without-tls, or \"insecure: true\" in the file's server section"
    if tls == nil {
      return "\(host) is reachable from other machines and there is no TLS: give server.tls in the configuration file, "
        + "listen on 127.0.0.1, \(words)"
    }
    guard let open = partners.first(where: { $0.credentials.isEmpty }) else { return nil }
    return "\(host) is reachable from other machines and partner \(open.id) does not authenticate: give it auth in the "
      + "configuration file, listen on 127.0.0.1, \(words)"
  }

  /// Retry-After in whole seconds, at least 1.
  var retryAfterSeconds: Int { max(1, Int(retryAfter.components.seconds)) }
}
