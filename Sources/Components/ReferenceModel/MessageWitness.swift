// Sees every message the components of a utility hand in, and what they are answered.
public import IECMessage
public import MessageBus
import Synchronization

/// Stands between the components and the bus; while it watches, it keeps what passes.
public final class MessageWitness: MessagePort {
  private struct State {
    var watchers = 0
    var messages: [Message] = []
    var byID: [String: Int] = [:]
    /// By MessageID of the request.
    var replies: [String: Int] = [:]
  }

  private let port: any MessagePort
  private let state = Mutex(State())
  /// Messages kept while it watches; later ones are not.
  public static let limit = 20_000

  public init(_ port: any MessagePort) { self.port = port }

  /// Begins to keep messages; what was kept before is dropped unless others are watching.
  public func begin() {
    state.withLock { state in
      if state.watchers == 0 { state = State() }
      state.watchers += 1
    }
  }

  /// Ends it; what was kept stays until it begins again.
  public func end() { state.withLock { $0.watchers = max(0, $0.watchers - 1) } }

  /// All that was kept, in the order in which it was handed in.
  public var messages: [Message] { state.withLock { $0.messages } }

  /// The message with this MessageID.
  public func message(_ id: String) -> Message? {
    state.withLock { state in state.byID[id].map { state.messages[$0] } }
  }

  /// The reply to a request that was kept; nil where none was seen.
  public func reply(to request: Message) -> Message? {
    guard let id = request.header?.messageID else { return nil }
    return state.withLock { state in state.replies[id].map { state.messages[$0] } }
  }

  public func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
    keep(message)
    let outcome = try await port.send(message, from: sender, raw: raw)
    if let reply = outcome.reply { keep(reply, answering: message.header?.messageID) }
    return outcome
  }

  private func keep(_ message: Message, answering request: String? = nil) {
    state.withLock { state in
      guard state.watchers > 0, state.messages.count < Self.limit else { return }
      if let request { state.replies[request] = state.messages.count }
      if let id = message.header?.messageID { state.byID[id] = state.messages.count }
      state.messages.append(message)
    }
  }
}
