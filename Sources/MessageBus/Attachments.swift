// Large messages for systems that work on trees.
import IECMessage
import Synchronization

/// Hands messages to participants: detached objects to those that take them so, and to all others in memory, of which only
/// so much is spent on them at a time; what goes beyond it waits its turn.
final class Attachments: Sendable {
  private struct State {
    var free: Int
    /// First come, first served.
    var waiting: [(turn: Promise<Void>, bytes: Int)] = []
  }

  private let coder: any MessageCoder
  private let limit: Int
  private let state: Mutex<State>

  /// - Parameter bytes: of messages in memory; one that is larger is in memory alone.
  init(coder: any MessageCoder, bytes: Int) {
    self.coder = coder
    limit = max(bytes, 1)
    state = Mutex(State(free: max(bytes, 1)))
  }

  /// Runs `work` on the message as the participant takes it.
  ///
  /// - Throws: what `work` throws; `CancellationError` while it waits; why the objects cannot be read.
  func hand<Value: Sendable>(
    _ message: Message, to participant: any Participant, _ work: (Message) async throws -> Value
  ) async throws -> Value {
    guard !participant.takesDetached, case .detached(let objects)? = message.payload?.content else {
      return try await work(message)
    }
    let bytes = min(objects.source.byteCount, limit)
    try await take(bytes)
    defer { giveBack(bytes) }
    return try await work(coder.attached(message))
  }

  private func take(_ bytes: Int) async throws {
    let turn: Promise<Void>? = state.withLock { state in
      if state.waiting.isEmpty, state.free >= bytes {
        state.free -= bytes
        return nil
      }
      let turn = Promise<Void>()
      state.waiting.append((turn, bytes))
      return turn
    }
    guard let turn, await turn.value() == nil else { return }
    // Cancelled; its turn may have come at the same time.
    let hadTurn = state.withLock { state in
      guard let place = state.waiting.firstIndex(where: { $0.turn === turn }) else { return true }
      state.waiting.remove(at: place)
      return false
    }
    // Even with nothing to give back: those behind it may be small enough for what is free.
    giveBack(hadTurn ? bytes : 0)
    throw CancellationError()
  }

  private func giveBack(_ bytes: Int) {
    let next = state.withLock { state in
      state.free += bytes
      var next: [Promise<Void>] = []
      while let first = state.waiting.first, first.bytes <= state.free {
        state.free -= first.bytes
        next.append(first.turn)
        state.waiting.removeFirst()
      }
      return next
    }
    for turn in next { turn.resolve(()) }
  }
}
