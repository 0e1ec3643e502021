// Host and port of a URL.
import NIOCore
import NIOPosix

struct ProbeTarget: Sendable {
  var host: String
  var port: Int
  var isTLS: Bool

  /// - Throws: `TransportError` `.badConfiguration` where it is no http or https URL.
  init(_ url: String) throws {
    guard let end = url.firstRange(of: "://"), url[..<end.lowerBound] == "http" || url[..<end.lowerBound] == "https"
    else { throw Self.bad(url) }
    isTLS = url.hasPrefix("https")
    var authority = url[end.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
    let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
    if let colon {
      guard let port = Int(authority[authority.index(after: colon)...]), (1...65535).contains(port) else {
        throw Self.bad(url)
      }
      self.port = port
    } else {
      port = isTLS ? 443 : 80
    }
    host = authority[..<(colon ?? authority.endIndex)].filter { $0 != "[" && $0 != "]" }
    guard !host.isEmpty else { throw Self.bad(url) }
  }

  private static func bad(_ url: String) -> TransportError {
    TransportError(.badConfiguration, "\(url) is no http or https URL")
  }

  /// The first address of the host. Blocks a thread of the pool, not one that serves.
  func resolve() async throws -> SocketAddress {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      try SocketAddress.makeAddressResolvingHost(host, port: port)
    }
  }

  /// Whether the host is a number, which no server name may be in TLS (RFC 6066, 3).
  var isNumeric: Bool { (try? SocketAddress(ipAddress: host, port: port)) != nil }
}
