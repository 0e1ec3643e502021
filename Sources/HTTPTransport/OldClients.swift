// HTTP/1.0: the connection ends with the answer, and old clients wait for just that.
import NIOCore
import NIOHTTP1

/// Marks requests of HTTP/1.0 as the last of their connection unless they ask otherwise.
///
/// It sits before the codec that turns NIO's requests into the version-less ones of the framework.
final class OldClients: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data), !head.isKeepAlive else {
      context.fireChannelRead(data)
      return
    }
    head.headers.replaceOrAdd(name: "connection", value: "close")
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }
}
