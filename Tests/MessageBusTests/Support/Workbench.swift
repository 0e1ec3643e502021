// A journal, a coder and a running bus for a test.
import CIMModel
import Foundation
import IECMessage
import Logging
import MessageBus
import SQLiteJournal
import Testing

/// The journals every contract has to hold with.
enum JournalUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, sqlite
  var testDescription: String { rawValue }

  /// Runs a test with a way to open the journal, which is what a restart does: the same entries are there again.
  func with<Value>(_ body: (_ open: () throws -> any Journal) async throws -> Value) async throws -> Value {
    switch self {
    case .memory:
      let journal = InMemoryJournal()
      return try await body { Reopened(journal: journal) }
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("busbar-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      return try await body { try SQLiteJournal(folder: folder) }
    }
  }
}

/// A journal in memory that survives `close`, so that a restart can be played with it.
private struct Reopened: Journal {
  let journal: InMemoryJournal
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

extension BusConfiguration {
  /// Short pauses, no long waits.
  static var forTests: BusConfiguration {
    var configuration = BusConfiguration()
    configuration.backoff = Backoff(first: .milliseconds(1), factor: 1, maximum: .milliseconds(2), jitter: 0)
    configuration.attempts = 3
    configuration.drainDeadline = .milliseconds(200)
    return configuration
  }
}

func makeBus(
  _ journal: any Journal = InMemoryJournal(), _ coder: any MessageCoder = TableCoder(),
  _ configuration: BusConfiguration = .forTests
) -> Bus {
  Bus(
    journal: journal, coder: coder, configuration: configuration,
    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
}

/// Runs the bus while `body` runs, then stops it as a shutdown would, and waits until it has stopped.
func running<Value: Sendable>(_ bus: Bus, _ body: () async throws -> Value) async throws -> Value {
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await bus.run() }
    do {
      let value = try await body()
      group.cancelAll()
      try await group.waitForAll()
      return value
    } catch {
      group.cancelAll()
      throw error
    }
  }
}

/// A reading as it is asked for and told of.
enum Sample {
  static func get(_ source: String = "CIS") -> Message { .get("MeterReadings", nil, source: source) }
  static func event(_ source: String = "HES", _ noun: String = "EndDeviceEvents") -> Message {
    .event(.created, noun, [Element(noun, in: "http://iec.ch/TC57/2011/\(noun)#")], source: source)
  }
  static func control(_ source: String = "CIS") -> Message {
    var message = Message.request(
      .create, "EndDeviceControls", [Element("EndDeviceControls", in: "http://iec.ch/TC57/2011/EndDeviceControls#")],
      source: source)
    message.header?.asyncReplyFlag = true
    return message
  }
}
