// A file in pieces, unpacked where it is compressed.
import Compression

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads files and standard input of any size in pieces of 256 KiB; gzip and zstd are told by their first bytes and
/// unpacked; zstd only with the package trait Zstd.
struct PieceInput {
  private static let pieceSize = 1 << 18

  /// How far compressed files may grow.
  var limits = ExpansionLimits()

  /// - Parameters:
  ///   - path: "-" is standard input.
  ///   - progress: called with the number of bytes read from the disk, piece by piece.
  ///   - body: takes the pieces; its argument is valid until it returns.
  /// - Returns: why compressed data could not be unpacked to their end; nil where all is well.
  /// - Throws: `FileError` where the file cannot be read.
  func read(
    _ path: String, progress: (Int) -> Void, into body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileError) -> CompressionError? {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { if path != "-" { close(descriptor) } }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { piece.deallocate() }
    // A pipe may hand out one byte first, and four are needed to tell zstd.
    var filled = 0
    while filled < 4 {
      let count = try fill(UnsafeMutableRawBufferPointer(rebasing: piece[filled...]), descriptor, path)
      if count == 0 { break }
      filled += count
    }
    progress(filled)
    let first = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<filled])
    if CompressedFormat.isZstd(first) { return try readZstd(first, piece, descriptor, path, progress, body) }
    guard CompressedFormat.isGzip(first) else {
      body(first)
      while true {
        let count = try fill(piece, descriptor, path)
        if count == 0 { return nil }
        progress(count)
        body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<count]))
      }
    }
    var unpacker = GzipReader(.gzip, limits: limits)
    if let error = unpack(&unpacker, first, body) { return error }
    while true {
      let count = try fill(piece, descriptor, path)
      if count == 0 { break }
      progress(count)
      let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<count])
      if let error = unpack(&unpacker, bytes, body) { return error }
    }
    do throws(CompressionError) {
      try unpacker.finish()
      return nil
    } catch {
      return error
    }
  }

  #if Zstd
    private func readZstd(
      _ first: UnsafeRawBufferPointer, _ piece: UnsafeMutableRawBufferPointer, _ descriptor: Int32, _ path: String,
      _ progress: (Int) -> Void, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileError) -> CompressionError? {
      var unpacker = ZstdReader(limits: limits)
      var bytes = first
      while true {
        do throws(CompressionError) {
          try unpacker.feed(bytes, into: body)
        } catch {
          return error
        }
        let count = try fill(piece, descriptor, path)
        if count == 0 { break }
        progress(count)
        bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<count])
      }
      do throws(CompressionError) {
        try unpacker.finish()
        return nil
      } catch {
        return error
      }
    }
  #else
    private func readZstd(
      _ first: UnsafeRawBufferPointer, _ piece: UnsafeMutableRawBufferPointer, _ descriptor: Int32, _ path: String,
      _ progress: (Int) -> Void, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileError) -> CompressionError? {
      throw FileError(
        description: "\(path): is packed with zstd, which this busbar is built without: build it with --traits Zstd, "
          + "or unpack the file (zstd -dc FILE | busbar ingest -)")
    }
  #endif

  private func unpack(
    _ unpacker: inout GzipReader, _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) -> CompressionError? {
    do throws(CompressionError) {
      try unpacker.feed(bytes, into: body)
      return nil
    } catch {
      return error
    }
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, _ descriptor: Int32, _ path: String
  ) throws(FileError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw failure(path) }
    }
  }

  private func failure(_ path: String) -> FileError {
    FileError(description: "\(path): cannot be read: \(String(cString: strerror(errno)))")
  }
}
