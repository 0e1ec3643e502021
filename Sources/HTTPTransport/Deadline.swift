// Waiting, but not for ever.

/// The result of `work`, or `TransportError` `.timedOut` once the deadline has passed; `work` is cancelled then.
func withDeadline<Result: Sendable>(
  _ deadline: Duration, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: deadline)
      throw TransportError(.timedOut, "no answer within \(deadline)")
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw CancellationError() }
    return first
  }
}
