// The unit of durability.
public import CIMModel

/// What becomes durable together: new entries, and what is now known of deliveries and requests.
public struct JournalUnit: Sendable {
  public var entries: [NewEntry]
  public var settlements: [Settlement]
  public var states: [StateChange]

  public init(entries: [NewEntry] = [], settlements: [Settlement] = [], states: [StateChange] = []) {
    self.entries = entries
    self.settlements = settlements
    self.states = states
  }
}

/// What is now known of one delivery.
public struct Settlement: Sendable {
  public var entry: EntryID
  public var participant: ParticipantID
  public var result: Result

  public enum Result: Sendable {
    case done
    /// To be tried again: attempts so far, the time before which not to try, and what went wrong.
    case retry(attempts: Int, nextTry: Timestamp, error: String)
    case dead(attempts: Int, NewEntry.Cause, at: Timestamp)
  }

  public init(_ entry: EntryID, _ participant: ParticipantID, _ result: Result) {
    self.entry = entry
    self.participant = participant
    self.result = result
  }
}

/// An entry's new state, and the cause where it becomes a dead letter.
public struct StateChange: Sendable {
  public var entry: EntryID
  public var state: JournalEntry.State
  public var at: Timestamp
  public var deadLetter: NewEntry.Cause?

  public init(_ entry: EntryID, _ state: JournalEntry.State, at: Timestamp, deadLetter: NewEntry.Cause? = nil) {
    self.entry = entry
    self.state = state
    self.at = at
    self.deadLetter = deadLetter
  }
}
