// The time of the simulated utility.
public import CIMModel
import Synchronization

/// The clock all components of one simulated utility read: it runs like another, and can be put forward.
///
/// Scenarios put it forward so that schedules fall due without anyone waiting for them.
public final class UtilityClock: Sendable {
  private let base: @Sendable () -> Timestamp
  private let offset: Mutex<Int64>

  /// - Parameters:
  ///   - offset: seconds by which this clock is ahead of `base`; negative: behind.
  ///   - base: the clock it follows; by default the machine's.
  public init(offset: Int64 = 0, following base: @escaping @Sendable () -> Timestamp = { .now() }) {
    self.base = base
    self.offset = Mutex(offset * 1_000_000)
  }

  /// A clock that stands still until it is put forward.
  public convenience init(standingAt time: Timestamp) { self.init(following: { time }) }

  public func now() -> Timestamp {
    let base = base()
    return Timestamp(microseconds: base.microseconds &+ offset.withLock { $0 })
  }

  /// Puts the clock forward to an instant; an earlier one changes nothing.
  public func advance(to time: Timestamp) {
    let base = base()
    offset.withLock { $0 = max($0, time.microseconds &- base.microseconds) }
  }
}
