// What could not be delivered, and why.
public import CIMModel

/// A message, or one delivery of it, that the bus has given up.
public struct DeadLetter: Sendable, Hashable {
  public var entry: JournalEntry
  /// To whom it could not be delivered; nil when the message itself was refused.
  public var participant: ParticipantID?
  public var time: Timestamp
  public var cause: NewEntry.Cause

  public init(entry: JournalEntry, participant: ParticipantID?, time: Timestamp, cause: NewEntry.Cause) {
    self.entry = entry
    self.participant = participant
    self.time = time
    self.cause = cause
  }
}
