// Where messages become durable: what the bus asks of a storage.
public import CIMModel

/// A durable, ordered record of messages and of their deliveries.
///
/// A unit handed to `write` is committed whole or not at all, also when the process is killed or the power fails, and
/// `write` returns only after the commit (unless `isDurable` is false). Concurrent writers may share one commit. Entry
/// numbers rise in the order of commits: whoever has read entry n has been able to read every lower one. Every
/// implementation passes the contract tests (`JournalContract`).
///
/// Errors are `BusError`s of code `.diskFull`, `.storage` or `.closed`; opening has codes of its own.
public protocol Journal: Sendable {
  /// Whether entries outlive the process.
  var isDurable: Bool { get }

  /// Commits the unit.
  ///
  /// - Returns: the numbers of `unit.entries`, in their order.
  func write(_ unit: JournalUnit) async throws -> [EntryID]

  /// Commits the unit unless its first entry has come before, which is decided in the same transaction.
  ///
  /// An entry whose MessageID the sender has used for something else is committed with a note that says so.
  func admit(_ unit: JournalUnit) async throws -> Admission

  /// The newest entry of this key that is no dead letter.
  func entry(of key: InboxKey) async throws -> EntryID?

  /// The entries that answer this one, lowest first, at most `limit`.
  func replies(to entry: EntryID, limit: Int) async throws -> [JournalEntry]

  /// The entries that send this one again, lowest first, at most `limit`.
  func replays(of entry: EntryID, limit: Int) async throws -> [JournalEntry]

  /// The pending deliveries of one participant, the most urgent first, then by number: at most `limit`, and no more once
  /// `bytes` are reached.
  func pending(for participant: ParticipantID, limit: Int, bytes: Int) async throws -> PendingPage

  /// The lowest priority of deliveries that wait for one of these participants, among the newest 1,000 messages of this
  /// CorrelationID and of this MessageID.
  func lowestPriority(pendingOf correlationID: String, for participants: [ParticipantID]) async throws -> Priority?

  /// Whether any delivery that waits has another priority than normal.
  func hasPriorities() async throws -> Bool

  /// How many deliveries wait, by participant.
  func pendingCounts() async throws -> [ParticipantID: Int]

  /// Requests without a final reply with numbers over `after` that were received before `received`, lowest first, at
  /// most `limit`.
  func openRequests(after: EntryID, before received: Timestamp, limit: Int) async throws -> [JournalEntry]

  /// The newest request without a final reply that has this CorrelationID or, having none, this MessageID.
  func openRequest(correlationID: String) async throws -> JournalEntry?

  /// The bytes of an entry as they were received; nil if there is no such entry.
  func body(of entry: EntryID) async throws -> [UInt8]?

  /// The message of an entry in the coder's form; nil if there is no such entry.
  func form(of entry: EntryID) async throws -> [UInt8]?

  /// The entry of this number, without its bytes.
  func entry(_ entry: EntryID) async throws -> JournalEntry?

  /// All entries of this MessageID and the replies to them, lowest first, at most `limit`.
  func timeline(messageID: String, limit: Int) async throws -> [JournalEntry]

  /// All entries of this CorrelationID and the replies to them, lowest first, at most `limit`.
  func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry]

  /// The newest dead letters, newest first.
  func deadLetters(limit: Int) async throws -> [DeadLetter]

  /// Ends the journal in good order; further calls throw `.closed`.
  func close() async throws
}
