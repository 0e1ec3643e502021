// What the transport needs of the bus.
public import IECMessage
public import MessageBus

/// The side of the bus that a transport sees. `Bus` conforms; tests put their own in its place.
public protocol BusPort: Sendable {
  /// Returns once the message is durable and, for synchronous requests, answered.
  ///
  /// - Throws: `BusError`; `.busy` when the sender is to try again later.
  func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome

  /// Journals what was refused before it became a message to route.
  func refuse(raw: [UInt8], from sender: ParticipantID?, code: String, reason: String) async throws -> EntryID

  /// What happens from now on; the oldest steps are dropped where the observer does not keep up.
  func activity(bufferingNewest limit: Int) async -> AsyncStream<Activity>

  func deadLetters(limit: Int) async throws -> [DeadLetter]
  func timeline(messageID: String, limit: Int) async throws -> [JournalEntry]
  func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry]
}

extension Bus: BusPort {}
