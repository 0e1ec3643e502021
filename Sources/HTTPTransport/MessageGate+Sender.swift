// Who sends, and where it may want its answers.
import IECMessage
import MessageBus

extension MessageGate {
  /// A message that is sound and still not taken.
  struct Breach: Error {
    var error: ReplyError
    var sender: ParticipantID?
    /// Whether credentials would make it acceptable.
    var needsCredentials = false

    /// Known, and not allowed to do this.
    static func forbidden(_ reason: String, to sender: ParticipantID?) -> Breach {
      Breach(error: ReplyError(code: "7.5", level: .fatal, reason: reason), sender: sender)
    }
  }

  /// The participant behind Header.Source, or why the message is not taken from it.
  ///
  /// A partner that has credentials is believed only with them, and then for its own sources only; one that has none is
  /// believed by its Source, which the server allows beyond this machine only where it is told to.
  func sender(of message: Message, _ caller: Caller, isTrusted: Bool) -> Result<ParticipantID, Breach> {
    let source = message.header?.source ?? ""
    let partner: Partner?
    switch signer(source, caller, isTrusted: isTrusted) {
    case .success(let known): partner = known
    case .failure(let breach): return .failure(breach)
    }
    if let partner, let breach = unpermitted(message, partner) { return .failure(breach) }
    return replyAddress(of: message, from: partner)
  }

  /// The partner that signs the message; nil for an anonymous sender.
  private func signer(_ source: String, _ caller: Caller, isTrusted: Bool) -> Result<Partner?, Breach> {
    if case .partner(let known) = caller {
      guard source.isEmpty || known.sources.contains(source) else {
        let own = known.sources.sorted().joined(separator: " or ")
        return .failure(
          .forbidden("authenticated as partner \(known.id), which signs as \(own), not as \(source)", to: known.id))
      }
      return .success(known)
    }
    let partner = partners.partner(source: source)
    if case .operator(let name) = caller, !isTrusted {
      return .failure(.forbidden("operator \(name) sends no messages: use a partner's credentials", to: nil))
    }
    if let partner, !partner.credentials.isEmpty {
      let reason = "Source \(source) is believed with the credentials of partner \(partner.id) only"
      return .failure(
        Breach(error: ReplyError(code: "7.2", level: .fatal, reason: reason), sender: nil, needsCredentials: true))
    }
    if partner == nil, configuration.unknownSenders == .refuse || !isTrusted {
      let reason = source.isEmpty ? "Header.Source is missing" : "Source \(source) is not registered"
      return .failure(Breach(error: ReplyError(code: "2.14", level: .fatal, reason: reason), sender: nil))
    }
    return .success(partner)
  }

  /// Why the partner may not send this; nil where it may. Replies belong to requests that it was sent.
  private func unpermitted(_ message: Message, _ partner: Partner) -> Breach? {
    // The untyped Message counts for what its verb makes of it.
    guard let permissions = partner.maySend, message.kind != .response, message.kind != .fault,
      let verb = message.verb, verb.role != .response, let noun = message.noun,
      !permissions.contains(where: { $0.allows(verb, noun) })
    else { return nil }
    let allowed = permissions.isEmpty ? "nothing" : permissions.map(\.words).joined(separator: "; ")
    return .forbidden(
      "partner \(partner.id) may not send \(verb.rawValue) \(noun); it may send \(allowed)", to: partner.id)
  }

  /// The sender, if its ReplyAddress is one it may name.
  private func replyAddress(of message: Message, from partner: Partner?) -> Result<ParticipantID, Breach> {
    let sender = partner?.id ?? PartnerDirectory.anonymous
    guard message.kind != .response, message.verb?.role == .request, message.header?.asyncReplyFlag == true else {
      return .success(sender)
    }
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
