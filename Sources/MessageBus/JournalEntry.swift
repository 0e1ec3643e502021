// A message as the journal tells of it.
public import CIMModel
public import IECMessage

/// A journaled message without its bytes.
public struct JournalEntry: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, Codable {
    /// A request without a final reply.
    case open
    /// Nothing more is to become of it, but its deliveries.
    case done
    /// A synchronous request that was answered with busy or not attempted: nothing was done, it may be sent again.
    case failed
    /// An event nobody subscribes to.
    case unrouted
    /// A dead letter.
    case dead

    /// Whether the same message sent again is a duplicate of this one.
    package var isKnownToInbox: Bool { self != .dead && self != .failed }
  }

  public var id: EntryID
  public var received: Timestamp
  public var from: ParticipantID
  public var kind: MessageKind?
  public var verb: Verb?
  public var noun: String?
  public var messageID: String?
  public var correlationID: String?
  public var source: String?
  public var state: State
  /// The request it answers.
  public var answers: EntryID?
  /// The entry it sends again.
  public var replays: EntryID?
  /// Remarks for the operator: repairs, a MessageID used before.
  public var note: String?
  /// By participant.
  public var deliveries: [Delivery]

  public struct Delivery: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, Codable { case pending, done, dead }
    public var participant: ParticipantID
    public var kind: DeliveryKind
    public var state: State
    public var attempts: Int
    public var nextTry: Timestamp?
    public var lastError: String?

    public init(
      participant: ParticipantID, kind: DeliveryKind, state: State = .pending, attempts: Int = 0,
      nextTry: Timestamp? = nil, lastError: String? = nil
    ) {
      self.participant = participant
      self.kind = kind
      self.state = state
      self.attempts = attempts
      self.nextTry = nextTry
      self.lastError = lastError
    }
  }

  public init(
    id: EntryID, received: Timestamp, from: ParticipantID, kind: MessageKind?, verb: Verb?, noun: String?,
    messageID: String?, correlationID: String?, source: String?, state: State, answers: EntryID?,
    replays: EntryID? = nil, note: String? = nil, deliveries: [Delivery] = []
  ) {
    self.id = id
    self.received = received
    self.from = from
    self.kind = kind
    self.verb = verb
    self.noun = noun
    self.messageID = messageID
    self.correlationID = correlationID
    self.source = source
    self.state = state
    self.answers = answers
    self.replays = replays
    self.note = note
    self.deliveries = deliveries
  }
}
