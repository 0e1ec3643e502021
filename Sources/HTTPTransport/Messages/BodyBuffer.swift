// The bytes of a body as they arrive, never more than the limit.
import NIOCore

/// Collects one body.
struct BodyBuffer: Sendable {
  /// Largest body in bytes.
  let limit: Int
  let ticket: LoadLimiter.Ticket
  /// Content-Length, if there was one.
  let declaredLength: Int?
  private(set) var bytes: [UInt8] = []

  static let noRoom = TransportError(.busy, "too much is being received at the moment; try again later")

  /// - Throws: `TransportError` `.bodyTooLarge` or `.busy`.
  init(limit: Int, ticket: LoadLimiter.Ticket, declaredLength: Int?) throws(TransportError) {
    self.limit = limit
    self.ticket = ticket
    self.declaredLength = declaredLength
    guard let declaredLength else { return }
    guard declaredLength <= limit else { throw tooLarge(declaredLength) }
    // The whole is reserved before any of it is read: a body for which there is no room is not begun.
    guard ticket.reserve(declaredLength) else { throw Self.noRoom }
    bytes.reserveCapacity(declaredLength)
  }

  /// - Throws: `TransportError` `.bodyTooLarge` or `.busy`.
  mutating func append(_ chunk: ByteBuffer) throws(TransportError) {
    let count = bytes.count + chunk.readableBytes
    guard count <= limit else { throw tooLarge(count) }
    if declaredLength == nil {
      guard ticket.reserve(chunk.readableBytes) else { throw Self.noRoom }
    }
    chunk.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
  }

  /// - Throws: `TransportError` `.bodyTruncated`.
  func checkComplete() throws(TransportError) {
    if let declaredLength, bytes.count != declaredLength {
      throw TransportError(.bodyTruncated, "the body ended after \(bytes.count) bytes\(ofDeclared)")
    }
  }

  /// What it means that the connection failed meanwhile.
  func truncation(_ cause: any Error) -> TransportError {
    if let known = cause as? TransportError { return known }
    return TransportError(
      .bodyTruncated, "the connection ended after \(bytes.count) bytes of the body\(ofDeclared)", cause: cause)
  }

  private var ofDeclared: String { declaredLength.map { " of \($0)" } ?? "" }

  private func tooLarge(_ count: Int) -> TransportError {
    TransportError(.bodyTooLarge, "the message has \(count) bytes or more; at most \(limit) are taken")
  }
}
