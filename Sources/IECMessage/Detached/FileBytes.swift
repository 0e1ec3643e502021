// Bytes of an open file.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

package enum FileBytes {
  /// Why they cannot be read: the system's number for it.
  package struct Failure: Error { package let code: Int32 }

  /// At most `count` bytes from `offset` on; none at the end. Blocks.
  package static func read(_ descriptor: Int32, from offset: Int, count: Int) throws(Failure) -> [UInt8] {
    while true {
      var code: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, filled in
        let found = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        code = found < 0 ? errno : 0
        filled = max(found, 0)
      }
      if code == 0 { return bytes }
      if code != EINTR { throw Failure(code: code) }
    }
  }
}
