// One process at a time.
import Foundation
import MessageBus
import Synchronization

/// Holds a lock file for as long as it lives. The system lifts the lock when the process ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// - Throws: `BusError` with code `.locked` or `.notWritable`.
  init(path: String) throws {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw BusError(.notWritable, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      Foundation.close(file)
      throw BusError(.locked, "another Busbar has the journal open (\(path) is locked)")
    }
    descriptor = Mutex(file)
  }

  func unlock() {
    descriptor.withLock { file in
      if file >= 0 { Foundation.close(file) }
      file = -1
    }
  }

  deinit { unlock() }
}
