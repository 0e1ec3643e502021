// What operators ask the journal: which messages are these?
public import CIMModel
public import IECMessage

/// A journal that can be searched.
public protocol SearchableJournal: Journal {
  /// The newest messages that fit, newest first.
  ///
  /// - Throws: `BusError` with code `.storage` or `.closed`.
  func search(_ query: MessageQuery) async throws -> MessagePage

  /// A part of the bytes of an entry as they were received, so that a large body need not be held whole.
  ///
  /// - Returns: fewer than `count` bytes at the end of the body, none behind it; nil if there is no such entry.
  func body(of entry: EntryID, from offset: Int, count: Int) async throws -> [UInt8]?

  /// How many bytes `body(of:)` has; nil if there is no such entry.
  func bodyLength(of entry: EntryID) async throws -> Int?

  /// Dead letters by what they have in common, the largest group first, at most `limit` groups.
  func deadLetterGroups(by grouping: DeadLetterGroup.Grouping, limit: Int) async throws -> [DeadLetterGroup]
}

/// What a message has to be, to be found: all that is not nil.
public struct MessageQuery: Sendable, Hashable {
  /// Header.MessageID, to the letter.
  public var messageID: String?
  /// Header.CorrelationID, to the letter.
  public var correlationID: String?
  public var noun: String?
  public var verb: Verb?
  /// Who sent it, as authenticated or by Header.Source, or to whom it is delivered.
  public var partner: ParticipantID?
  /// An mRID, name, serial number or ID in the message, or what a `ref` attribute in it names: the whole value, in
  /// either case.
  public var object: String?
  /// Words that all stand in the message, in either case and any order; see `SearchWords` for what a word is.
  public var text: String?
  /// Received at this time or later.
  public var from: Timestamp?
  /// Received before this time.
  public var to: Timestamp?
  public var state: JournalEntry.State?
  /// Messages of one page, 1 to 1,000.
  public var limit: Int
  /// Only messages with lower numbers: `next` of the page before.
  public var before: EntryID?

  public init(
    messageID: String? = nil, correlationID: String? = nil, noun: String? = nil, verb: Verb? = nil,
    partner: ParticipantID? = nil, object: String? = nil, text: String? = nil, from: Timestamp? = nil,
    to: Timestamp? = nil, state: JournalEntry.State? = nil, limit: Int = 50, before: EntryID? = nil
  ) {
    self.messageID = messageID
    self.correlationID = correlationID
    self.noun = noun
    self.verb = verb
    self.partner = partner
    self.object = object
    self.text = text
    self.from = from
    self.to = to
    self.state = state
    self.limit = limit
    self.before = before
  }

  /// `limit` within its bounds.
  package var boundedLimit: Int { min(max(limit, 1), 1000) }
}

/// A page of search results.
public struct MessagePage: Sendable, Hashable {
  /// Newest first.
  public var entries: [JournalEntry]
  /// Put this into `MessageQuery.before` to go on; nil: there is nothing more. A search that took too much work ends
  /// early, so a page may be short, or empty, and still have this.
  public var next: EntryID?
  /// The search index knows every message up to this one; later ones were looked through one by one.
  public var indexedUpTo: EntryID
  /// Messages behind `indexedUpTo` that were not looked through, because there are too many of them: ask again later.
  public var unsearched: Int

  public init(entries: [JournalEntry], next: EntryID?, indexedUpTo: EntryID, unsearched: Int) {
    self.entries = entries
    self.next = next
    self.indexedUpTo = indexedUpTo
    self.unsearched = unsearched
  }
}

/// Dead letters that have something in common.
public struct DeadLetterGroup: Sendable, Hashable {
  public enum Grouping: String, Sendable, Hashable, CaseIterable {
    /// The reply code of the cause.
    case cause
    /// To whom they could not be delivered.
    case participant
  }

  /// The reply code or the participant; nil for messages that were refused before they were anybody's.
  public var key: String?
  public var count: Int
  public var newest: DeadLetter
  /// When the first of them died.
  public var oldest: Timestamp

  public init(key: String?, count: Int, newest: DeadLetter, oldest: Timestamp) {
    self.key = key
    self.count = count
    self.newest = newest
    self.oldest = oldest
  }
}

extension Bus {
  /// The newest messages that fit, newest first.
  ///
  /// - Throws: `BusError` with code `.storage` where the journal fails, or is of a kind that cannot be searched.
  public nonisolated func search(_ query: MessageQuery) async throws -> MessagePage {
    guard let journal = journal as? any SearchableJournal else {
      throw BusError(.storage, "this journal cannot be searched")
    }
    return try await journal.search(query)
  }

  /// Dead letters by what they have in common, the largest group first.
  public nonisolated func deadLetterGroups(
    by grouping: DeadLetterGroup.Grouping, limit: Int
  ) async throws -> [DeadLetterGroup] {
    guard let journal = journal as? any SearchableJournal else {
      throw BusError(.storage, "this journal cannot be searched")
    }
    return try await journal.deadLetterGroups(by: grouping, limit: limit)
  }

  /// The replies to an entry, and the entries that send it again, lowest first.
  public nonisolated func related(
    to entry: EntryID, limit: Int
  ) async throws -> (replies: [JournalEntry], replays: [JournalEntry]) {
    (try await journal.replies(to: entry, limit: limit), try await journal.replays(of: entry, limit: limit))
  }

  /// The entry of this number with its deliveries; nil if there is none.
  public nonisolated func entry(_ entry: EntryID) async throws -> JournalEntry? { try await journal.entry(entry) }

  /// How many bytes an entry has as it was received; nil if there is no such entry.
  public nonisolated func bodyLength(of entry: EntryID) async throws -> Int? {
    if let journal = journal as? any SearchableJournal { return try await journal.bodyLength(of: entry) }
    return try await journal.body(of: entry)?.count
  }

  /// A part of the bytes of an entry as they were received; nil if there is no such entry.
  public nonisolated func body(of entry: EntryID, from offset: Int, count: Int) async throws -> [UInt8]? {
    if let journal = journal as? any SearchableJournal {
      return try await journal.body(of: entry, from: offset, count: count)
    }
    return try await journal.body(of: entry).map { Array($0.dropFirst(max(offset, 0)).prefix(max(count, 0))) }
  }
}

extension BusError.Code {
  /// The bytes of an entry lie in a file that is gone or damaged.
  public static let missingBody = BusError.Code("missingBody")
}
