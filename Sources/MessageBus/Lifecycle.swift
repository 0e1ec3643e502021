// The three phases of a bus, and the work that `run()` is handed.
import Synchronization

/// What `run()` does in child tasks of its own.
enum Job: Sendable {
  case call(Call)
  case lane(Lane.Ticket)
}

/// Ready, running, closing: read and changed without waiting for the actor.
final class Lifecycle: Sendable {
  private enum Phase { case ready, running, closing }

  private let phase = Mutex(Phase.ready)
  let jobs: AsyncStream<Job>
  private let handing: AsyncStream<Job>.Continuation
  /// Set when the bus is told to stop.
  let closing = Promise<Void>()
  /// Set when what an earlier run left behind has been looked through.
  let recovered = Promise<Void>()

  init() { (jobs, handing) = AsyncStream.makeStream() }

  var accepting: Bool { phase.withLock { $0 != .closing } }

  /// - Returns: false when the bus runs or has run already.
  func start() -> Bool {
    phase.withLock { phase in
      guard phase == .ready else { return false }
      phase = .running
      return true
    }
  }

  func close() {
    phase.withLock { $0 = .closing }
    handing.finish()
    closing.resolve(())
  }

  /// The number of waiting jobs is bounded by those who hand them in: one per lane and the limit of pending requests.
  ///
  /// - Returns: false when the bus takes no more work.
  @discardableResult
  func hand(_ job: Job) -> Bool {
    if case .terminated = handing.yield(job) { return false }
    return true
  }

  /// Waits for so long, or until the bus is told to stop or the task is cancelled.
  ///
  /// - Returns: whether the time has passed, so that work is to go on.
  func pause(_ duration: Duration) async -> Bool {
    do {
      return try await within(duration) { [closing] in
        _ = await closing.value()
        return false
      }
    } catch {
      return error is DeadlineExceeded && !Task.isCancelled
    }
  }
}
