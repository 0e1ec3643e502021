// The bytes of a body as they arrive, never more than the limit.
import NIOCore

/// Collects one body.
struct BodyBuffer: Sendable {
  /// Largest body in bytes.
  let limit: Int
  let ticket: LoadLimiter.Ticket
  /// Content-Length, if there was one.
  let declaredLength: Int?
  /// Bytes over which it goes into a file.
  let spoolOver: Int
  /// What has come, but for what lies in the file.
  private(set) var bytes: [UInt8] = []
  /// The beginning of a body that is too large for memory.
  private(set) var file: SpooledBody?

  static let noRoom = TransportError(.busy, "too much is being received at the moment; try again later")

  /// - Throws: `TransportError` `.bodyTooLarge` or `.busy`.
  init(
    limit: Int, ticket: LoadLimiter.Ticket, declaredLength: Int?, spoolOver: Int = .max
  ) throws(TransportError) {
    self.limit = limit
    self.spoolOver = max(spoolOver, 1)
    self.ticket = ticket
    self.declaredLength = declaredLength
    guard let declaredLength else { return }
    guard declaredLength <= limit else { throw tooLarge(declaredLength) }
    // The whole is reserved before any of it is read: a body for which there is no room is not begun.
    let held = min(declaredLength, self.spoolOver)
    guard ticket.reserve(held) else { throw Self.noRoom }
    bytes.reserveCapacity(held)
  }

  /// Bytes that have come.
  var count: Int { bytes.count + (file?.byteCount ?? 0) }

  /// There is enough to be put into the file.
  var isFull: Bool { bytes.count > spoolOver }

  /// Puts what is in memory into the file. Blocks.
  ///
  /// - Throws: `TransportError` `.storage`.
  mutating func spool() throws {
    let file = try file ?? SpooledBody()
    self.file = file
    try bytes.withUnsafeBytes { try file.append($0) }
    bytes.removeAll(keepingCapacity: true)
  }

  /// - Throws: `TransportError` `.bodyTooLarge` or `.busy`.
  mutating func append(_ chunk: ByteBuffer) throws(TransportError) {
    let count = count + chunk.readableBytes
    guard count <= limit else { throw tooLarge(count) }
    if declaredLength == nil, count <= spoolOver {
      guard ticket.reserve(chunk.readableBytes) else { throw Self.noRoom }
    }
    chunk.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
  }

  /// - Throws: `TransportError` `.bodyTruncated`.
  func checkComplete() throws(TransportError) {
    if let declaredLength, count != declaredLength {
      throw TransportError(.bodyTruncated, "the body ended after \(count) bytes\(ofDeclared)")
    }
  }

  /// What it means that the connection failed meanwhile.
  func truncation(_ cause: any Error) -> TransportError {
    if let known = cause as? TransportError { return known }
    return TransportError(
      .bodyTruncated, "the connection ended after \(count) bytes of the body\(ofDeclared)", cause: cause)
  }

  private var ofDeclared: String { declaredLength.map { " of \($0)" } ?? "" }

  private func tooLarge(_ count: Int) -> TransportError {
    TransportError(.bodyTooLarge, "the message has \(count) bytes or more; at most \(limit) are taken")
  }
}
