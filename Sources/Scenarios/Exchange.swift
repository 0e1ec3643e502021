// A message as it was observed on the bus.
public import CIMModel
public import IECMessage
public import MessageBus

/// One request with its reply, or one event with those who got it, as the bus told of it.
public struct Exchange: Sendable, Hashable {
  /// What came back for a request.
  public struct Reply: Sendable, Hashable {
    public var from: ParticipantID
    public var result: IECMessage.Reply.Result?
    /// First reply code, where there are errors.
    public var code: String?
    public var reason: String?
    public var time: Timestamp
    /// Seconds since the bus had accepted the request.
    public var latency: Double?
  }

  /// Number of the scenario's step it belongs to, from 1; nil for a message that is none of the scenario.
  public var step: Int?
  public var entry: EntryID
  public var from: ParticipantID
  /// Who has got it so far.
  public var to: [ParticipantID]
  public var kind: MessageKind
  public var verb: Verb?
  public var noun: String?
  public var messageID: String?
  public var correlationID: String?
  /// When the bus had accepted it.
  public var time: Timestamp
  /// Seconds from acceptance to the last delivery.
  public var latency: Double?
  public var reply: Reply?

  init(_ activity: Activity, step: Int?) {
    self.step = step
    entry = activity.entry
    from = activity.from
    to = []
    kind = activity.kind
    verb = activity.verb
    noun = activity.noun
    messageID = activity.messageID
    correlationID = activity.correlationID
    time = activity.time
  }

  public var isRequest: Bool { verb?.role == .request }

  /// True when this reply answers this request.
  func isAnswered(by reply: Activity) -> Bool {
    isRequest && self.reply == nil && reply.to == from && reply.noun == noun
      && reply.correlationID == correlationID ?? messageID
  }
}

extension Exchange: CustomStringConvertible {
  /// E.g. "MDM → MS create EndDeviceControls".
  public var description: String {
    let receivers = to.isEmpty ? "nobody" : to.map(\.rawValue).joined(separator: ", ")
    return "\(from) → \(receivers) \(verb?.rawValue ?? "?") \(noun ?? "?")"
  }
}
