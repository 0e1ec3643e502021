// What a transaction need not ask for again.
import MasterData

/// What was looked up or made lately, so that operations on one object after another ask for it once. Emptied by a
/// rollback, and when it has grown.
struct RecentRows {
  struct Name: Hashable {
    var kind: ObjectKind
    var mRID: String
  }

  struct Entry {
    var record: ObjectRecord?
    /// As `validity(of:)`.
    var periods: [Period]?
    /// The last row of the object's slices, and of the links it is the first end of.
    var lastSlice: Int64?
    var lastLink: Int64?
  }

  private var numbers: [Name: ObjectNumber] = [:]
  private var entries: [ObjectNumber: Entry] = [:]

  subscript(object: ObjectNumber) -> Entry {
    get { entries[object] ?? Entry() }
    _modify {
      if entries.count >= 20_000 { self = RecentRows() }
      yield &entries[object, default: Entry()]
    }
  }

  subscript(name: Name) -> ObjectNumber? {
    get { numbers[name] }
    set {
      if numbers.count >= 20_000 { self = RecentRows() }
      numbers[name] = newValue
    }
  }
}
