// Keeps one connection honest: deadlines for headers, bodies and unread answers, and an orderly close.
import NIOCore
import NIOHTTP1

/// Sits behind the HTTP decoder and closes connections that are slow on purpose or done.
///
/// A connection that sends its header a byte at a time is closed without an answer; one that sends its body so makes the
/// request fail with `TransportError` `.bodyTooSlow`. After an answer with "Connection: close" the sending half is closed
/// at once and the whole a second later, so that a client which is still sending can read why it was refused. Requests of
/// HTTP/1.0 are the last of their connection unless they ask otherwise: old clients wait for its end.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let headDeadline: TimeAmount
  private let keepAlive: TimeAmount
  private let bodyDeadline: TimeAmount
  private let stallDeadline: TimeAmount
  private let watch = Watch()
  private var stall: Scheduled<Void>?
  private var closing = false
  private let bulkPath: String
  /// Whether the body is one of readings in bulk.
  private var isBulk = false

  init(_ configuration: HTTPConfiguration) {
    headDeadline = TimeAmount(configuration.headDeadline)
    keepAlive = TimeAmount(configuration.keepAlive)
    bodyDeadline = TimeAmount(configuration.bodyDeadline)
    stallDeadline = TimeAmount(configuration.stallDeadline)
    bulkPath = configuration.basePath + "/readings"
  }

  private func watchBody(_ deadline: TimeAmount, _ context: ChannelHandlerContext) {
    watch.start(deadline, context) {
      context.fireErrorCaught(TransportError(.bodyTooSlow, "the body did not arrive within its deadline"))
    }
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { closeUnlessRead(within: headDeadline, context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    closeUnlessRead(within: headDeadline, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      closing = !head.isKeepAlive
      // Readings in bulk may take long as a whole, but not stand still.
      isBulk = head.method == .POST && head.uri.utf8.prefix { $0 != UInt8(ascii: "?") }.elementsEqual(bulkPath.utf8)
      watchBody(isBulk ? stallDeadline : bodyDeadline, context)
      if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
        context.writeAndFlush(
          wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
      }
      guard closing, head.version.minor == 0 else { break }
      head.headers.replaceOrAdd(name: "connection", value: "close")
      context.fireChannelRead(wrapInboundOut(.head(head)))
      return
    case .body: if isBulk { watchBody(stallDeadline, context) }
    case .end: watch.rest()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.headers.first(name: "connection")?.lowercased() == "close" { closing = true }
      context.write(data, promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      guard closing else {
        closeUnlessRead(within: keepAlive, context)
        context.write(data, promise: promise)
        return
      }
      context.writeAndFlush(data, promise: promise)
      context.close(mode: .output, promise: nil)
      closeUnlessRead(within: .seconds(1), context)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stall?.cancel()
    stall = nil
    if !context.channel.isWritable {
      stall = context.eventLoop.assumeIsolated().scheduleTask(in: stallDeadline) { context.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  private func closeUnlessRead(within deadline: TimeAmount, _ context: ChannelHandlerContext) {
    watch.start(deadline, context) { context.close(promise: nil) }
  }

  private func cancel() {
    watch.cancel()
    stall?.cancel()
    stall = nil
  }
}
