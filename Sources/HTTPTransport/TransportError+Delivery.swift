// What an error of the transport means for the message that was on its way.
public import MessageBus

extension TransportError: DeliveryFailure {
  public var kind: DeliveryFailureKind {
    switch code {
    // Our own disk is full: the message waits in the journal as for a partner that is away.
    case .unreachable, .timedOut, .unavailable, .storage: return .outage
    case .refused: return .refusal
    default: return .failure
    }
  }

  public var reason: String { code == .storage ? "the bus has no room for large messages at present" : message }

  /// What a partner's FAILED means: busy (5.1, 3.2) passes, so does what it says of our credentials and not of the
  /// message (7.1, 7.2, 7.4: somebody puts them right, and nothing may be lost till then), a failure in its inside (4.1, 5.3) may pass, and everything
  /// else is its last word (IEC 61968-9, Annex B).
  static func failed(_ code: String?, _ message: String) -> TransportError {
    switch code {
    case "5.1", "3.2", "7.1", "7.2", "7.4": return TransportError(.unavailable, message, replyCode: code)
    case "4.1", "5.3", nil: return TransportError(.badAnswer, message, replyCode: code)
    default: return TransportError(.refused, message, replyCode: code)
    }
  }
}
