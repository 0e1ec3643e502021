// Which nonces were used: a message that comes with one of them again may be a recording (rule R18).
import CIMModel
import Synchronization

/// Nonces of the last minutes, by sender. Bounded: the oldest are forgotten first.
final class NonceMemory: Sendable {
  private struct Key: Hashable {
    var sender: String
    var nonce: String
  }

  private struct Use {
    var key: Key
    var time: Timestamp
  }

  private struct Memory {
    var seen: [Key: Timestamp] = [:]
    var order = Fifo<Use>()
  }

  private let memory = Mutex(Memory())
  private let limit: Int
  private let seconds: Double

  /// - Parameters:
  ///   - limit: nonces held at a time.
  ///   - seconds: how long each is held; twice the skew that is allowed is enough, since older messages are told by
  ///     their Created.
  init(limit: Int, seconds: Double) {
    self.limit = limit
    self.seconds = seconds
  }

  /// Notes a nonce.
  ///
  /// - Returns: false when the sender has used it already.
  func note(_ nonce: String, from sender: String, at now: Timestamp) -> Bool {
    memory.withLock { memory in
      while let oldest = memory.order.first,
        memory.order.count >= limit || now.seconds(since: oldest.time) > seconds
      {
        memory.seen[oldest.key] = nil
        _ = memory.order.take(1)
      }
      let key = Key(sender: sender, nonce: nonce)
      guard memory.seen[key] == nil else { return false }
      memory.seen[key] = now
      memory.order.append(Use(key: key, time: now))
      return true
    }
  }
}
