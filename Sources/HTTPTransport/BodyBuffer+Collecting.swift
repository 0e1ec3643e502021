// From the stream of a request's body to its bytes, for the routes of the framework.
import Hummingbird
import NIOCore

extension BodyBuffer {
  /// Reads one body whole.
  ///
  /// - Throws: `TransportError` `.bodyTooLarge`, `.busy`, `.bodyTruncated` or `.bodyTooSlow`.
  static func collect(
    _ body: RequestBody, limit: Int, _ ticket: LoadLimiter.Ticket, declaredLength: Int?
  ) async throws -> [UInt8] {
    var buffer = try BodyBuffer(limit: limit, ticket: ticket, declaredLength: declaredLength)
    do {
      for try await chunk in body { try buffer.append(chunk) }
    } catch {
      throw buffer.truncation(error)
    }
    try buffer.checkComplete()
    return buffer.bytes
  }
}
