// A delivery as a restart finds it.
public import CIMModel

/// A delivery that waits, with what is needed to make it.
public struct PendingDelivery: Sendable {
  public var entry: EntryID
  public var kind: DeliveryKind
  public var attempts: Int
  /// Not to be tried before; nil: at once.
  public var nextTry: Timestamp?
  public var from: ParticipantID
  public var received: Timestamp
  /// The message in the coder's form.
  public var form: [UInt8]

  public init(
    entry: EntryID, kind: DeliveryKind, attempts: Int, nextTry: Timestamp?, from: ParticipantID, received: Timestamp,
    form: [UInt8]
  ) {
    self.entry = entry
    self.kind = kind
    self.attempts = attempts
    self.nextTry = nextTry
    self.from = from
    self.received = received
    self.form = form
  }
}
