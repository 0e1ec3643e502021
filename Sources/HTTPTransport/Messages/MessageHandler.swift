// Takes requests that bring messages out of a connection, and leaves the others to the framework.
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sits between the HTTP decoder and the framework.
///
/// Messages are what the bus lives on: their bodies are collected here, on the connection's event loop, and handed to the
/// connection's task; its answer is written straight back. All other requests pass. Requests of one connection take
/// turns: while one is being worked on, what comes behind it waits, and the connection is not read.
final class MessageHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Phase {
    case idle
    /// The framework has the request.
    case passing(isRead: Bool, isAnswered: Bool)
    /// Who sends it is being found out.
    case deciding(MessageEndpoint.Opening)
    case reading(MessageEndpoint.Opening, Caller, BodyBuffer)
    /// What has come of a large body is being put into a file.
    case spooling
    case working
    /// It was answered before it was read whole: the rest is read past.
    case discarding
  }

  private let endpoint: MessageEndpoint
  private let incoming: AsyncStream<IncomingMessage>.Continuation
  private let requestDeadline: TimeAmount
  private var phase = Phase.idle
  /// Counts the requests, so that an answer that comes too late is known.
  private var number = 0
  private var peer: Peer?
  private var context: ChannelHandlerContext?
  /// What came behind the request that is being worked on.
  private var waiting = CircularBuffer<HTTPServerRequestPart>()
  private var waitingError: (any Error)?
  private var waitingClose: (mode: CloseMode, promise: EventLoopPromise<Void>?)?
  private var wantsRead = false
  private var isDraining = false
  private var expiry: RequestExpiry?
  private let watch = Watch()

  init(_ endpoint: MessageEndpoint, incoming: AsyncStream<IncomingMessage>.Continuation) {
    self.endpoint = endpoint
    self.incoming = incoming
    requestDeadline = TimeAmount(endpoint.configuration.requestDeadline)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    watch.cancel()
    incoming.finish()
    self.context = nil
  }

  // MARK: What comes in

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if waiting.isEmpty, !isDraining, isOpen {
      process(part, context)
    } else {
      waiting.append(part)
    }
  }

  /// Whether the next part can be dealt with at once.
  private var isOpen: Bool {
    switch phase {
    case .idle, .passing(isRead: false, _), .reading, .discarding: true
    case .passing, .deciding, .spooling, .working: false
    }
  }

  private func process(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch (phase, part) {
    case (.idle, .head(let head)) where endpoint.takes(head):
      begin(head, context)
    case (.idle, .head):
      phase = .passing(isRead: false, isAnswered: false)
      context.fireChannelRead(wrapInboundOut(part))
    case (.passing(_, let isAnswered), .end):
      phase = isAnswered ? .idle : .passing(isRead: true, isAnswered: false)
      context.fireChannelRead(wrapInboundOut(part))
    case (.reading(let opening, let caller, var body), .body(let chunk)):
      // The buffer must have one owner, or each chunk would copy what came before it.
      phase = .discarding
      do throws(TransportError) {
        try body.append(chunk)
        if body.isFull { spool(opening, caller, body, context) } else { phase = .reading(opening, caller, body) }
      } catch {
        respond(endpoint.answer(endpoint.refused(error, opening)), context)
      }
    case (.reading(let opening, let caller, let body), .end):
      finish(opening, caller, body, context)
    case (.discarding, .end):
      phase = .idle
    case (.reading, .head), (.discarding, _), (.deciding, _), (.spooling, _), (.working, _):
      break
    case (.idle, _), (.passing, _):
      context.fireChannelRead(wrapInboundOut(part))
    }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    number += 1
    switch endpoint.open(head) {
    case .failure(let refused): refuse(refused, context)
    case .success(let opening):
      let peer = self.peer ?? Peer(context.channel)
      self.peer = peer
      let authorization = head.headers.first(name: "authorization")
      if let caller = endpoint.access.senderNow(authorization, peer) {
        decided(caller, opening, context)
      } else {
        phase = .deciding(opening)
        incoming.yield(IncomingMessage(number: number, peer: peer, work: .authenticate(authorization)))
      }
    }
  }

  private func decided(
    _ caller: Result<Caller, Refusal>, _ opening: MessageEndpoint.Opening, _ context: ChannelHandlerContext
  ) {
    switch caller {
    case .failure(let refusal): refuse(MessageEndpoint.Refused(refusal, opening.binding), context)
    case .success(let caller):
      switch endpoint.admit(opening, from: caller) {
      case .failure(let refused): refuse(refused, context)
      case .success(let body): phase = .reading(opening, caller, body)
      }
    }
  }

  private func refuse(_ refused: MessageEndpoint.Refused, _ context: ChannelHandlerContext) {
    phase = .discarding
    respond(endpoint.answer(refused), context)
  }

  /// Files are not for event loops: meanwhile what comes waits, and the connection is not read.
  private func spool(
    _ opening: MessageEndpoint.Opening, _ caller: Caller, _ body: consuming BodyBuffer, _ context: ChannelHandlerContext
  ) {
    phase = .spooling
    let number = number
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    let spooled = NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) { [body] in
      var body = body
      try body.spool()
      return body
    }
    spooled.whenComplete { handler.value.spooled($0, opening, caller, number: number) }
  }

  private func spooled(
    _ result: Result<BodyBuffer, any Error>, _ opening: MessageEndpoint.Opening, _ caller: Caller, number: Int
  ) {
    guard let context, number == self.number, case .spooling = phase else { return }
    switch result {
    case .success(let body): phase = .reading(opening, caller, body)
    case .failure(let error):
      phase = .discarding
      let known = error as? TransportError ?? TransportError(.storage, "the body cannot be kept", cause: error)
      respond(endpoint.answer(endpoint.refused(known, opening)), context)
    }
    drain(context)
  }

  private func finish(
    _ opening: MessageEndpoint.Opening, _ caller: Caller, _ body: BodyBuffer, _ context: ChannelHandlerContext
  ) {
    phase = .idle
    do throws(TransportError) {
      try body.checkComplete()
    } catch {
      return respond(endpoint.answer(endpoint.refused(error, opening)), context)
    }
    phase = .working
    let expiry = RequestExpiry()
    self.expiry = expiry
    let peer = self.peer ?? Peer(context.channel)
    incoming.yield(IncomingMessage(number: number, peer: peer, work: .message(opening, caller, body, expiry)))
    watch.start(requestDeadline, context) { [self] in expire() }
  }

  // MARK: What the connection's task says

  /// Who sends the request of this number.
  func authenticated(_ caller: Result<Caller, Refusal>, number: Int) {
    guard let context, number == self.number, case .deciding(let opening) = phase else { return }
    decided(caller, opening, context)
    drain(context)
  }

  /// The answer to the request of this number.
  func answered(_ answer: Answer, number: Int) {
    guard let context, number == self.number, case .working = phase else { return }
    phase = .idle
    watch.rest()
    expiry = nil
    respond(answer, context)
    drain(context)
  }

  /// The connection's task has ended: nobody will answer any more.
  func abandoned() {
    guard let context else { return }
    switch phase {
    case .deciding, .spooling, .working: context.close(promise: nil)
    case .idle, .passing, .reading, .discarding: break
    }
    phase = .discarding
    drain(context)
  }

  private func expire() {
    guard let context, case .working = phase else { return }
    let busy = Refusal.busy(
      "the message was not read in time; try again later", code: "5.1",
      retryAfter: endpoint.configuration.retryAfterSeconds)
    var answer = expiry?.current ?? endpoint.answer(MessageEndpoint.Refused(busy, .plain))
    // Its task is still at work: the connection is of no more use.
    answer.closes = true
    expiry = nil
    phase = .discarding
    respond(answer, context)
    drain(context)
  }

  private func respond(_ answer: Answer, _ context: ChannelHandlerContext) {
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: Int(answer.status.code)), headers: answer.headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  // MARK: Turns

  /// Deals with what waited, as far as it can be.
  private func drain(_ context: ChannelHandlerContext) {
    guard !isDraining else { return }
    isDraining = true
    while isOpen, let part = waiting.popFirst() { process(part, context) }
    isDraining = false
    guard isOpen, waiting.isEmpty else { return }
    if let error = waitingError {
      waitingError = nil
      errorCaught(context: context, error: error)
    }
    if let (mode, promise) = waitingClose {
      waitingClose = nil
      close(context: context, mode: mode, promise: promise)
    }
    if wantsRead {
      wantsRead = false
      context.read()
    }
  }

  func read(context: ChannelHandlerContext) {
    // What waits is of one read at most.
    if waiting.isEmpty { context.read() } else { wantsRead = true }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Only the framework writes through here.
    if case .end = unwrapOutboundIn(data), case .passing(let isRead, _) = phase {
      phase = isRead ? .idle : .passing(isRead: false, isAnswered: true)
      context.write(data, promise: promise)
      // Behind the flush that follows.
      if isRead { context.eventLoop.assumeIsolated().execute { [self] in drain(context) } }
      return
    }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch phase {
    case .reading(let opening, _, let body):
      phase = .discarding
      var answer = endpoint.answer(endpoint.refused(body.truncation(error), opening))
      answer.closes = true
      respond(answer, context)
    // What has come of it already is dealt with first.
    case .deciding, .spooling, .working: waitingError = waitingError ?? error
    case .idle, .passing, .discarding: context.fireErrorCaught(error)
    }
  }

  /// A request under way is answered first: the framework knows nothing of it.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    switch phase {
    case .deciding, .reading, .spooling,
      .working where mode != .input:
      waitingClose?.promise?.succeed()
      waitingClose = (mode, promise)
    default: context.close(mode: mode, promise: promise)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    phase = .discarding
    waiting.removeAll()
    watch.cancel()
    incoming.finish()
    waitingClose?.promise?.succeed()
    waitingClose = nil
    context.fireChannelInactive()
  }
}
