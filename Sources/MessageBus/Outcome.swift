// What the sender of a message is told.
public import IECMessage

/// What became of a message that was sent: returned only after the journal's commit.
public enum Outcome: Sendable {
  /// The reply to a synchronous request, the acknowledgement (OK, 0.3) of an asynchronous request or of an event with
  /// AckRequired, or the bus's own FAILED reply. The number is that of the message sent.
  case reply(EntryID, Message)
  /// An event or one-way message that is durable.
  case accepted(EntryID)

  /// The journal's number of the message sent.
  public var entry: EntryID {
    switch self {
    case .reply(let entry, _), .accepted(let entry): return entry
    }
  }

  /// The ResponseMessage, or nil for `.accepted`.
  public var reply: Message? {
    if case .reply(_, let message) = self { return message }
    return nil
  }
}
