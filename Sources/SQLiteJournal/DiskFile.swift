// What spool and log do with files.
import Foundation
import MessageBus

/// Calls of the system whose failures are told in the journal's terms.
enum DiskFile {
  /// Writes all of the bytes from this place on.
  ///
  /// - Throws: `BusError` with code `.diskFull` or `.storage`, as all of these.
  static func write(_ bytes: [UInt8], to file: Int32, at offset: Int = 0, _ path: String) throws(BusError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(file, $0.baseAddress?.advanced(by: written), $0.count - written, off_t(offset + written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot be written", path) }
      written += count
    }
  }

  /// Makes the names in a folder durable.
  static func force(_ folder: String) throws(BusError) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("cannot be forced to the disk", folder) }
  }

  /// The error of the call before.
  static func failure(_ what: String, _ path: String) -> BusError {
    let reason = String(cString: strerror(errno))
    return errno == ENOSPC || errno == EDQUOT
      ? BusError(.diskFull, "no room for \(path)") : BusError(.storage, "\(path) \(what): \(reason)")
  }
}
