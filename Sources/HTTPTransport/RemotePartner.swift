// A partner's system as a participant of the bus: what it is to get is posted to its endpoint.
import CIMCodec
import Dialects
public import IECMessage
public import MessageBus
import NIOSSL

/// A system behind an HTTP endpoint.
///
/// A message counts as delivered when the endpoint answers 2xx with a readable message that is not FAILED, or, for events
/// and late replies, 2xx with no body at all. Everything else throws; `TransportError.kind` says whether the message is
/// held, tried again or given up.
public final class RemotePartner: Participant {
  public let id: ParticipantID
  public let interests: [Interest]
  /// What is packed, written in a dialect or without its message is written whole.
  public var takesDetached: Bool { partner.compressOver == nil && !isRendered && partner.form != .profile }
  private var isRendered: Bool { partner.dialect.mode != .strict && !partner.dialect.replyStyle.isStandard }
  private let partner: Partner
  private let client: PartnerClient
  private let reader: MessageReader
  private let writer: MessageWriter
  private let replyRoutes: ReplyRoutes
  private let tls: TLSConfiguration?

  /// - Throws: `TransportError` with code `.badConfiguration` where the endpoint or a reply address is no http(s) URL, or
  ///   a certificate cannot be read.
  init(
    _ partner: Partner, replyRoutes: ReplyRoutes, client: PartnerClient, reader: MessageReader, writer: MessageWriter
  ) throws {
    for url in partner.replyAddresses + (partner.endpoint.map { [$0] } ?? []) {
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw TransportError(.badConfiguration, "partner \(partner.id): \(url) is no http or https URL")
      }
    }
    id = partner.id
    interests = partner.interests
    self.partner = partner
    self.replyRoutes = replyRoutes
    self.client = client
    self.reader = reader
    self.writer = writer
    tls = try partner.outgoing.tls()
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    guard let endpoint = partner.endpoint else {
      return request.failure("2.9", reason: "\(id) has no endpoint for requests", source: id.rawValue)
    }
    let answer = try await post(request, to: endpoint)
    guard let answer, answer.kind == .response else {
      throw TransportError(.badAnswer, "\(id) answered the request with no ResponseMessage")
    }
    return answer
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    guard let endpoint = partner.endpoint else {
      throw TransportError(.badConfiguration, "\(id) subscribes to events and has no endpoint")
    }
    try refused(try await post(event, to: endpoint))
  }

  public func receive(reply: Message, from sender: ParticipantID) async throws {
    let remembered = reply.header?.correlationID.flatMap { replyRoutes.address(of: $0) }
    // Looked up again in the registration: nothing else is ever called.
    let registered = remembered.flatMap { partner.replyAddresses.contains($0) ? $0 : nil }
    guard let address = registered ?? partner.replyAddresses.first ?? partner.endpoint else {
      throw TransportError(.badConfiguration, "\(id) has no registered address for late replies")
    }
    try refused(try await post(reply, to: address))
  }

  /// - Returns: the message in the answer; nil for an answer without a body.
  private func post(_ message: Message, to url: String) async throws -> Message? {
    let response = try await send(message, to: url)
    let isSuccess = (200..<300).contains(response.status)
    guard isSuccess || response.status >= 400 else {
      throw TransportError(.badStatus, "\(url) answered \(response.status); redirects are not followed")
    }
    if isSuccess, response.body.isEmpty { return nil }
    let repair = MessageRepair(dialect: partner.dialect, schemas: reader.schemas, limits: reader.limits)
    let inspection = repair.read(response.body, with: reader).inspection
    guard isSuccess else {
      // A fault or a FAILED reply in the body tells more than the status does.
      let first = inspection.message?.reply?.errors.first
      let why = first.map { ": \($0.code) \($0.reason ?? "")" } ?? ""
      let message = "\(url) answered \(response.status)\(why)"
      if let first { throw TransportError.failed(first.code, message) }
      // 401 says that our credentials are wrong, not the message.
      let isOutage = response.status >= 500 || [401, 408, 429].contains(response.status)
      throw TransportError(isOutage ? .unavailable : .badStatus, message)
    }
    guard let answer = inspection.message, inspection.verdict != .unreadable else {
      throw TransportError(.badAnswer, "\(url) answered with something that is no message of IEC 61968-100")
    }
    return answer
  }

  private func send(_ message: Message, to url: String) async throws -> PartnerClient.Response {
    if case .detached? = message.payload?.content { return try await send(detached: message, to: url) }
    let sent = partner.compressOver.map { message.packed(over: $0) } ?? message
    var body = try writer.write(sent, as: form(of: message), soap: partner.soap)
    if isRendered { body = try partner.dialect.rendering(body, limits: reader.limits) }
    return try await client.post(
      body, to: url, headers: headers(of: message), access: partner.outgoing, tls: tls, deadline: partner.deadline,
      limit: partner.answerLimit)
  }

  /// Writes it into a file first, so that its length is known.
  private func send(detached message: Message, to url: String) async throws -> PartnerClient.Response {
    let file = try SpooledBody()
    try writer.write(message, as: form(of: message), soap: partner.soap) { piece in
      try piece.withUnsafeBytes { try file.append($0) }
    }
    return try await client.post(
      file, to: url, headers: headers(of: message), access: partner.outgoing, tls: tls, deadline: partner.deadline,
      limit: partner.answerLimit)
  }

  private func refused(_ answer: Message?) throws {
    guard let reply = answer?.reply, reply.result == .failed else { return }
    let error = reply.errors.first
    throw TransportError.failed(
      error?.code, "\(id) answered FAILED: \(error?.code ?? "no code") \(error?.reason ?? "")")
  }

  /// The partner's form; a typed one in the namespace of this message's noun (part 9, strongly typed services).
  private func form(of message: Message) -> MessageForm {
    guard case .typed(let configured) = partner.form else { return partner.form }
    guard let noun = message.noun else { return .generic }
    let base =
      configured.isEmpty
      ? "http://iec.ch/TC57/2011/" : String(configured[...(configured.lastIndex(of: "/") ?? configured.startIndex)])
    return .typed(namespace: base + (message.verb == .get ? "Get" : "") + noun + "Message")
  }

  private func headers(of message: Message) -> [(String, String)] {
    let action = message.kind == .event ? "http://iec.ch/61968/PublishEvent" : "http://iec.ch/61968/Request"
    switch partner.soap {
    case .v1_1: return [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\(action)\"")]
    case .v1_2: return [("Content-Type", "application/soap+xml; charset=utf-8; action=\"\(action)\"")]
    case nil: return [("Content-Type", "application/xml; charset=utf-8")]
    }
  }
}
