// A bus that remembers what it was given and answers as it is told.
import CIMModel
import HTTPTransport
import IECMessage
import MessageBus
import Synchronization

final class StubBus: BusPort {
  typealias Handler = @Sendable (Message, ParticipantID) async throws -> Outcome

  private let state = Mutex(State())
  private let handler: Handler
  /// The reply as it is said to lie in the journal.
  private let written: [UInt8]?

  struct State {
    var sent: [(message: Message, sender: ParticipantID, raw: [UInt8]?)] = []
    var notes: [String] = []
    var refused: [(sender: ParticipantID?, code: String, reason: String)] = []
    var observers: [AsyncStream<Activity>.Continuation] = []
    var searched: [MessageQuery] = []
    var sentAgain: [String] = []
  }

  /// Accepts events and answers requests OK unless told otherwise.
  init(written: [UInt8]? = nil, _ handler: @escaping Handler = StubBus.standard) {
    self.written = written
    self.handler = handler
  }

  static let standard: Handler = { message, _ in
    message.kind == .request ? .reply(EntryID(7), message.reply(.ok, source: "MDM")) : .accepted(EntryID(8))
  }

  var sent: [(message: Message, sender: ParticipantID, raw: [UInt8]?)] { state.withLock { $0.sent } }
  var notes: [String] { state.withLock { $0.notes } }
  var refused: [(sender: ParticipantID?, code: String, reason: String)] { state.withLock { $0.refused } }

  func exchange(
    _ message: Message, from sender: ParticipantID, raw: [UInt8]?, note: String?, readsBack: Bool
  ) async throws -> Exchange {
    state.withLock {
      $0.sent.append((message, sender, raw))
      if let note { $0.notes.append(note) }
    }
    return Exchange(outcome: try await handler(message, sender), writtenReply: written)
  }

  func refuse(raw: [UInt8], from sender: ParticipantID?, code: String, reason: String) async throws -> EntryID {
    state.withLock {
      $0.refused.append((sender, code, reason))
      return EntryID(Int64(100 + $0.refused.count))
    }
  }

  func activity(bufferingNewest limit: Int) async -> AsyncStream<Activity> {
    let (stream, continuation) = AsyncStream.makeStream(of: Activity.self, bufferingPolicy: .bufferingNewest(limit))
    state.withLock { $0.observers.append(continuation) }
    return stream
  }

  func tell(_ activity: Activity) {
    for observer in state.withLock({ $0.observers }) { observer.yield(activity) }
  }

  var hasObservers: Bool { state.withLock { !$0.observers.isEmpty } }

  private let entry = JournalEntry(
    id: EntryID(3), received: Timestamp(seconds: 0), from: "CIS", kind: .request, verb: .get, noun: "MeterReadings",
    messageID: "m-1", correlationID: "c-1", source: "CIS", state: .done, answers: nil,
    deliveries: [.init(participant: "MDM", kind: .request, state: .done, attempts: 1)])

  func deadLetters(limit: Int) async throws -> [DeadLetter] {
    [
      DeadLetter(
        entry: entry, participant: "MDM", time: Timestamp(seconds: 1), cause: .init(code: "4.1", reason: "a \"b\""))
    ]
  }

  func timeline(messageID: String, limit: Int) async throws -> [JournalEntry] { messageID == "m-1" ? [entry] : [] }
  func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry] {
    correlationID == "c-1" ? [entry] : []
  }

  var searched: [MessageQuery] { state.withLock { $0.searched } }

  func search(_ query: MessageQuery) async throws -> MessagePage {
    state.withLock { $0.searched.append(query) }
    return MessagePage(entries: [entry], next: EntryID(3), indexedUpTo: EntryID(9), unsearched: 1)
  }

  func deadLetterGroups(by grouping: DeadLetterGroup.Grouping, limit: Int) async throws -> [DeadLetterGroup] {
    try await deadLetters(limit: 1).map {
      DeadLetterGroup(
        key: grouping == .cause ? $0.cause.code : $0.participant?.rawValue, count: 2, newest: $0, oldest: $0.time)
    }
  }

  func entry(_ id: EntryID) async throws -> JournalEntry? { id == entry.id ? entry : nil }

  func related(to id: EntryID, limit: Int) async throws -> (replies: [JournalEntry], replays: [JournalEntry]) {
    ([entry], [])
  }

  /// The body of entry 3: so many bytes that they come in pieces.
  static let body = Array("<a>\(String(repeating: "long ", count: 120_000))</a>".utf8)

  func bodyLength(of id: EntryID) async throws -> Int? { id == entry.id ? StubBus.body.count : nil }

  func body(of id: EntryID, from offset: Int, count: Int) async throws -> [UInt8]? {
    id == entry.id ? Array(StubBus.body.dropFirst(offset).prefix(count)) : nil
  }

  var sentAgain: [String] { state.withLock { $0.sentAgain } }

  func resubmit(_ id: EntryID, message: Message, raw: [UInt8]?, again: Bool) async throws -> Outcome {
    try sendAgain("resubmit \(id) \(message.noun ?? "") \(raw?.count ?? 0)", id, again)
  }

  func replay(_ id: EntryID, to participant: ParticipantID, again: Bool) async throws -> Outcome {
    try sendAgain("replay \(id) to \(participant)", id, again)
  }

  /// Entry 3 can be sent once, and again where asked for.
  private func sendAgain(_ text: String, _ id: EntryID, _ again: Bool) throws -> Outcome {
    guard id == entry.id else { throw BusError(.unknownEntry, "the journal has no entry \(id)") }
    let isSecond = state.withLock { state in
      defer { state.sentAgain.append(text) }
      return !state.sentAgain.isEmpty
    }
    if isSecond && !again { throw BusError(.alreadySent, "sent before") }
    return .accepted(EntryID(10))
  }
}
