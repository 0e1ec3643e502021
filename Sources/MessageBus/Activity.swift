// What the bus tells of itself as it happens: the source of `busbar watch`, the demo's display and the console.
public import CIMModel
public import IECMessage

/// One step in the life of one message.
public struct Activity: Sendable {
  public enum Step: String, Sendable, Codable {
    /// Durable in the journal.
    case accepted
    /// Refused before it was journaled as a message to route (the refusal is journaled as a dead letter).
    case refused
    /// A participant has taken an event or a late reply, or is asked to answer a request.
    case delivered
    /// A reply is on its way back: at once, or late. A late one is `delivered` when the requester has taken it.
    case replied
    /// A delivery failed and will be tried again.
    case retrying
    /// Given up: it lies among the dead letters.
    case dead
  }

  public var step: Step
  /// The journal's number of the message the step is about.
  public var entry: EntryID
  public var time: Timestamp
  public var from: ParticipantID
  /// Who the step concerns; nil where nobody yet does (accepted).
  public var to: ParticipantID?
  public var kind: MessageKind
  public var verb: Verb?
  public var noun: String?
  public var messageID: String?
  public var correlationID: String?
  /// For delivered and replied: seconds since the bus accepted the message (the request, for a reply).
  public var latency: Double?
  /// For replies: the result and the first reply code.
  public var result: Reply.Result?
  public var code: String?
  /// Why it was refused, is tried again or is dead.
  public var reason: String?

  public init(
    step: Step, entry: EntryID, time: Timestamp, from: ParticipantID, to: ParticipantID?, kind: MessageKind,
    verb: Verb?, noun: String?, messageID: String?, correlationID: String?, latency: Double? = nil,
    result: Reply.Result? = nil, code: String? = nil, reason: String? = nil
  ) {
    self.step = step
    self.entry = entry
    self.time = time
    self.from = from
    self.to = to
    self.kind = kind
    self.verb = verb
    self.noun = noun
    self.messageID = messageID
    self.correlationID = correlationID
    self.latency = latency
    self.result = result
    self.code = code
    self.reason = reason
  }
}

/// The journal's number of a message: rising in the order of acceptance.
public struct EntryID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public var rawValue: Int64
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  public static func < (a: EntryID, b: EntryID) -> Bool { a.rawValue < b.rawValue }
  public var description: String { String(rawValue) }
}
