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

  struct State {
    var sent: [(message: Message, sender: ParticipantID, raw: [UInt8]?)] = []
    var refused: [(sender: ParticipantID?, code: String, reason: String)] = []
    var observers: [AsyncStream<Activity>.Continuation] = []
  }

  /// Accepts events and answers requests OK unless told otherwise.
  init(_ handler: @escaping Handler = StubBus.standard) { self.handler = handler }

  static let standard: Handler = { message, _ in
    message.kind == .request ? .reply(EntryID(7), message.reply(.ok, source: "MDM")) : .accepted(EntryID(8))
  }

  var sent: [(message: Message, sender: ParticipantID, raw: [UInt8]?)] { state.withLock { $0.sent } }
  var refused: [(sender: ParticipantID?, code: String, reason: String)] { state.withLock { $0.refused } }

  func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
    state.withLock { $0.sent.append((message, sender, raw)) }
    return try await handler(message, sender)
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
}
