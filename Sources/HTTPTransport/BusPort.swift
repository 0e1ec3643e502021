// What the transport needs of the bus.
public import IECMessage
public import MessageBus

/// The side of the bus that a transport sees. `Bus` conforms; tests put their own in its place.
public protocol BusPort: Sendable {
  /// Returns once the message is durable and, for synchronous requests, answered.
  ///
  /// - Parameters:
  ///   - note: a remark to keep with the message, e.g. how it was put right.
  ///   - readsBack: `raw` reads as this very message, so that the journal need not keep another form of it.
  /// - Throws: `BusError`; `.busy` when the sender is to try again later.
  func exchange(
    _ message: Message, from sender: ParticipantID, raw: [UInt8]?, note: String?, readsBack: Bool
  ) async throws -> Exchange

  /// Journals what was refused before it became a message to route.
  func refuse(raw: [UInt8], from sender: ParticipantID?, code: String, reason: String) async throws -> EntryID

  /// The same for what is not in memory.
  func refuse(
    _ document: any DocumentSource, from sender: ParticipantID?, code: String, reason: String
  ) async throws -> EntryID

  /// What happens from now on; the oldest steps are dropped where the observer does not keep up.
  func activity(bufferingNewest limit: Int) async -> AsyncStream<Activity>

  func deadLetters(limit: Int) async throws -> [DeadLetter]
  func timeline(messageID: String, limit: Int) async throws -> [JournalEntry]
  func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry]

  /// The newest messages that fit, newest first.
  func search(_ query: MessageQuery) async throws -> MessagePage
  /// Dead letters by what they have in common, the largest group first.
  func deadLetterGroups(by grouping: DeadLetterGroup.Grouping, limit: Int) async throws -> [DeadLetterGroup]
  func entry(_ entry: EntryID) async throws -> JournalEntry?
  /// The replies to an entry, and the entries that send it again.
  func related(to entry: EntryID, limit: Int) async throws -> (replies: [JournalEntry], replays: [JournalEntry])
  /// How many bytes an entry has; nil if there is no such entry.
  func bodyLength(of entry: EntryID) async throws -> Int?
  /// A part of the bytes of an entry; fewer than `count` at their end, nil if there is no such entry.
  func body(of entry: EntryID, from offset: Int, count: Int) async throws -> [UInt8]?

  /// Sends a dead letter again, mended or as it was.
  func resubmit(_ entry: EntryID, message: Message, raw: [UInt8]?, again: Bool) async throws -> Outcome
  /// Delivers a message to one participant again.
  func replay(_ entry: EntryID, to participant: ParticipantID, again: Bool) async throws -> Outcome
}

extension BusPort {
  public func refuse(
    _ document: any DocumentSource, from sender: ParticipantID?, code: String, reason: String
  ) async throws -> EntryID {
    try await refuse(raw: document.whole(), from: sender, code: code, reason: reason)
  }
}

extension Bus: BusPort {}
