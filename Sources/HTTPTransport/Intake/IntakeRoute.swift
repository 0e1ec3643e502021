// The endpoint that takes readings in bulk, straight into the store.
import Compression
import HTTPTypes
import Hummingbird
import HummingbirdCore
import IECMessage
import Logging
import MessageBus
import NIOCore

/// `POST /readings?source=…`: MeterReadings as XML, CSV (text/csv) or Green Button (application/atom+xml), also packed with
/// gzip. It lies in a file until it is whole, is not journaled, and with 200 it is in the store. A header Idempotency-Key
/// names the content among the sender's: what was stopped goes on where it was when it is sent again with the same key, and
/// what was whole is not taken twice.
///
/// Needs the right to send `created MeterReadings`.
struct IntakeRoute: Sendable {
  let intake: any ReadingsIntake
  let access: AccessControl
  let partners: PartnerDirectory
  let limiter: LoadLimiter
  let configuration: HTTPConfiguration
  let logger: Logger

  func add(to router: RouterGroup<ConnectionContext>) {
    router.post("readings") { request, context in
      switch await sender(request, context) {
      case .failure(let refusal): return Response.refusal(refusal)
      case .success(let sender):
        let response = await limiter.admit { _ in await take(request, from: sender) }
        return response
          ?? Response.refusal(.busy("too many messages are being worked on", code: "5.1", retryAfter: 1))
      }
    }
  }

  private func sender(
    _ request: HummingbirdCore.Request, _ context: ConnectionContext
  ) async -> Result<ParticipantID, Refusal> {
    let caller: Caller
    switch await access.sender(request.headers[.authorization], context.peer) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let known): caller = known
    }
    let source = request.uri.queryParameters["source"].map(String.init)
    let named = source.flatMap { partners.partner(source: $0) }
    let partner: Partner
    if case .partner(let known) = caller {
      guard named == nil || named?.id == known.id else {
        return .failure(.unauthorized("authenticated as partner \(known.id), not as \(source ?? "")"))
      }
      partner = known
    } else if let named {
      guard named.credentials.isEmpty else {
        return .failure(
          .unauthenticated("partner \(named.id) has to send its credentials", access.principals.challenges))
      }
      partner = named
    } else {
      guard access.isTrusted(context.peer), configuration.unknownSenders == .anonymousOnLoopback else {
        return .failure(.unauthenticated("send credentials of a partner", access.principals.challenges))
      }
      return .success(PartnerDirectory.anonymous)
    }
    if let permissions = partner.maySend, !permissions.contains(where: { $0.allows(.created, "MeterReadings") }) {
      return .failure(.unauthorized("partner \(partner.id) may not send created MeterReadings"))
    }
    return .success(partner.id)
  }

  private func take(_ request: HummingbirdCore.Request, from sender: ParticipantID) async -> Response {
    let type = request.headers[.contentType]?.lowercased() ?? "application/xml"
    let format: ReadingsBody.Format
    if type.hasPrefix("text/csv") {
      format = .csv
    } else if type.hasPrefix("application/atom+xml") {
      format = .greenButton
    } else if type.contains("xml") || type.hasPrefix("application/gzip") || type.hasPrefix("application/x-www-form") {
      format = .meterReadings
    } else {
      return failure(
        "Content-Type \(type.prefix(80)) is none of application/xml, text/csv, application/atom+xml",
        .unsupportedMediaType)
    }
    let key = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
    if let key, key.isEmpty || key.utf8.count > 200 {
      return failure("Idempotency-Key has 1 to 200 characters", .badRequest)
    }
    do {
      let content = try await SpooledBody.collect(request.body, limit: configuration.readingsLimit)
      let receipt = try await intake.take(ReadingsBody(format: format, sender: sender, key: key, content: content))
      return .json(receipt.json, receipt.isSound ? .ok : .unprocessableContent)
    } catch let error as CompressionError {
      return failure("the body cannot be unpacked: \(error)", .unprocessableContent)
    } catch let error as TransportError {
      logger.notice("readings were not taken", metadata: ["sender": "\(sender)", "reason": "\(error)"])
      let status = Refusal.of(error, retryAfter: 1).status
      return failure(error.message, error.code == .storage ? .init(code: 507) : status)
    } catch {
      logger.error("readings were not taken", metadata: ["sender": "\(sender)", "reason": "\(error)"])
      return failure("\(error)", .serviceUnavailable)
    }
  }

  private func failure(_ reason: String, _ status: HTTPResponse.Status) -> Response {
    var object = JSONObject()
    object.add("error", reason)
    return .json(object.closed, status)
  }
}
