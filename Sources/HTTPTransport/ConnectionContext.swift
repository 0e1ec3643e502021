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

  var peer: Peer { Peer(channel) }
}
