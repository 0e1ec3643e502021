// A delivery as a restart finds it.
public import CIMModel
public import IECMessage

/// Deliveries that wait for one participant, as far as one read goes.
public struct PendingPage: Sendable {
  /// The most urgent first, those of one priority in the order of their numbers.
  public var deliveries: [PendingDelivery]
  /// Whether these are all.
  public var isLast: Bool
  /// The newest entry there was when they were read.
  public var newest: EntryID

  public init(deliveries: [PendingDelivery], isLast: Bool, newest: EntryID) {
    self.deliveries = deliveries
    self.isLast = isLast
    self.newest = newest
  }
}

/// A delivery that waits, with what is needed to make it.
public struct PendingDelivery: Sendable {
  public var entry: EntryID
  public var kind: DeliveryKind
  public var priority: Priority
  public var attempts: Int
  /// Not to be tried before; nil: at once.
  public var nextTry: Timestamp?
  public var from: ParticipantID
  public var received: Timestamp
  /// The message in the coder's form.
  public var form: [UInt8]
  /// The same, where it is too large to be held: `form` is empty then.
  public var document: (any DocumentSource)?

  public init(
    entry: EntryID, kind: DeliveryKind, priority: Priority = .normal, attempts: Int, nextTry: Timestamp?,
    from: ParticipantID, received: Timestamp, form: [UInt8], document: (any DocumentSource)? = nil
  ) {
    self.entry = entry
    self.kind = kind
    self.priority = priority
    self.attempts = attempts
    self.nextTry = nextTry
    self.from = from
    self.received = received
    self.form = form
    self.document = document
  }
}
