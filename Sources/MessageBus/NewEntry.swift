// A message on its way into the journal.
public import CIMModel
public import IECMessage

/// A message to be journaled.
public struct NewEntry: Sendable {
  public var received: Timestamp
  public var from: ParticipantID
  /// Nil for bytes that were refused before they became a message.
  public var kind: MessageKind?
  public var verb: Verb?
  public var noun: String?
  public var messageID: String?
  public var correlationID: String?
  public var source: String?
  /// The bytes as received, or the coder's form of a message that came without any.
  public var body: [UInt8]
  /// The bytes as received, where they are not in memory: `body` is empty then.
  public var document: (any DocumentSource)?
  /// The coder's form, where `body` is not that and the message may have to be read again for a delivery.
  public var form: [UInt8]?
  public var state: JournalEntry.State
  /// What this entry answers.
  public var answers: Answered?
  /// To whom it goes.
  public var deliveries: [ParticipantID]
  public var deliveryKind: DeliveryKind
  /// Of its deliveries.
  public var priority = Priority.normal
  public var deadLetter: Cause?
  /// The digest of what it says; nil for what has no place in the inbox.
  public var digest: Int64?
  /// Remarks for the operator: repairs, a MessageID used before.
  public var note: String?
  /// The entry that this one sends again.
  public var replays: EntryID?

  /// The request a reply belongs to.
  public enum Answered: Sendable, Hashable {
    case entry(EntryID)
    /// The entry at this place of the same unit.
    case sibling(Int)
  }

  /// Why a message or a delivery is dead.
  public struct Cause: Sendable, Hashable {
    /// A reply code of IEC 61968-9, Annex B.
    public var code: String
    public var reason: String
    public init(code: String, reason: String) {
      self.code = code
      self.reason = reason
    }
  }

  public init(
    received: Timestamp, from: ParticipantID, kind: MessageKind? = nil, verb: Verb? = nil, noun: String? = nil,
    messageID: String? = nil, correlationID: String? = nil, source: String? = nil, body: [UInt8], form: [UInt8]? = nil,
    state: JournalEntry.State, answers: Answered? = nil, deliveries: [ParticipantID] = [],
    deliveryKind: DeliveryKind = .event, deadLetter: Cause? = nil, digest: Int64? = nil, note: String? = nil,
    replays: EntryID? = nil
  ) {
    self.received = received
    self.from = from
    self.kind = kind
    self.verb = verb
    self.noun = noun
    self.messageID = messageID
    self.correlationID = correlationID
    self.source = source
    self.body = body
    self.form = form
    self.state = state
    self.answers = answers
    self.deliveries = deliveries
    self.deliveryKind = deliveryKind
    self.deadLetter = deadLetter
    self.digest = digest
    self.note = note
    self.replays = replays
  }
}

/// Which of a participant's functions a delivery calls.
public enum DeliveryKind: String, Sendable, Hashable, Codable { case event, request, reply }

extension NewEntry {
  /// Bytes of the body, wherever it lies.
  public var bodyLength: Int { document?.byteCount ?? body.count }
}
