// Unpacks zstd streams as their bytes come in, in bounded memory; with the package trait Zstd only.
#if Zstd
  import CZstd

  /// Unpacks a zstd stream that is fed in pieces: one frame or several, one behind the other.
  ///
  /// Memory: a window of 128 MiB at most; frames that want a larger one are refused. After an error nothing more is taken.
  ///
  /// - SeeAlso: RFC 8878
  public struct ZstdReader: ~Copyable {
    private let limits: ExpansionLimits
    private let stream: OpaquePointer?
    private let output: UnsafeMutableRawBufferPointer
    /// Whether a frame has begun that has not ended.
    private var isInFrame = true
    private var hasFailed = false
    /// Compressed bytes taken so far.
    public private(set) var bytesRead = 0
    /// Bytes handed out so far.
    public private(set) var bytesWritten = 0

    public init(limits: ExpansionLimits = ExpansionLimits()) {
      self.limits = limits
      stream = ZSTD_createDStream()
      if let stream { ZSTD_initDStream(stream) }
      output = .allocate(byteCount: 1 << 16, alignment: 16)
    }

    deinit {
      if let stream { ZSTD_freeDStream(stream) }
      output.deallocate()
    }

    /// Takes the next compressed bytes and hands out what comes of them, 64 KiB at most at a time.
    ///
    /// - Parameter body: its argument is valid until it returns.
    /// - Throws: `CompressionError` at the first breach; what was handed out before is not to be trusted as a whole.
    public mutating func feed(
      _ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) -> Void
    ) throws(CompressionError) {
      if hasFailed { return }
      guard let stream else { throw fail(.corrupt, "there is no memory left to unpack the data") }
      var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
      var isFull = false
      while input.pos < input.size || isFull {
        var room = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let before = input.pos
        let status = ZSTD_decompressStream(stream, &room, &input)
        bytesRead += input.pos - before
        bytesWritten += room.pos
        if ZSTD_isError(status) != 0 {
          throw fail(.corrupt, "these are no sound zstd data (\(String(cString: ZSTD_getErrorName(status))))")
        }
        if bytesWritten > limits.totalBytes {
          throw fail(.sizeLimit, "the compressed data unpack to more than \(limits.totalBytes) bytes")
        }
        if bytesWritten > limits.freeBytes, bytesWritten / max(limits.ratio, 1) > bytesRead {
          throw fail(
            .ratioLimit, "the compressed data unpack to more than \(limits.ratio) times their size, like a bomb")
        }
        if room.pos > 0 { body(UnsafeRawBufferPointer(rebasing: output[..<room.pos])) }
        isInFrame = status != 0
        isFull = room.pos == room.size && isInFrame
        if room.pos == 0, input.pos == before, input.pos < input.size {
          throw fail(.corrupt, "the zstd data cannot be unpacked")
        }
      }
    }

    /// Says that nothing follows.
    ///
    /// - Throws: `CompressionError` with code `.truncated` where the stream is not complete.
    public mutating func finish() throws(CompressionError) {
      if isInFrame, !hasFailed { throw fail(.truncated, "the compressed data end too early: they were cut off") }
    }

    private mutating func fail(_ code: CompressionError.Code, _ message: String) -> CompressionError {
      hasFailed = true
      return CompressionError(code, message, offset: bytesRead)
    }
  }
#endif
