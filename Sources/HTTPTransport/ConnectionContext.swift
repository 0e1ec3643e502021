// What the routes know of the connection a request came over.
import Hummingbird
import NIOCore

/// Hummingbird's request context with the sender's address.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  var remoteAddress: SocketAddress? { channel.remoteAddress }

  /// Whether the sender is on this machine.
  var isLoopback: Bool {
    switch remoteAddress {
    case .v4, .v6:
      let ip = remoteAddress?.ipAddress ?? ""
      return ip.hasPrefix("127.") || ip == "::1" || ip.hasPrefix("::ffff:127.")
    case .unixDomainSocket: return true
    case nil: return false
    }
  }
}
