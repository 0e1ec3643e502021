// A connection: the framework's, with a way of its own for messages.
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// HTTP/1 connections whose messages go to the gate without the framework in between.
///
/// Tasks of a connection run on its event loop: of the steps between the bytes of a message and its answer most would
/// otherwise wake another thread. What takes long - a large body - runs elsewhere.
struct MessageChannel: ServerChildChannel {
  /// Bytes of a body over which it is not worked on between other connections.
  private static let largeBody = 64 << 10

  let base: HTTP1Channel
  let endpoint: MessageEndpoint

  struct Value: ServerChildChannelValue {
    let base: HTTP1Channel.Value
    let handler: NIOLoopBound<MessageHandler>
    let messages: AsyncStream<IncomingMessage>
    var channel: any Channel { base.channel }
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      // Two at most: who sends it, and the message.
      let (messages, incoming) = AsyncStream.makeStream(
        of: IncomingMessage.self, bufferingPolicy: .bufferingOldest(2))
      let handler = MessageHandler(endpoint, incoming: incoming)
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandlers(
        [ConnectionGuard(endpoint.configuration), handler], position: .after(decoder))
      return Value(base: value, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), messages: messages)
    }
  }

  func handle(value: Value, logger: Logger) async {
    await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await base.handle(value: value.base, logger: logger) }
        for await message in value.messages { await work(on: message, value) }
        value.channel.eventLoop.execute { value.handler.value.abandoned() }
      }
    }
  }

  private func work(on message: IncomingMessage, _ value: Value) async {
    let number = message.number
    switch message.work {
    case .authenticate(let authorization):
      let caller = await endpoint.access.sender(authorization, message.peer)
      value.channel.eventLoop.execute { value.handler.value.authenticated(caller, number: number) }
    case .message(let opening, let caller, let body, let expiry):
      let answer: Answer
      if body.file != nil || body.count > Self.largeBody || opening.isPacked {
        answer = await withTaskExecutorPreference(globalConcurrentExecutor) {
          await endpoint.take(body, opening, from: caller, message.peer, expiry: expiry)
        }
      } else {
        answer = await endpoint.take(body, opening, from: caller, message.peer, expiry: expiry)
      }
      // As a rule this runs on the event loop already: one more turn of it would be spent on nothing.
      if value.channel.eventLoop.inEventLoop {
        value.handler.value.answered(answer, number: number)
      } else {
        value.channel.eventLoop.execute { value.handler.value.answered(answer, number: number) }
      }
    }
  }
}

/// Runs tasks on an event loop.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
