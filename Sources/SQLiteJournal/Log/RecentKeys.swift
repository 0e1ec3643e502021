// The inbox of what is on its way into the database.
import MessageBus

/// The keys of one generation's entries.
///
/// A key is three texts, and each message has one: they are hashed once, into 64 bits, and compared where these are the same.
struct RecentKeys {
  /// A key with its hashes: of what it says as a whole, and of what identifies the message for its sender, whatever it says.
  struct Hashed {
    let key: InboxKey
    fileprivate let identity: Int
    fileprivate let whole: Int

    /// Not to be foreseen by anybody: one key may not be made to push another out.
    init(_ key: InboxKey) {
      self.key = key
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

  func find(_ hashed: Hashed) -> Finding {
    if let same = entries[hashed.whole], same.key == hashed.key { return .duplicate(same.entry) }
    guard let last = newest[hashed.identity], last.key.isOfSameMessageID(as: hashed.key) else { return .unknown }
    return .reused(last.entry)
  }

  mutating func add(_ hashed: Hashed, _ entry: EntryID) {
    let known = Known(key: hashed.key, entry: entry)
    entries[hashed.whole] = known
    newest[hashed.identity] = known
    places.append((entry, hashed.identity, hashed.whole))
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
