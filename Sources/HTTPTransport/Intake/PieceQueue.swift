// A request's body on its way from the event loop to a thread that may block.
import Dispatch
public import NIOCore
import Synchronization

/// A bounded queue of pieces of a body: the sender is held back while it is full, the taker waits for the next piece.
public final class PieceQueue: Sendable {
  private struct State {
    var pieces: [ByteBuffer] = []
    var isWhole = false
    var failure: (any Error)?
    var isClosed = false
    var sender: CheckedContinuation<Void, Never>?

    /// What lets the sender go on.
    mutating func release() -> CheckedContinuation<Void, Never>? {
      defer { sender = nil }
      return sender
    }
  }

  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)
  private let capacity: Int
  private let deadline: Duration

  /// - Parameters:
  ///   - capacity: pieces that wait at most.
  ///   - deadline: how long the taker waits for the next piece.
  public init(capacity: Int = 16, deadline: Duration) {
    self.capacity = max(capacity, 1)
    self.deadline = deadline
  }

  /// Hands a piece over, and waits while too many are under way. Once nobody takes any more it is dropped.
  public func put(_ piece: ByteBuffer) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let goesOn = state.withLock { state in
        guard !state.isClosed else { return true }
        state.pieces.append(piece)
        if state.pieces.count < capacity { return true }
        state.sender = continuation
        return false
      }
      arrivals.signal()
      if goesOn { continuation.resume() }
    }
  }

  /// Says that the body is whole, or why it never will be.
  public func end(_ failure: (any Error)? = nil) {
    state.withLock { state in
      state.isWhole = true
      state.failure = failure
    }
    arrivals.signal()
  }

  /// The next piece; nil at the end. Blocks: for threads that may.
  ///
  /// - Throws: `TransportError` `.bodyTooSlow` where no piece comes in time; what `end` was given.
  public func next() throws -> ByteBuffer? {
    while true {
      let wait = DispatchTimeInterval.milliseconds(Int(deadline / .milliseconds(1)))
      guard arrivals.wait(timeout: .now() + wait) == .success else {
        throw TransportError(.bodyTooSlow, "no more of the body came within \(deadline)")
      }
      let (piece, isOver, failure, sender) = state.withLock { state in
        let piece = state.pieces.isEmpty ? nil : state.pieces.removeFirst()
        return (piece, state.isWhole, state.failure, state.release())
      }
      sender?.resume()
      if let piece { return piece }
      if let failure { throw failure }
      if isOver { return nil }
    }
  }

  /// Says that nobody takes any more.
  public func close() {
    let sender = state.withLock { state in
      state.isClosed = true
      state.pieces = []
      return state.release()
    }
    sender?.resume()
  }
}
