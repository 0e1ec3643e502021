// What a transaction need not ask for again.
import MasterData

/// What was looked up or made lately, so that operations on one object after another ask for it once. Emptied by a
/// rollback, and when it has grown.
struct RecentRows {
  struct Name: Hashable {
    var kind: ObjectKind
    var mRID: String
  }

  /// What is known of an object. Not to be held while others are asked for: the table may be emptied then.
  final class Entry {
    var record: ObjectRecord?
    /// As `validity(of:)`.
    var periods: [Period]?
    /// The last row of the object's slices, and of the links it is the first end of.
    var lastSlice: Int64?
    var lastLink: Int64?
    /// Whether it is known that there never was a link of it.
    var hasNoLinks = false
  }

  private var numbers: [Name: ObjectNumber] = [:]
  private var entries: [ObjectNumber: Entry] = [:]

  /// The entry of an object, a new one where there is none.
  mutating func entry(of object: ObjectNumber) -> Entry {
    if let known = entries[object] { return known }
    if entries.count >= 20_000 { self = RecentRows() }
    let entry = Entry()
    entries[object] = entry
    return entry
  }

  subscript(name: Name) -> ObjectNumber? {
    get { numbers[name] }
    set {
      if numbers.count >= 20_000 { self = RecentRows() }
      numbers[name] = newValue
    }
  }
}
