// How a reply is tied to its request.
import IECMessage

extension Message {
  /// The identifier replies to this request carry: its CorrelationID, or its MessageID where it has none.
  var correlation: String? {
    if let id = header?.correlationID, !id.isEmpty { return id }
    return header?.messageID
  }

  /// The participant's answer as the reply to this request: a ResponseMessage whose CorrelationID is the request's.
  ///
  /// - Returns: nil when the answer has no Reply.
  func correlated(_ answer: Message, from replier: ParticipantID) -> Message? {
    guard answer.reply != nil else { return nil }
    var reply = answer
    reply.kind = .response
    reply.header =
      answer.header ?? .stamped(.reply, header?.noun ?? "", source: replier.rawValue, correlationID: correlation)
    // A participant may answer a request only, never speak for another's: whatever it says, the tie is this one.
    reply.header?.correlationID = correlation
    return reply
  }

  /// Whether nothing more is to follow: no acknowledgement (0.3) and no part of an answer (0.1) (IEC 61968-9, Annex B).
  var isFinalReply: Bool { !isAcknowledgement && !(reply?.errors.contains { $0.code == "0.1" } ?? false) }

  /// Whether this only says that the request has come, and that its reply comes later.
  var isAcknowledgement: Bool { reply?.result == .ok && (reply?.errors.contains { $0.code == "0.3" } ?? false) }

  /// Whether this reply invites its requester to ask again: too many requests (3.2), busy (5.1), not attempted (5.2),
  /// authentication out of order for now (7.1) (IEC 61968-9, Annex B).
  var saysNothingWasDone: Bool {
    guard let reply, reply.result == .failed, !reply.errors.isEmpty else { return false }
    return reply.errors.allSatisfy { ["3.2", "5.1", "5.2", "7.1"].contains($0.code) }
  }
}
