// A body that lies in a file until it is whole: whoever works on it never waits for the network.
public import IECMessage
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of one request, in a file without a name that goes when this does.
public final class SpooledBody: DocumentSource {
  private let descriptor: Int32
  private let length = Mutex(0)
  private static let pieceSize = 1 << 18

  /// Takes a body from the network.
  ///
  /// - Throws: `TransportError` `.bodyTooLarge` over the limit, `.bodyTruncated` where it ends too early, `.storage` where
  ///   there is no room for it; what reading it throws.
  static func collect<Body: AsyncSequence>(_ body: Body, limit: Int) async throws -> SpooledBody
  where Body.Element == ByteBuffer {
    let spool = try SpooledBody()
    var waiting = ByteBuffer()
    var count = 0
    for try await var chunk in body {
      count += chunk.readableBytes
      guard count <= limit else {
        throw TransportError(.bodyTooLarge, "the body is larger than \(limit) bytes, the limit of readings")
      }
      waiting.writeBuffer(&chunk)
      if waiting.readableBytes >= pieceSize {
        try await spool.append(waiting)
        waiting.clear()
      }
    }
    try await spool.append(waiting)
    return spool
  }

  /// - Throws: `TransportError` `.storage` where there is no room for a file.
  init() throws {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/busbar-body-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Self.failure("there is no file for the body in \(folder)") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
  }

  deinit { close(descriptor) }

  private func append(_ bytes: ByteBuffer) async throws {
    // Files are not for event loops.
    try await NIOThreadPool.singleton.runIfActive { [self] in
      try bytes.withUnsafeReadableBytes { try append($0) }
    }
  }

  /// Appends bytes. Blocks.
  ///
  /// - Throws: `TransportError` `.storage` where there is no room for them.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("the body cannot be kept") }
      done += count
    }
    length.withLock { $0 += bytes.count }
  }

  /// Bytes in all.
  public var byteCount: Int { length.withLock { $0 } }

  /// - Throws: `TransportError` where the file cannot be read.
  public func bytes(from offset: Int, count: Int) throws -> [UInt8] {
    do throws(FileBytes.Failure) {
      return try FileBytes.read(descriptor, from: offset, count: count)
    } catch {
      throw Self.failure("the body cannot be read", error.code)
    }
  }

  private static func failure(_ what: String, _ code: Int32 = errno) -> TransportError {
    TransportError(.storage, "\(what): \(String(cString: strerror(code)))")
  }
}
