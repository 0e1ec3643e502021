// The inbox of what is on its way into the database.
import MessageBus

/// The keys of one generation's entries.
struct RecentKeys {
  /// A MessageID of a sender, whatever it was used for.
  private struct Identity: Hashable {
    var sender: ParticipantID
    var source: String?
    var messageID: String

    init(_ key: InboxKey) {
      sender = key.sender
      source = key.source
      messageID = key.messageID
    }
  }

  private var entries: [InboxKey: EntryID] = [:]
  private var newest: [Identity: EntryID] = [:]
  private var keys: [EntryID: InboxKey] = [:]

  /// What the inbox knows of a key.
  enum Finding: Hashable { case duplicate(EntryID), reused(EntryID), unknown }

  func find(_ key: InboxKey) -> Finding {
    if let same = entries[key] { return .duplicate(same) }
    return newest[Identity(key)].map { .reused($0) } ?? .unknown
  }

  mutating func add(_ key: InboxKey, _ entry: EntryID) {
    entries[key] = entry
    newest[Identity(key)] = entry
    keys[entry] = key
  }

  /// The message of this entry may be sent again.
  mutating func remove(_ entry: EntryID) {
    guard let key = keys.removeValue(forKey: entry) else { return }
    if entries[key] == entry { entries[key] = nil }
    if newest[Identity(key)] == entry { newest[Identity(key)] = nil }
  }
}
