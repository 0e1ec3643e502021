// The other end of a connection.
import NIOCore

/// Who is connected, as far as the network knows.
struct Peer: Sendable {
  let channel: any Channel
  /// Numeric; nil where it is no network address.
  let address: String?
  /// Whether it is on this machine.
  let isLoopback: Bool

  init(_ channel: any Channel) {
    self.channel = channel
    address = channel.remoteAddress?.ipAddress
    switch channel.remoteAddress {
    case .v4, .v6:
      let ip = address ?? ""
      isLoopback = ip.hasPrefix("127.") || ip == "::1" || ip.hasPrefix("::ffff:127.")
    case .unixDomainSocket: isLoopback = true
    case nil: isLoopback = false
    }
  }
}
