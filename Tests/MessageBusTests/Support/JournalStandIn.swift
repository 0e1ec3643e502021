// Journals of tests that differ in one thing from the one in memory.
import CIMModel
import MessageBus

/// Hands everything on to a journal in memory, which it leaves open; a test's own replaces what it is about.
protocol JournalStandIn: Journal {
  var journal: InMemoryJournal { get }
}

extension JournalStandIn {
  var isDurable: Bool { journal.isDurable }
  func write(_ unit: JournalUnit) async throws -> [EntryID] { try await journal.write(unit) }
  func admit(_ unit: JournalUnit) async throws -> Admission { try await journal.admit(unit) }
  func entry(of key: InboxKey) async throws -> EntryID? { try await journal.entry(of: key) }
  func replies(to entry: EntryID, limit: Int) async throws -> [JournalEntry] {
    try await journal.replies(to: entry, limit: limit)
  }
  func replays(of entry: EntryID, limit: Int) async throws -> [JournalEntry] {
    try await journal.replays(of: entry, limit: limit)
  }
  func form(of entry: EntryID) async throws -> [UInt8]? { try await journal.form(of: entry) }
  func entry(_ entry: EntryID) async throws -> JournalEntry? { try await journal.entry(entry) }
  func pending(for participant: ParticipantID, limit: Int, bytes: Int) async throws -> PendingPage {
    try await journal.pending(for: participant, limit: limit, bytes: bytes)
  }
  func lowestPriority(pendingOf correlationID: String, for participants: [ParticipantID]) async throws -> Priority? {
    try await journal.lowestPriority(pendingOf: correlationID, for: participants)
  }
  func hasPriorities() async throws -> Bool { try await journal.hasPriorities() }
  func pendingCounts() async throws -> [ParticipantID: Int] { try await journal.pendingCounts() }
  func openRequests(after: EntryID, before: Timestamp, limit: Int) async throws -> [JournalEntry] {
    try await journal.openRequests(after: after, before: before, limit: limit)
  }
  func openRequest(correlationID: String) async throws -> JournalEntry? {
    try await journal.openRequest(correlationID: correlationID)
  }
  func body(of entry: EntryID) async throws -> [UInt8]? { try await journal.body(of: entry) }
  func timeline(messageID: String, limit: Int) async throws -> [JournalEntry] {
    try await journal.timeline(messageID: messageID, limit: limit)
  }
  func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry] {
    try await journal.timeline(correlationID: correlationID, limit: limit)
  }
  func deadLetters(limit: Int) async throws -> [DeadLetter] { try await journal.deadLetters(limit: limit) }
  func close() async throws {}
}

/// A journal in memory that survives `close`, so that a restart can be played with it.
struct Reopened: JournalStandIn {
  let journal: InMemoryJournal
}
