// Why a message is not taken, in the terms of both HTTP and the reply codes.
import HTTPTypes
import IECMessage

/// A refusal of a whole message before it reached the bus.
struct Refusal: Error, Sendable {
  /// The status where the binding does not impose another: SOAP faults are 400 or 500 unless HTTP itself is the reason.
  var status: HTTPResponse.Status
  /// HTTP's own statuses (413, 415, 503, …) stand whatever the binding says.
  var statusStands = false
  var fault: SOAPFaultCode = .sender
  /// In plain words, for faultstring and log.
  var reason: String
  var errors: [ReplyError]
  var closes = false
  var retryAfter: Int?
  /// What a 401 asks for.
  var challenges: [String] = []

  var code: String { errors.first?.code ?? "5.3" }

  static func of(_ error: TransportError, retryAfter: Int) -> Refusal {
    switch error.code {
    case .bodyTooLarge:
      return Refusal(
        status: .contentTooLarge, statusStands: true, reason: error.message,
        errors: [ReplyError(code: "3.1", level: .fatal, reason: error.message)], closes: true)
    case .busy:
      return .busy(error.message, code: "5.1", retryAfter: retryAfter)
    case .storage:
      // What the disk says is for the operator's eyes.
      return .busy("large messages cannot be kept at present; try again later", code: "5.1", retryAfter: retryAfter)
    case .bodyTooSlow:
      return Refusal(
        status: .requestTimeout, statusStands: true, reason: error.message,
        errors: [ReplyError(code: "4.1", level: .fatal, reason: error.message)], closes: true)
    default:
      return Refusal(
        status: .badRequest, reason: error.message,
        errors: [ReplyError(code: "1.8", level: .fatal, reason: error.message)], closes: true)
    }
  }

  static func busy(_ reason: String, code: String, retryAfter: Int) -> Refusal {
    Refusal(
      status: .serviceUnavailable, statusStands: true, fault: .receiver, reason: reason,
      errors: [ReplyError(code: code, level: .fatal, reason: reason)], closes: true, retryAfter: retryAfter)
  }

  static func wrongContentType(_ found: String?, expected: String) -> Refusal {
    let reason = "Content-Type \(found.map { "\"\($0.prefix(100))\"" } ?? "(none)") is not taken here; send \(expected)"
    return Refusal(
      status: .unsupportedMediaType, statusStands: true, reason: reason,
      errors: [ReplyError(code: "1.8", level: .fatal, reason: reason)], closes: true)
  }

  static func unsupportedEncoding(_ found: String) -> Refusal {
    let reason =
      "Content-Encoding \"\(found.prefix(100))\" is not taken; send the message packed with gzip, or as it is"
    return Refusal(
      status: .unsupportedMediaType, statusStands: true, reason: reason,
      errors: [ReplyError(code: "1.8", level: .fatal, reason: reason)], closes: true)
  }

  /// Something of ours went wrong. The incident's number is all the sender is told.
  static func incident(_ id: String) -> Refusal {
    Refusal(
      status: .internalServerError, fault: .receiver, reason: "the bus failed on this message",
      errors: [
        ReplyError(
          code: "5.3", level: .catastrophic, reason: "the bus failed on this message", details: "incident \(id)")
      ])
  }
}
