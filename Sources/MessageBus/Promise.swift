// A value that several tasks can wait for and one sets.
import Synchronization

/// A value that is set once; later settings are ignored. Waiting ends with nil when the waiting task is cancelled.
final class Promise<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
    var cancelled: Set<Int> = []
    var next = 0
  }

  private let state = Mutex(State())

  /// The value, if it is set already.
  var current: Value? { state.withLock { $0.value } }

  /// - Returns: whether this call set it.
  @discardableResult
  func resolve(_ value: Value) -> Bool {
    let waiters: [CheckedContinuation<Value?, Never>]? = state.withLock { state in
      guard state.value == nil else { return nil }
      state.value = value
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    guard let waiters else { return false }
    for waiter in waiters { waiter.resume(returning: value) }
    return true
  }

  func value() async -> Value? {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready: Value?? = state.withLock { state in
          if let value = state.value { return .some(value) }
          if state.cancelled.remove(id) != nil { return .some(nil) }
          state.waiters[id] = continuation
          return nil
        }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        let waiter = state.waiters.removeValue(forKey: id)
        if waiter == nil, state.value == nil { state.cancelled.insert(id) }
        return waiter
      }
      waiter?.resume(returning: nil)
    }
  }
}

/// The operation took longer than it was given.
struct DeadlineExceeded: Error {}

/// Runs the operation and cancels it when the time is over.
///
/// - Throws: `DeadlineExceeded`, once the cancelled operation has come back, or the operation's error.
func within<Value: Sendable>(
  _ deadline: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await operation() }
    group.addTask {
      try await Task.sleep(for: deadline)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw DeadlineExceeded() }
    return value
  }
}
