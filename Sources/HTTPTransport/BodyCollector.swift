// From the stream of a request's body to its bytes, never holding more than the limit.
import Hummingbird
import NIOCore

/// Reads one body whole.
struct BodyCollector {
  /// Largest body in bytes.
  let limit: Int
  let ticket: LoadLimiter.Ticket
  /// Content-Length, if there was one.
  let declaredLength: Int?

  /// - Throws: `TransportError` `.bodyTooLarge`, `.busy`, `.bodyTruncated` or `.bodyTooSlow`.
  func bytes(of body: RequestBody) async throws -> [UInt8] {
    if let declaredLength {
      guard declaredLength <= limit else { throw tooLarge(declaredLength) }
      // The whole is reserved before any of it is read: a body for which there is no room is not begun.
      guard ticket.reserve(declaredLength) else { throw noRoom() }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(declaredLength ?? 0)
    do {
      for try await chunk in body {
        let count = bytes.count + chunk.readableBytes
        guard count <= limit else { throw tooLarge(count) }
        if declaredLength == nil {
          guard ticket.reserve(chunk.readableBytes) else { throw noRoom() }
        }
        bytes.append(contentsOf: chunk.readableBytesView)
      }
    } catch let error as TransportError {
      throw error
    } catch {
      throw TransportError(
        .bodyTruncated, "the connection ended after \(bytes.count) bytes of the body\(ofDeclared)", cause: error)
    }
    if let declaredLength, bytes.count != declaredLength {
      throw TransportError(.bodyTruncated, "the body ended after \(bytes.count) bytes\(ofDeclared)")
    }
    return bytes
  }

  private var ofDeclared: String { declaredLength.map { " of \($0)" } ?? "" }

  private func tooLarge(_ count: Int) -> TransportError {
    TransportError(.bodyTooLarge, "the message has \(count) bytes or more; at most \(limit) are taken")
  }

  private func noRoom() -> TransportError {
    TransportError(.busy, "too much is being received at the moment; try again later")
  }
}
