// What to answer when a request has waited too long.
import Synchronization

/// Set by the gate as soon as it knows how to answer for a bus that does not; read by whoever watches the time.
final class RequestExpiry: Sendable {
  private let answer = Mutex<(@Sendable () -> Answer)?>(nil)

  func answer(with make: @escaping @Sendable () -> Answer) { answer.withLock { $0 = make } }

  /// Nil while the message has not been read.
  var current: Answer? { answer.withLock { $0 }?() }
}
