// The inbox of what is on its way into the database.
import MessageBus

/// The keys of one generation's entries.
///
/// A key is three texts, and each message has one: they are hashed once, into 64 bits, and compared where these are the same.
struct RecentKeys {
  /// The hashes of a key: of what it says as a whole, and of what identifies the message for its sender, whatever it says.
  struct Hash {
    let identity: Int
    let whole: Int

    /// Not to be foreseen by anybody: one key may not be made to push another out.
    init(_ key: InboxKey) {
      var hasher = Hasher()
      hasher.combine(key.messageID)
      hasher.combine(key.sender)
      hasher.combine(key.source)
      let identifying = hasher
      identity = identifying.finalize()
      hasher.combine(key.digest)
      whole = hasher.finalize()
    }
  }

  private struct Known {
    var key: InboxKey
    var entry: EntryID
  }

  /// By the whole key; of one hash the newest.
  private var entries: [Int: Known] = [:]
  /// By what identifies them; of one hash the newest.
  private var newest: [Int: Known] = [:]
  /// Where to find an entry: numbers rise.
  private var places: [(entry: EntryID, identity: Int, whole: Int)] = []

  /// What the inbox knows of a key.
  enum Finding: Hashable { case duplicate(EntryID), reused(EntryID), unknown }

  func find(_ key: InboxKey, _ hash: Hash) -> Finding {
    if let same = entries[hash.whole], same.key == key { return .duplicate(same.entry) }
    guard let last = newest[hash.identity], last.key.isOfSameMessageID(as: key) else { return .unknown }
    return .reused(last.entry)
  }

  mutating func add(_ key: InboxKey, _ hash: Hash, _ entry: EntryID) {
    let known = Known(key: key, entry: entry)
    entries[hash.whole] = known
    newest[hash.identity] = known
    places.append((entry, hash.identity, hash.whole))
  }

  /// The message of this entry may be sent again.
  mutating func remove(_ entry: EntryID) {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].entry < entry { low = middle + 1 } else { high = middle }
    }
    guard low < places.count, places[low].entry == entry else { return }
    let place = places[low]
    if entries[place.whole]?.entry == entry { entries[place.whole] = nil }
    if newest[place.identity]?.entry == entry { newest[place.identity] = nil }
  }
}

extension InboxKey {
  /// Whether a sender has used one MessageID for both.
  fileprivate func isOfSameMessageID(as other: InboxKey) -> Bool {
    messageID == other.messageID && sender == other.sender && source == other.source
  }
}
