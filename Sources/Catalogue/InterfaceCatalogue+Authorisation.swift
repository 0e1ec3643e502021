// Who may send what: what is not in the catalogue is not allowed.
public import IECMessage
public import MessageBus

/// Whether a component may send a message.
public enum Authorisation: Sendable, Hashable {
  case allowed
  /// With the reply code to answer and the reason for the log.
  case refused(code: String, reason: String)
}

extension InterfaceCatalogue {
  /// Whether a component may send this verb and noun: requests it has declared, events it has declared, and replies
  /// about nouns it serves.
  ///
  /// - Returns: refused with 7.4 for a stranger, else with 7.5 (IEC 61968-9, Annex B).
  public func authorisation(of sender: ParticipantID, toSend verb: Verb, _ noun: String) -> Authorisation {
    guard let entry = self[sender] else { return .refused(code: "7.4", reason: "\(sender) is not registered") }
    guard entry.state.exchangesMessages else {
      return .refused(code: "7.5", reason: "\(sender) is \(entry.state.rawValue)")
    }
    let isDeclared =
      switch verb.role {
      case .request: entry.requests.contains { $0.covers(verb, noun) }
      case .event: entry.emits.contains { $0.covers(verb, noun) }
      case .response: entry.offers.contains { $0.nouns?.contains(noun) ?? true }
      }
    if isDeclared { return .allowed }
    return .refused(code: "7.5", reason: "\(sender) is not registered for \(verb.rawValue) \(noun)")
  }
}
