// How many messages a partner may send in a second.
import MessageBus
import Synchronization

/// A bucket per partner that fills at the partner's rate and holds one second of it.
final class RateLimiter: Sendable {
  typealias Instant = ContinuousClock.Instant

  private let now: @Sendable () -> Instant
  private let buckets = Mutex<[ParticipantID: Bucket]>([:])

  private struct Bucket {
    var level: Double
    var time: Instant
  }

  init(now: @escaping @Sendable () -> Instant = { .now }) { self.now = now }

  /// Whether one more message is within the rate. Only registered partners are asked for, so there are few buckets.
  func take(_ id: ParticipantID, rate: Int) -> Bool {
    let now = now()
    return buckets.withLock { buckets in
      var bucket = buckets[id] ?? Bucket(level: Double(rate), time: now)
      bucket.level = min(Double(rate), bucket.level + (now - bucket.time) / .seconds(1) * Double(rate))
      bucket.time = now
      let granted = bucket.level >= 1
      if granted { bucket.level -= 1 }
      buckets[id] = bucket
      return granted
    }
  }
}
