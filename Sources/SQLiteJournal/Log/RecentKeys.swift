// The inbox of what is on its way into the database.
import MessageBus

/// The keys of one generation's entries.
///
/// A key is three texts, and each message has one: they are hashed once, into 64 bits, and compared where these are the same.
struct RecentKeys {
  /// The hash of what identifies a message for its sender, whatever it says.
  struct Hash: Hashable {
    let bits: UInt64

    init(_ key: InboxKey) {
      var sum = Self.add(key.messageID, to: 1)
      sum = Self.add(key.sender.rawValue, to: sum)
      bits = key.source.map { Self.add($0, to: sum) } ?? sum
    }

    private static func add(_ text: String, to sum: UInt64) -> UInt64 {
      var text = text
      return text.withUTF8 { Checksum.of(UnsafeRawBufferPointer($0), seed: sum) }
    }
  }

  private struct Known {
    var key: InboxKey
    var entry: EntryID
  }

  /// Of each hash the newest.
  private var newest: [UInt64: Known] = [:]
  /// What has the same hash as a newer one, the oldest first: a MessageID used again.
  private var older: [UInt64: [Known]] = [:]
  /// Where to find an entry: numbers rise.
  private var places: [(entry: EntryID, hash: UInt64)] = []

  /// What the inbox knows of a key.
  enum Finding: Hashable { case duplicate(EntryID), reused(EntryID), unknown }

  func find(_ key: InboxKey, _ hash: Hash) -> Finding {
    guard let last = newest[hash.bits] else { return .unknown }
    if last.key == key { return .duplicate(last.entry) }
    let others = older.isEmpty ? [] : older[hash.bits] ?? []
    if let same = others.last(where: { $0.key == key }) { return .duplicate(same.entry) }
    let used = ([last] + others.reversed()).first { $0.key.isOfSameMessageID(as: key) }
    return used.map { .reused($0.entry) } ?? .unknown
  }

  mutating func add(_ key: InboxKey, _ hash: Hash, _ entry: EntryID) {
    if let before = newest.updateValue(Known(key: key, entry: entry), forKey: hash.bits) {
      older[hash.bits, default: []].append(before)
    }
    places.append((entry, hash.bits))
  }

  /// The message of this entry may be sent again.
  mutating func remove(_ entry: EntryID) {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].entry < entry { low = middle + 1 } else { high = middle }
    }
    guard low < places.count, places[low].entry == entry else { return }
    let hash = places[low].hash
    if newest[hash]?.entry == entry {
      newest[hash] = older[hash]?.popLast()
    } else {
      older[hash]?.removeAll { $0.entry == entry }
    }
  }
}

extension InboxKey {
  /// Whether a sender has used one MessageID for both.
  fileprivate func isOfSameMessageID(as other: InboxKey) -> Bool {
    messageID == other.messageID && sender == other.sender && source == other.source
  }
}
