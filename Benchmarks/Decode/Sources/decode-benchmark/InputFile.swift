// The file to read, whole or piece by piece.

import Glibc

struct FileError: Error, CustomStringConvertible {
  var description: String
}

func readWhole(_ path: String) throws -> [UInt8] {
  var bytes: [UInt8] = []
  try readPieces(path, size: 1 << 22) { bytes.append(contentsOf: $0) }
  return bytes
}

/// Hands out a file in pieces of `size` bytes at most.
func readPieces(_ path: String, size: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { throw FileError(description: "cannot open: \(String(cString: strerror(errno)))") }
  defer { close(file) }
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
  defer { piece.deallocate() }
  while true {
    let count = read(file, piece.baseAddress, size)
    if count == 0 { return }
    if count < 0 {
      if errno == EINTR { continue }
      throw FileError(description: "cannot read: \(String(cString: strerror(errno)))")
    }
    try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
  }
}
