// A participant that does as a test tells it.
import IECMessage
import MessageBus
import Synchronization

/// Calls the closures it is given and tells what came, as it comes.
final class Scripted: Participant {
  let id: ParticipantID
  let interests: [Interest]
  let takesDetached: Bool
  private let onRequest: @Sendable (Message) async throws -> Message
  private let onEvent: @Sendable (Message) async throws -> Void
  private let onReply: @Sendable (Message) async throws -> Void
  /// Every call, before the closure is asked.
  let calls: AsyncStream<Message>
  private let telling: AsyncStream<Message>.Continuation

  init(
    _ id: ParticipantID, _ interests: [Interest] = [], takesDetached: Bool = false,
    onRequest: @escaping @Sendable (Message) async throws -> Message = { $0.reply(.ok, source: "test") },
    onEvent: @escaping @Sendable (Message) async throws -> Void = { _ in },
    onReply: @escaping @Sendable (Message) async throws -> Void = { _ in }
  ) {
    self.id = id
    self.interests = interests
    self.takesDetached = takesDetached
    self.onRequest = onRequest
    self.onEvent = onEvent
    self.onReply = onReply
    (calls, telling) = AsyncStream.makeStream()
  }

  func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    telling.yield(request)
    return try await onRequest(request)
  }

  func receive(_ event: Message, from sender: ParticipantID) async throws {
    telling.yield(event)
    try await onEvent(event)
  }

  func receive(reply: Message, from sender: ParticipantID) async throws {
    telling.yield(reply)
    try await onReply(reply)
  }

  /// The next so many calls.
  func next(_ count: Int) async -> [Message] {
    var messages: [Message] = []
    for await message in calls {
      messages.append(message)
      if messages.count == count { break }
    }
    return messages
  }
}

extension Scripted {
  /// What else has come; nothing comes any more.
  func rest() async -> [Message] {
    telling.finish()
    return await calls.reduce(into: []) { $0.append($1) }
  }
}

/// Something went wrong on purpose.
struct Mishap: Error {}

/// Counts calls.
final class Counter: Sendable {
  private let value = Mutex(0)
  /// - Returns: which call this is, from 1.
  @discardableResult
  func up() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
  var current: Int { value.withLock { $0 } }
}

/// Holds those who wait until it is opened, or their task is cancelled.
final class Door: Sendable {
  private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  func open() { continuation.finish() }
  func pass() async throws {
    for await _ in stream {}
    try Task.checkCancellation()
  }
}
