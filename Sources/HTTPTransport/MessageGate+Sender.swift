// Who sends, and where it may want its answers.
import IECMessage
import MessageBus

extension MessageGate {
  /// A message that is sound and still not taken.
  struct Breach: Error {
    var error: ReplyError
    var sender: ParticipantID?
  }

  /// The participant behind Header.Source, or why the message is not taken from it.
  ///
  /// In this version the Source is believed: put the server on a trusted network or loopback, or behind a proxy that
  /// authenticates.
  func sender(of message: Message, isLoopback: Bool) -> Result<ParticipantID, Breach> {
    let source = message.header?.source ?? ""
    let partner = partners.partner(source: source)
    if partner == nil, configuration.unknownSenders == .refuse || !isLoopback {
      let reason = source.isEmpty ? "Header.Source is missing" : "Source \(source) is not registered"
      return .failure(Breach(error: ReplyError(code: "2.14", level: .fatal, reason: reason), sender: nil))
    }
    let sender = partner?.id ?? PartnerDirectory.anonymous
    guard message.kind == .request, message.header?.asyncReplyFlag == true else { return .success(sender) }
    guard let address = message.header?.replyAddress, !address.isEmpty else {
      if partner?.endpoint != nil || partner?.replyAddresses.isEmpty == false { return .success(sender) }
      return .failure(
        Breach(
          error: ReplyError(code: "1.5", level: .fatal, reason: "AsyncReplyFlag is true and ReplyAddress is missing"),
          sender: sender))
    }
    // The address comes from the sender: only what the operator has registered is ever called (envelope security).
    guard let partner, partner.replyAddresses.contains(address) else {
      let whose = partner.map { "partner \($0.id)" } ?? "unregistered senders"
      return .failure(
        Breach(
          error: ReplyError(
            code: "7.7", level: .fatal, reason: "this ReplyAddress is not registered for \(whose); it was not called",
            details: "ReplyAddress \(address.prefix(200))"),
          sender: sender))
    }
    if let id = message.header?.correlationID ?? message.header?.messageID {
      partners.replyRoutes.remember(address, for: id)
    }
    return .success(sender)
  }
}
