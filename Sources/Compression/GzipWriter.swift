// Packs bytes as gzip, zlib or deflate streams as they come in.
import CZlib

/// Packs bytes that are fed in pieces into one compressed stream.
///
/// - SeeAlso: RFC 1950, 1951, 1952
public struct GzipWriter: ~Copyable {
  // On the heap: zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let output: UnsafeMutableRawBufferPointer
  private var isOpen: Bool

  /// - Parameter level: 1 is fastest, 9 packs best; others count as 6.
  public init(_ format: CompressedFormat = .gzip, level: Int = 6) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    output = .allocate(byteCount: 1 << 16, alignment: 16)
    let level = (1...9).contains(level) ? Int32(level) : 6
    isOpen =
      deflateInit2_(
        stream, level, Z_DEFLATED, format.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
    output.deallocate()
  }

  /// Takes bytes and hands out what is packed of them so far, which may be nothing.
  ///
  /// - Parameter body: its argument is valid until it returns.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) -> Void) {
    var rest = bytes
    while !rest.isEmpty && isOpen {
      let count = min(rest.count, 1 << 30)
      run(UnsafeRawBufferPointer(rebasing: rest[..<count]), Z_NO_FLUSH, into: body)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Hands out the rest; nothing is taken after it.
  public mutating func finish(into body: (UnsafeRawBufferPointer) -> Void) {
    guard isOpen else { return }
    run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH, into: body)
    isOpen = false
  }

  /// Packs what is in memory.
  public static func pack(_ bytes: [UInt8], as format: CompressedFormat = .gzip, level: Int = 6) -> [UInt8] {
    var writer = GzipWriter(format, level: level)
    var packed: [UInt8] = []
    bytes.withUnsafeBytes { all in writer.feed(all) { packed.append(contentsOf: $0) } }
    writer.finish { packed.append(contentsOf: $0) }
    return packed
  }

  private mutating func run(
    _ bytes: UnsafeRawBufferPointer, _ flush: Int32, into body: (UnsafeRawBufferPointer) -> Void
  ) {
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(bytes.count)
    while true {
      stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      let status = deflate(stream, flush)
      let produced = output.count - Int(stream.pointee.avail_out)
      if produced > 0 { body(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
      if status == Z_STREAM_END || (status != Z_OK && status != Z_BUF_ERROR) { return }
      if flush == Z_NO_FLUSH && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0 { return }
      if status == Z_BUF_ERROR && produced == 0 { return }
    }
  }
}
