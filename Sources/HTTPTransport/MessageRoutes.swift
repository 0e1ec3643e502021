// The endpoints that take messages: SOAP and plain XML.
import Compression
import HTTPTypes
import Hummingbird
import HummingbirdCore
import IECMessage
import NIOCore

/// `POST /soap`, `POST /services/{service}` and `POST /messages`.
///
/// All of them dispatch on the root of the SOAP Body, or of the document; the path only decides which WSDL is served.
struct MessageRoutes: Sendable {
  let gate: MessageGate
  let access: AccessControl
  let limiter: LoadLimiter
  let configuration: HTTPConfiguration

  func add(to router: RouterGroup<ConnectionContext>) {
    router.post("soap") { request, context in await soap(request, context) }
    router.post("services/:service") { request, context in await soap(request, context) }
    router.post("messages") { request, context in await plain(request, context) }
  }

  private func soap(_ request: HummingbirdCore.Request, _ context: ConnectionContext) async -> Response {
    let field = request.headers[.contentType]
    let type = field.map { ContentType($0).mediaType }
    let binding = Binding.soap(type == SOAPVersion.v1_2.mediaType ? .v1_2 : .v1_1)
    guard let type, ContentType.soapTypes.contains(type) else {
      let refusal = Refusal.wrongContentType(
        field, expected: "text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2)")
      return response(gate.refuse(refusal, over: binding))
    }
    return await take(request, over: binding, context)
  }

  private func plain(_ request: HummingbirdCore.Request, _ context: ConnectionContext) async -> Response {
    let field = request.headers[.contentType]
    guard let field, ContentType.plainTypes.contains(ContentType(field).mediaType) else {
      let refusal = Refusal.wrongContentType(field, expected: "application/xml or text/xml")
      return response(gate.refuse(refusal, over: .plain))
    }
    return await take(request, over: .plain, context)
  }

  private func take(
    _ request: HummingbirdCore.Request, over binding: Binding, _ context: ConnectionContext
  ) async -> Response {
    let encoding = request.headers[.contentEncoding] ?? "identity"
    let isPacked = ["gzip", "x-gzip"].contains(encoding.lowercased())
    guard isPacked || encoding.lowercased() == "identity" else {
      return response(gate.refuse(.unsupportedEncoding(encoding), over: binding))
    }
    let caller: Caller
    switch await access.sender(request, context) {
    case .failure(let refusal): return response(gate.refuse(refusal, over: binding))
    case .success(let known): caller = known
    }
    var limit = configuration.bodyLimit
    if case .partner(let partner) = caller, let own = partner.bodyLimit { limit = min(limit, own) }
    let isTrusted = access.isTrusted(context)
    let answer = await limiter.admit { ticket in
      let collector = BodyCollector(
        limit: limit, ticket: ticket,
        declaredLength: request.headers[.contentLength].flatMap { Int($0) })
      do {
        let body = try await collector.bytes(of: request.body)
        let bytes = isPacked ? try Self.unpacked(body, limit: limit, ticket) : body
        return await gate.take(
          bytes, over: binding, from: caller, isTrusted: isTrusted, headers: request.headers)
      } catch let error as TransportError {
        return gate.refuse(.of(error, retryAfter: configuration.retryAfterSeconds), over: binding)
      } catch {
        return gate.refuse(.of(TransportError(.bodyTruncated, "the body ended early"), retryAfter: 1), over: binding)
      }
    }
    if let answer { return response(answer) }
    let reason = "\(configuration.requestLimit) messages are being worked on; try again later"
    return response(
      gate.refuse(.busy(reason, code: "5.1", retryAfter: configuration.retryAfterSeconds), over: binding))
  }

  /// A gzip body unpacked, at most `limit` bytes of it.
  private static func unpacked(
    _ body: [UInt8], limit: Int, _ ticket: LoadLimiter.Ticket
  ) throws(TransportError) -> [UInt8] {
    var bytes: [UInt8] = []
    var reader = GzipReader(limits: ExpansionLimits(totalBytes: limit))
    do throws(CompressionError) {
      try reader.feed(body) { bytes.append(contentsOf: $0) }
      try reader.finish()
    } catch {
      let isLimit = error.code == .sizeLimit || error.code == .ratioLimit
      throw TransportError(isLimit ? .bodyTooLarge : .badEncoding, "the gzip body: \(error)", cause: error)
    }
    guard ticket.reserve(bytes.count) else {
      throw TransportError(.busy, "too much is being received at the moment; try again later")
    }
    return bytes
  }

  private func response(_ answer: Answer) -> Response {
    Response(status: answer.status, headers: answer.headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
