// Makes guessing slow: an address that fails again and again has to wait.
import Synchronization

/// Counts failed attempts to authenticate by address.
///
/// After `limit` failures the address waits one second, and twice as long after each further one, up to a minute. A
/// success, or ten minutes without a failure, clears the count. 10,000 addresses are kept in mind.
final class AttemptLimiter: Sendable {
  typealias Instant = ContinuousClock.Instant

  private let limit: Int
  private let now: @Sendable () -> Instant
  private let records = Mutex<[String: Record]>([:])
  private static let addressLimit = 10_000
  private static let memory = Duration.seconds(600)

  private struct Record {
    var failures = 0
    var last: Instant
    var until: Instant
  }

  init(limit: Int, now: @escaping @Sendable () -> Instant = { .now }) {
    self.limit = limit
    self.now = now
  }

  /// Whole seconds, 1 or more, that this address still has to wait; nil where it may try.
  func wait(_ address: String) -> Int? {
    let now = now()
    return records.withLock { records in
      guard let record = records[address], record.until > now else { return nil }
      let (seconds, rest) = (record.until - now).components
      return Int(seconds) + (rest > 0 ? 1 : 0)
    }
  }

  func failed(_ address: String) {
    let now = now()
    records.withLock { records in
      if records[address] == nil, records.count >= Self.addressLimit { Self.makeRoom(&records, now) }
      var record = records[address] ?? Record(last: now, until: now)
      if now - record.last > Self.memory { record.failures = 0 }
      record.failures += 1
      record.last = now
      let over = record.failures - limit
      if over >= 0 { record.until = now + .seconds(min(60, 1 << min(over, 6))) }
      records[address] = record
    }
  }

  func succeeded(_ address: String) { records.withLock { _ = $0.removeValue(forKey: address) } }

  private static func makeRoom(_ records: inout [String: Record], _ now: Instant) {
    let old = records.filter { now - $0.value.last > memory || $0.value.until <= now }
    for address in old.keys { records[address] = nil }
    // All of them wait at the moment: somebody holds very many addresses, and any one of them is as good as another.
    if records.count >= addressLimit, let any = records.keys.first { records[any] = nil }
  }
}
