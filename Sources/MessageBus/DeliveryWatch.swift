// The deadline of what is being handed to a participant.
import Synchronization

/// Watches the deliveries of one lane: knows how far a run of them has come, and ends it where one takes too long.
///
/// One task watches all of them, and sleeps until the one under way may be overdue: a timer for each delivery would cost
/// more than most deliveries do.
final class DeliveryWatch: Sendable {
  private struct State {
    /// Deliveries of the run that were taken.
    var taken = 0
    /// When the one under way began; nil between two.
    var began: ContinuousClock.Instant?
    /// How many had been taken when one took too long.
    var overdue: Int?
    var cancel: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let deadline: Duration

  init(deadline: Duration) { self.deadline = deadline }

  /// How a run has ended.
  struct Course<Value: Sendable>: Sendable {
    /// How many were taken.
    var taken: Int
    /// What the run returned; nil where it was ended because one was not taken in time.
    var result: Value?
    /// The next one was not taken in time.
    var isOverdue = false
  }

  /// Runs deliveries, each of which says `begin` and `end`, in a task that is cancelled when one takes too long.
  func run<Value: Sendable>(_ deliveries: @escaping @Sendable () async -> Value) async -> Course<Value> {
    let task = Task { await deliveries() }
    let isLate = state.withLock { state in
      state.cancel = { task.cancel() }
      return state.overdue != nil
    }
    if isLate { task.cancel() }
    let result = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    return state.withLock { state in
      defer { state = State() }
      guard let overdue = state.overdue else { return Course(taken: state.taken, result: result) }
      // One that was taken all the same, after its time, did not fail.
      return Course(taken: state.taken, isOverdue: state.taken == overdue)
    }
  }

  func begin() { state.withLock { $0.began = .now } }

  /// It was not taken, in time.
  func fail() { state.withLock { $0.began = nil } }

  func end() {
    state.withLock { state in
      state.taken += 1
      state.began = nil
    }
  }

  /// Watches until its task is cancelled.
  func watch() async {
    // However short the deadline is: between runs there is nothing to be late with.
    let pause = max(deadline, .milliseconds(10))
    while !Task.isCancelled {
      let (wait, cancel) = state.withLock { state -> (Duration, (@Sendable () -> Void)?) in
        guard let began = state.began, state.overdue == nil else { return (pause, nil) }
        let left = began + deadline - .now
        if left > .zero { return (left, nil) }
        state.overdue = state.taken
        return (pause, state.cancel)
      }
      cancel?()
      do { try await Task.sleep(for: wait) } catch { return }
    }
  }
}
