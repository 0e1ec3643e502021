// Refusals for want of rights (IEC 61968-9, reply codes 7.x).
import HTTPTypes
import IECMessage

extension Refusal {
  /// No credentials (7.2), or wrong ones (7.4).
  static func unauthenticated(_ reason: String, _ challenges: [String], code: String = "7.2") -> Refusal {
    Refusal(
      status: .unauthorized, statusStands: true, reason: reason,
      errors: [ReplyError(code: code, level: .fatal, reason: reason)], closes: true, challenges: challenges)
  }

  /// Credentials that are not enough for what is asked.
  static func unauthorized(_ reason: String) -> Refusal {
    Refusal(
      status: .forbidden, statusStands: true, reason: reason,
      errors: [ReplyError(code: "7.5", level: .fatal, reason: reason)], closes: true)
  }

  static func tooManyFailures(retryAfter seconds: Int) -> Refusal {
    let reason = "too many failed attempts to authenticate from this address; try again in \(seconds) s"
    return Refusal(
      status: .tooManyRequests, statusStands: true, reason: reason,
      errors: [ReplyError(code: "7.1", level: .fatal, reason: reason)], closes: true, retryAfter: seconds)
  }

  static func tooFast(_ partner: Partner, rate: Int) -> Refusal {
    let reason = "partner \(partner.id) may send \(rate) messages a second; try again later"
    return Refusal(
      status: .tooManyRequests, statusStands: true, fault: .receiver, reason: reason,
      errors: [ReplyError(code: "3.2", level: .fatal, reason: reason)], closes: true, retryAfter: 1)
  }
}
