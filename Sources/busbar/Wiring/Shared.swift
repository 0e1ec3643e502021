// Two small values that a command shares with the server's callbacks.
import Synchronization

final class Address: Sendable {
  private let text = Mutex("")
  var value: String { text.withLock { $0 } }
  func set(_ url: String) { text.withLock { $0 = url } }
}

final class Success: Sendable {
  private let state = Mutex(false)
  var value: Bool { state.withLock { $0 } }
  func set(_ value: Bool) { state.withLock { $0 = value } }
}
