// Small text files, read and written whole.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

package enum FileText {
  package struct Failure: Error {
    package var reason: String
    package var isAbsent = false
  }

  /// - Parameter limit: bytes; a larger file is an error.
  static func read(_ path: String, limit: Int) throws(Failure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(reason: reason(), isAbsent: errno == ENOENT) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = unistdRead(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(reason: reason())
      }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard bytes.count <= limit else { throw Failure(reason: "it is larger than \(limit) bytes") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(reason: "it is not UTF-8") }
    return text
  }

  /// Writes beside the file and then takes its place, so that nobody ever reads half of it. Rights of an existing file
  /// are kept; a new one is for its owner only. It is durable when this returns.
  package static func replace(_ path: String, with text: String) throws(Failure) {
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o600
    let beside = path + ".new"
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw Failure(reason: errno == EEXIST ? "\(beside) is in the way: remove it" : reason())
    }
    fchmod(descriptor, mode)
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        let failure = Failure(reason: reason())
        close(descriptor)
        unlink(beside)
        throw failure
      }
      bytes = bytes.dropFirst(count)
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(beside, path) == 0 else {
      let failure = Failure(reason: reason())
      unlink(beside)
      throw failure
    }
    // The name, too.
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = open(end.map { String(path[..<$0]) + "/" } ?? ".", O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { throw Failure(reason: reason()) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw Failure(reason: reason()) }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  private static func unistdRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer, count)
    #else
      Darwin.read(descriptor, buffer, count)
    #endif
  }
}
