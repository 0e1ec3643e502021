// Files by the C library, so that a small tool needs no Foundation.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum FileBytes {
  static let limit = 256 << 20

  /// Hands out a file piece by piece.
  static func read(_ path: String, _ take: (UnsafeRawBufferPointer) -> Void) throws(ProfileError) {
    guard let file = fopen(path, "rb") else {
      throw ProfileError(.unreadableFile, "\(path) cannot be opened: \(reason)")
    }
    defer { fclose(file) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      total += count
      guard total <= limit else {
        throw ProfileError(.unreadableFile, "\(path) is larger than \(limit >> 20) MiB; read it in parts")
      }
      chunk.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    if ferror(file) != 0 { throw ProfileError(.unreadableFile, "\(path) cannot be read: \(reason)") }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(ProfileError) {
    guard let file = fopen(path, "wb") else {
      throw ProfileError(.unwritableFile, "\(path) cannot be opened for writing: \(reason)")
    }
    let written = fwrite(bytes, 1, bytes.count, file)
    let why = reason
    let closed = fclose(file)
    guard written == bytes.count, closed == 0 else {
      throw ProfileError(.unwritableFile, "\(path) cannot be written: \(closed == 0 ? why : reason)")
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
