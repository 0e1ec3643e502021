// The inbox: whether a message has come before.

/// What became of a unit whose first message was looked for in the inbox.
///
/// The key is who sent it (as authenticated, and the Source it signs with), its MessageID, and the digest of what it
/// says: MessageID alone is no key, for there are senders that write the same one into every message. Messages that
/// became dead letters, or were answered busy, are no part of the inbox, so that a message can be sent again once the
/// cause is mended.
public enum Admission: Sendable, Hashable {
  /// Committed. `reused` is an earlier entry of this sender and MessageID that says something else.
  case written([EntryID], reused: EntryID?)
  /// Nothing was written: the journal holds this very message.
  case duplicate(of: EntryID)

  /// What the new entry's note says when its MessageID was used before.
  static func note(reused: EntryID) -> String {
    "its MessageID was used before, with other content, by entry \(reused)"
  }
}

/// The key of a message in the inbox.
public struct InboxKey: Sendable, Hashable {
  public var sender: ParticipantID
  public var source: String?
  public var messageID: String
  public var digest: Int64

  public init(sender: ParticipantID, source: String?, messageID: String, digest: Int64) {
    self.sender = sender
    self.source = source
    self.messageID = messageID
    self.digest = digest
  }
}

extension NewEntry {
  /// Nil for what has no place in the inbox: without MessageID nothing tells a message from another like it.
  public var inboxKey: InboxKey? {
    guard let digest, let messageID, !messageID.isEmpty else { return nil }
    return InboxKey(sender: from, source: source, messageID: messageID, digest: digest)
  }

  /// Adds a remark for the operator.
  public mutating func remark(_ text: String) { note = note.map { "\($0); \(text)" } ?? text }

  /// The note of an entry whose MessageID an earlier one has used for something else.
  public mutating func remark(reused: EntryID) { remark(Admission.note(reused: reused)) }
}
