// The changes of state of one meter, with what its registers stood at.

import CIMModel

/// Changes of state, oldest first, in rising time. Only meters that ever changed have one.
struct SupplyHistory: Sendable {
  struct Change: Sendable {
    var time: Timestamp
    var state: MeterState
    /// Energy counted up to this change.
    var counted: Energy
    /// Energy of the uninterrupted load up to this change.
    var demanded: Energy
  }

  private(set) var changes: [Change] = []

  /// The change that holds at an instant; nil before the first.
  func change(at time: Timestamp) -> Change? { changes.last { $0.time <= time } }

  func state(at time: Timestamp) -> MeterState { change(at: time)?.state ?? MeterState() }

  var latest: MeterState { changes.last?.state ?? MeterState() }

  /// Energy counted up to an instant: it stands still while the meter is not supplied.
  func counted(at time: Timestamp, demanded: Energy) -> Energy {
    guard let change = change(at: time) else {
      // After `forget`, earlier interruptions are unknown; the bound keeps the registers monotonic.
      guard let first = changes.first?.counted else { return demanded }
      return Energy(forward: min(demanded.forward, first.forward), reverse: min(demanded.reverse, first.reverse))
    }
    guard change.state.isSupplied else { return change.counted }
    var since = demanded - change.demanded
    // What generates goes on; the customer draws less.
    if change.state.drawn < 100 { since.forward = since.forward / 100 * Int64(change.state.drawn) }
    return change.counted + since
  }

  /// The instant at which a change asked for at `time` can take effect.
  func effective(_ time: Timestamp) -> Timestamp { max(time, changes.last?.time ?? time) }

  /// - Parameters:
  ///   - time: not before the last change.
  ///   - demanded: energy of the uninterrupted load up to then.
  mutating func append(_ state: MeterState, at time: Timestamp, demanded: Energy) {
    let counted = counted(at: time, demanded: demanded)
    if let last = changes.last, last.time == time { changes.removeLast() }
    changes.append(Change(time: time, state: state, counted: counted, demanded: demanded))
  }

  /// Drops what is only needed to tell of instants before `time`.
  mutating func forget(before time: Timestamp) {
    guard let keep = changes.lastIndex(where: { $0.time <= time }) else { return }
    changes.removeFirst(keep)
  }
}
