// How much the server takes on at once.
import Synchronization

/// Counts what is being worked on, in messages and in bytes, and says no beyond the bounds.
final class LoadLimiter: Sendable {
  private let load: Mutex<Load>
  private let messageLimit: Int
  private let byteLimit: Int

  private struct Load {
    var messages = 0
    var bytes = 0
  }

  init(messages: Int, bytes: Int) {
    messageLimit = messages
    byteLimit = bytes
    load = Mutex(Load())
  }

  /// Takes a place; nil where there is none. It is given back when the ticket goes.
  func enter() -> Ticket? {
    let entered = load.withLock { load in
      guard load.messages < messageLimit else { return false }
      load.messages += 1
      return true
    }
    return entered ? Ticket(self) : nil
  }

  /// Works on one message if there is a place for it, and gives the place back afterwards.
  ///
  /// - Returns: nil, without having called `work`, where there is no place.
  func admit<Result>(_ work: (Ticket) async -> Result) async -> Result? {
    guard let ticket = enter() else { return nil }
    let result = await work(ticket)
    withExtendedLifetime(ticket) {}
    return result
  }

  /// One message's place among those worked on.
  final class Ticket: Sendable {
    private let limiter: LoadLimiter
    private let bytes = Mutex(0)

    fileprivate init(_ limiter: LoadLimiter) { self.limiter = limiter }

    /// Sets bytes aside for this message's body; false where there is no room for them.
    func reserve(_ count: Int) -> Bool {
      let granted = limiter.load.withLock { load in
        guard load.bytes + count <= limiter.byteLimit else { return false }
        load.bytes += count
        return true
      }
      if granted { bytes.withLock { $0 += count } }
      return granted
    }

    deinit {
      let held = bytes.withLock { $0 }
      limiter.load.withLock { load in
        load.messages -= 1
        load.bytes -= held
      }
    }
  }
}
