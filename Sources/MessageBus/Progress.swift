// How far a run of deliveries has come, for the one who watches its deadlines.
import Synchronization

/// Counts the deliveries of a run and knows how long the one under way has taken.
final class Progress: Sendable {
  private struct State {
    var taken = 0
    var began = ContinuousClock.now
  }

  private let state = Mutex(State())

  var taken: Int { state.withLock { $0.taken } }

  func begin() { state.withLock { $0.began = .now } }

  func end() { state.withLock { $0.taken += 1 } }

  /// What is left of the deadline for the delivery under way; nil when it is over.
  func left(of deadline: Duration) -> Duration? {
    let left = state.withLock { $0.began } + deadline - .now
    return left > .zero ? left : nil
  }
}
