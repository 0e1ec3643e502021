// Unpacks gzip, zlib and deflate streams as their bytes come in, in bounded memory.
import CZlib

/// Unpacks a compressed stream that is fed in pieces.
///
/// Checksums and lengths are verified; several gzip members may follow each other, and zero bytes after the last (as on
/// tapes). Memory: about 110 KiB, whatever is fed. After an error nothing more is taken.
///
/// - SeeAlso: RFC 1950, 1951, 1952
public struct GzipReader: ~Copyable {
  private enum State {
    case inMember
    /// A member is complete: another one may follow.
    case betweenMembers
    /// Zero bytes have begun: nothing else may follow.
    case padding
    case failed
  }

  private static var outputSize: Int { 1 << 16 }

  private let format: CompressedFormat
  private let limits: ExpansionLimits
  // On the heap: zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let output: UnsafeMutableRawBufferPointer
  private let isReady: Bool
  private var state = State.inMember
  /// Compressed bytes taken so far.
  public private(set) var bytesRead = 0
  /// Bytes handed out so far.
  public private(set) var bytesWritten = 0
  private var memberStart = 0
  private var membersRead = 0

  public init(_ format: CompressedFormat = .gzip, limits: ExpansionLimits = ExpansionLimits()) {
    self.format = format
    self.limits = limits
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    output = .allocate(byteCount: Self.outputSize, alignment: 16)
    isReady =
      inflateInit2_(stream, format.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
    output.deallocate()
  }

  /// Takes the next compressed bytes and hands out what comes of them, 64 KiB at most at a time.
  ///
  /// - Parameter body: its argument is valid until it returns.
  /// - Throws: `CompressionError` at the first breach; what was handed out before is not to be trusted as a whole.
  public mutating func feed(
    _ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) -> Void
  ) throws(CompressionError) {
    guard isReady else { throw fail(.corrupt, "there is no memory left to unpack the data") }
    var rest = bytes
    while !rest.isEmpty {
      switch state {
      case .failed: return
      case .inMember:
        let taken = try inflatePiece(rest, into: body)
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      case .betweenMembers:
        if rest[0] == 0x1F && format == .gzip {
          inflateReset(stream)
          memberStart = bytesRead
          state = .inMember
        } else {
          state = .padding
        }
      case .padding:
        guard let other = rest.firstIndex(where: { $0 != 0 }) else {
          bytesRead += rest.count
          return
        }
        bytesRead += other
        throw fail(.trailingData, "something else follows the compressed data: cut it off")
      }
    }
  }

  public mutating func feed(
    _ bytes: [UInt8], into body: (UnsafeRawBufferPointer) -> Void
  ) throws(CompressionError) {
    let result: Result<Void, CompressionError> = bytes.withUnsafeBytes { buffer in
      do throws(CompressionError) {
        return .success(try feed(buffer, into: body))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Says that nothing follows.
  ///
  /// - Throws: `CompressionError` with code `.truncated` where the stream is not complete.
  public mutating func finish() throws(CompressionError) {
    if state == .inMember { throw fail(.truncated, "the compressed data end too early: they were cut off") }
  }

  /// Unpacks one piece, which may be taken in part only.
  ///
  /// - Returns: how many bytes were taken.
  private mutating func inflatePiece(
    _ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) -> Void
  ) throws(CompressionError) -> Int {
    // zlib counts in 32 bits.
    let count = min(bytes.count, 1 << 30)
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(count)
    while true {
      stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      let before = Int(stream.pointee.avail_in)
      let status = inflate(stream, Z_NO_FLUSH)
      bytesRead += before - Int(stream.pointee.avail_in)
      let produced = output.count - Int(stream.pointee.avail_out)
      bytesWritten += produced
      try checkLimits()
      if produced > 0 { body(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
      switch status {
      case Z_STREAM_END:
        membersRead += 1
        state = .betweenMembers
        return count - Int(stream.pointee.avail_in)
      // Z_BUF_ERROR: nothing more can be done with what there is.
      case Z_OK, Z_BUF_ERROR:
        if stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0 { return count }
        if status == Z_BUF_ERROR && produced == 0 { throw fail(.corrupt, "the compressed data cannot be unpacked") }
      default: throw broken(status)
      }
    }
  }

  private mutating func checkLimits() throws(CompressionError) {
    if bytesWritten > limits.totalBytes {
      throw fail(.sizeLimit, "the compressed data unpack to more than \(limits.totalBytes) bytes")
    }
    if bytesWritten > limits.freeBytes, bytesWritten / max(limits.ratio, 1) > bytesRead {
      throw fail(.ratioLimit, "the compressed data unpack to more than \(limits.ratio) times their size, like a bomb")
    }
  }

  private mutating func broken(_ status: Int32) -> CompressionError {
    let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
    if detail.contains("check") && detail.contains("data") || detail.contains("length check") {
      return fail(.checksum, "what was unpacked does not fit its checksum or length: the data are damaged")
    }
    // A header that is none, behind a member that was complete, is no member at all.
    if membersRead > 0 && bytesRead - memberStart <= 10 {
      return fail(.trailingData, "something else follows the compressed data: cut it off")
    }
    return fail(.corrupt, "these are no sound compressed data (\(detail))")
  }

  private mutating func fail(_ code: CompressionError.Code, _ message: String) -> CompressionError {
    state = .failed
    return CompressionError(code, message, offset: bytesRead)
  }
}
