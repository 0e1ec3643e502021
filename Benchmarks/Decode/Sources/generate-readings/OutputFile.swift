// Bytes on their way to a file, a megabyte at a time: a file of any size takes the same memory.

import Glibc

struct OutputError: Error, CustomStringConvertible {
  var description: String
}

struct OutputFile: ~Copyable {
  private let file: Int32
  private let path: String
  private var pending: [UInt8] = []
  /// Bytes written so far, pending ones included.
  private(set) var count = 0

  init(path: String) throws(OutputError) {
    self.path = path
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw OutputError(description: "\(path): \(String(cString: strerror(errno)))") }
    pending.reserveCapacity(2 << 20)
  }

  deinit { close(file) }

  mutating func write(_ text: String) {
    let before = pending.count
    pending.append(contentsOf: text.utf8)
    count += pending.count - before
  }

  mutating func write(_ byte: UInt8) {
    pending.append(byte)
    count += 1
  }

  mutating func flush(above limit: Int = 0) throws(OutputError) {
    guard pending.count > limit else { return }
    var done = 0
    while done < pending.count {
      let written = pending.withUnsafeBytes { bytes in
        Glibc.write(file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw OutputError(description: "\(path): \(String(cString: strerror(errno)))") }
      done += written
    }
    pending.removeAll(keepingCapacity: true)
  }
}
