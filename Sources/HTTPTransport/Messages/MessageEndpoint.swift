// What takes messages: which paths, from whom, how large, and through the gate.
import Compression
import HTTPTypes
import IECMessage
import NIOCore
import NIOHTTP1

/// `POST /soap`, `POST /services/{service}` and `POST /messages`.
///
/// All of them dispatch on the root of the SOAP Body, or of the document; the path only decides which WSDL is served.
struct MessageEndpoint: Sendable {
  let gate: MessageGate
  let access: AccessControl
  let limiter: LoadLimiter
  let configuration: HTTPConfiguration
  private let base: [Substring]
  /// The paths as nearly everybody writes them.
  private let usual: (plain: String, soap: String)

  init(gate: MessageGate, access: AccessControl, limiter: LoadLimiter, configuration: HTTPConfiguration) {
    self.gate = gate
    self.access = access
    self.limiter = limiter
    self.configuration = configuration
    base = configuration.basePath.split(separator: "/")
    let prefix = base.map { "/" + $0 }.joined()
    usual = (prefix + "/messages", prefix + "/soap")
  }

  private enum Kind { case soap, plain }

  // MARK: Before the body

  /// Whether a request brings a message.
  func takes(_ head: HTTPRequestHead) -> Bool { head.method == .POST && kind(of: head.uri) != nil }

  private func kind(of target: String) -> Kind? {
    if target == usual.plain { return .plain }
    if target == usual.soap { return .soap }
    let path = target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    var parts = Substring(path).split(separator: "/")[...]
    for part in base { guard parts.popFirst() == part else { return nil } }
    switch (parts.first, parts.count) {
    case ("messages", 1): return .plain
    case ("soap", 1), ("services", 2): return .soap
    default: return nil
    }
  }

  /// What is known of a message before its body is read.
  struct Opening: Sendable {
    var binding: Binding
    var headers: HTTPHeaders
    /// Content-Encoding is gzip.
    var isPacked: Bool
    /// Content-Length, if there was one.
    var declaredLength: Int?
  }

  /// How a message came, or why it is not taken whoever sends it.
  func open(_ head: HTTPRequestHead) -> Result<Opening, Refused> {
    let binding: Binding
    let field = head.headers.first(name: "content-type")
    let type = field.map { ContentType($0).mediaType }
    switch kind(of: head.uri) {
    case .plain?, nil:
      binding = .plain
      guard let type, ContentType.plainTypes.contains(type) else {
        return .failure(Refused(.wrongContentType(field, expected: "application/xml or text/xml"), binding))
      }
    case .soap?:
      binding = .soap(type == SOAPVersion.v1_2.mediaType ? .v1_2 : .v1_1)
      guard let type, ContentType.soapTypes.contains(type) else {
        let expected = "text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2)"
        return .failure(Refused(.wrongContentType(field, expected: expected), binding))
      }
    }
    let encoding = head.headers.first(name: "content-encoding")?.lowercased() ?? "identity"
    let isPacked = encoding == "gzip" || encoding == "x-gzip"
    guard isPacked || encoding == "identity" else {
      return .failure(Refused(.unsupportedEncoding(encoding), binding))
    }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) }
    return .success(Opening(binding: binding, headers: head.headers, isPacked: isPacked, declaredLength: length))
  }

  /// A message that is not taken.
  struct Refused: Error {
    var refusal: Refusal
    var binding: Binding
    init(_ refusal: Refusal, _ binding: Binding) {
      self.refusal = refusal
      self.binding = binding
    }
  }

  /// The place of a message among those worked on, and the bounds of its body.
  func admit(_ opening: Opening, from caller: Caller) -> Result<BodyBuffer, Refused> {
    guard let ticket = limiter.enter() else {
      let reason = "\(configuration.requestLimit) messages are being worked on; try again later"
      return .failure(
        Refused(.busy(reason, code: "5.1", retryAfter: configuration.retryAfterSeconds), opening.binding))
    }
    var limit = configuration.bodyLimit
    if case .partner(let partner) = caller, let own = partner.bodyLimit { limit = min(limit, own) }
    do throws(TransportError) {
      // What is packed is unpacked in memory.
      return .success(
        try BodyBuffer(
          limit: limit, ticket: ticket, declaredLength: opening.declaredLength,
          spoolOver: opening.isPacked ? .max : configuration.spoolOver))
    } catch {
      return .failure(refused(error, opening))
    }
  }

  func refused(_ error: TransportError, _ opening: Opening) -> Refused {
    Refused(.of(error, retryAfter: configuration.retryAfterSeconds), opening.binding)
  }

  func answer(_ refused: Refused) -> Answer { gate.refuse(refused.refusal, over: refused.binding) }

  // MARK: With the body

  /// The answer to a message that is here whole.
  ///
  /// - Parameter expiry: is told what to answer when the bus does not in time.
  func take(
    _ body: BodyBuffer, _ opening: Opening, from caller: Caller, _ peer: Peer, expiry: RequestExpiry
  ) async -> Answer {
    if body.file != nil { return await takeSpooled(body, opening, from: caller, peer, expiry: expiry) }
    do throws(TransportError) {
      let bytes = opening.isPacked ? try Self.unpacked(body) : body.bytes
      return await gate.take(
        bytes, over: opening.binding, from: caller, isTrusted: access.isTrusted(peer), headers: opening.headers,
        expiry: expiry)
    } catch {
      return answer(refused(error, opening))
    }
  }

  private func takeSpooled(
    _ body: BodyBuffer, _ opening: Opening, from caller: Caller, _ peer: Peer, expiry: RequestExpiry
  ) async -> Answer {
    var body = body
    do {
      try body.spool()
      guard let document = body.file else { return answer(refused(BodyBuffer.noRoom, opening)) }
      return try await gate.take(
        document, over: opening.binding, from: caller, isTrusted: access.isTrusted(peer), headers: opening.headers,
        expiry: expiry
      ) { count throws(TransportError) in
        guard body.ticket.reserve(count) else { throw BodyBuffer.noRoom }
      }
    } catch {
      let known = error as? TransportError ?? TransportError(.storage, "the body cannot be read", cause: error)
      return answer(refused(known, opening))
    }
  }

  /// A gzip body unpacked, at most as many bytes of it as a body may have.
  private static func unpacked(_ body: BodyBuffer) throws(TransportError) -> [UInt8] {
    var bytes: [UInt8] = []
    var reader = GzipReader(limits: ExpansionLimits(totalBytes: body.limit))
    do throws(CompressionError) {
      try reader.feed(body.bytes) { bytes.append(contentsOf: $0) }
      try reader.finish()
    } catch {
      let isLimit = error.code == .sizeLimit || error.code == .ratioLimit
      throw TransportError(isLimit ? .bodyTooLarge : .badEncoding, "the gzip body: \(error)", cause: error)
    }
    guard body.ticket.reserve(bytes.count) else { throw BodyBuffer.noRoom }
    return bytes
  }
}
