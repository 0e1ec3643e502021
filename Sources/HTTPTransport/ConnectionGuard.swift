// Keeps one connection honest: deadlines for headers, bodies and unread answers, and an orderly close.
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Sits behind the HTTP decoder and closes connections that are slow on purpose or done.
///
/// A connection that sends its header a byte at a time is closed without an answer; one that sends its body so makes the
/// request fail with `TransportError` `.bodyTooSlow`. After an answer with "Connection: close" the sending half is closed
/// at once and the whole a second later, so that a client which is still sending can read why it was refused.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let headDeadline: TimeAmount
  private let keepAlive: TimeAmount
  private let bodyDeadline: TimeAmount
  private let stallDeadline: TimeAmount
  private var timer: Scheduled<Void>?
  private var stall: Scheduled<Void>?
  private var closing = false

  init(_ configuration: HTTPConfiguration) {
    headDeadline = TimeAmount(configuration.headDeadline)
    keepAlive = TimeAmount(configuration.keepAlive)
    bodyDeadline = TimeAmount(configuration.bodyDeadline)
    stallDeadline = TimeAmount(configuration.stallDeadline)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let pipeline = context.pipeline.syncOperations
    if let decoder = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self) {
      // Where it cannot be placed, old clients wait for the keep-alive deadline: no harm is done.
      try? pipeline.addHandler(OldClients(), position: .after(decoder))
    }
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
    case .head(let head):
      closing = head.headerFields[.connection]?.lowercased() == "close"
      timer?.cancel()
      timer = context.eventLoop.assumeIsolated().scheduleTask(in: bodyDeadline) { [self] in
        timer = nil
        context.fireErrorCaught(TransportError(.bodyTooSlow, "the body did not arrive within its deadline"))
      }
      if head.headerFields[.expect]?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    case .body: break
    case .end:
      timer?.cancel()
      timer = nil
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.headerFields[.connection]?.lowercased() == "close" { closing = true }
      context.write(data, promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      timer?.cancel()
      timer = nil
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
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: deadline) { context.close(promise: nil) }
  }

  private func cancel() {
    timer?.cancel()
    timer = nil
    stall?.cancel()
    stall = nil
  }
}
