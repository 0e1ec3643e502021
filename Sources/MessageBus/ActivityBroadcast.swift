// Tells every observer what the bus does, and waits for none.
import Synchronization

/// Hands each `Activity` to all observers. An observer that falls behind loses the oldest; the bus never waits.
final class ActivityBroadcast: Sendable {
  private struct State {
    var observers: [Int: AsyncStream<Activity>.Continuation] = [:]
    var next = 0
    var finished = false
  }

  private let state = Mutex(State())

  func observe(bufferingNewest limit: Int) -> AsyncStream<Activity> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Activity.self, bufferingPolicy: .bufferingNewest(max(limit, 1)))
    let id: Int? = state.withLock { state in
      guard !state.finished else { return nil }
      state.next += 1
      state.observers[state.next] = continuation
      return state.next
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.observers.removeValue(forKey: id) }
    }
    return stream
  }

  /// Whether anybody looks on; making an `Activity` can be left out otherwise.
  var isObserved: Bool { state.withLock { !$0.observers.isEmpty } }

  func publish(_ activity: Activity) {
    // Outside the lock: a termination handler takes it.
    let observers = state.withLock { Array($0.observers.values) }
    for observer in observers { observer.yield(activity) }
  }

  /// Ends every observation.
  func finish() {
    let observers = state.withLock { state in
      state.finished = true
      defer { state.observers = [:] }
      return Array(state.observers.values)
    }
    for observer in observers { observer.finish() }
  }
}
