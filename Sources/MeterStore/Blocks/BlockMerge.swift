// Late readings and corrections: what a block becomes, and what it was.

/// What became of readings that were merged into a day's block.
public struct MergeOutcome: Sendable, Hashable {
  /// Readings for instants that had none.
  public var added = 0
  /// Readings that replaced one with another value or other qualities.
  public var changed = 0
  /// Readings that were there already.
  public var same = 0
  /// Readings that were taken away; only an edit does that.
  public var removed = 0

  public init(added: Int = 0, changed: Int = 0, same: Int = 0, removed: Int = 0) {
    self.added = added
    self.changed = changed
    self.same = same
    self.removed = removed
  }

  public static func += (left: inout MergeOutcome, right: MergeOutcome) {
    left.added += right.added
    left.changed += right.changed
    left.same += right.same
    left.removed += right.removed
  }
}

/// Merges runs of the same series and day, one after another in the same memory.
public struct BlockMerge {
  public private(set) var outcome = MergeOutcome()
  /// What the day holds now; behind `endComparing` only those readings that are new or other than before.
  public private(set) var merged = ReadingRun()
  /// Of every instant that changed, what it was before; `undo` undoes the merge with it. Empty where nothing changed.
  public private(set) var before = ReadingRun()
  /// While readings are compared: whether each says the same as what is there; nil: not found yet.
  private var isSame: [Bool?] = []

  init() {}

  /// - Parameters:
  ///   - old: what the day held.
  ///   - new: what has come; a reading of an instant replaces the one that is there, with its qualities.
  ///   - own: codes that this store's own validation has put on readings. A reading that comes once more with the same
  ///     value keeps them.
  public init(old: ReadingRun, new: ReadingRun, own: Set<Int32> = []) { merge(old, with: new, own: own) }

  mutating func merge(_ old: ReadingRun, with new: ReadingRun, own: Set<Int32>) {
    outcome = MergeOutcome()
    merged.removeAll()
    before.removeAll()
    merged.reserve(old.count + new.count)
    var i = 0
    var oldPlace = 0
    var newPlace = 0
    for j in 0..<new.count {
      let stamp = new.stamps[j]
      // What lies between two new readings stays as it is, all at once.
      let start = i
      while i < old.count, old.stamps[i] < stamp { i += 1 }
      if i > start { merged.append(start..<i, of: old, qualitiesFrom: &oldPlace) }
      let isAbsent = new.scales[j] == ReadingRun.absent
      let codes = new.qualityRange(of: j, from: &newPlace)
      guard i < old.count, old.stamps[i] == stamp else {
        if isAbsent { continue }
        merged.append(j, of: new, codes: codes)
        before.append(stamp, mantissa: 0, scale: ReadingRun.absent)
        outcome.added += 1
        continue
      }
      let known = old.qualityRange(of: i, from: &oldPlace)
      if isAbsent {
        before.append(i, of: old, codes: known)
        outcome.removed += 1
      } else if old.hasSameValue(i, as: new, j), Self.says(old.qualities[known], new.qualities[codes], own) {
        merged.append(i, of: old, codes: known)
        outcome.same += 1
      } else {
        merged.append(j, of: new, codes: codes)
        before.append(i, of: old, codes: known)
        outcome.changed += 1
      }
      i += 1
    }
    if i < old.count { merged.append(i..<old.count, of: old, qualitiesFrom: &oldPlace) }
  }

  // MARK: A few readings

  /// Begins to find what a few readings change, without putting the day together.
  mutating func beginComparing(_ new: ReadingRun) {
    outcome = MergeOutcome()
    merged.removeAll()
    before.removeAll()
    isSame.removeAll(keepingCapacity: true)
    isSame.append(contentsOf: repeatElement(nil, count: new.count))
  }

  /// Compares the readings that have not been found yet with what is there; the newest of that comes first.
  ///
  /// - Parameters:
  ///   - block: what is there.
  ///   - old: memory to unpack it in, where that is needed.
  ///   - new: none of them absent.
  mutating func compare(
    _ block: UnsafeRawBufferPointer, day: Int32, in old: inout ReadingRun, with new: ReadingRun, own: Set<Int32>
  ) throws(StoreError) {
    if try BlockReader.compare(block, day: day, with: new, into: &isSame) { return }
    old.removeAll()
    try BlockReader.append(block, day: day, to: &old)
    var oldPlace = 0
    var newPlace = 0
    for j in 0..<new.count where isSame[j] == nil {
      guard let i = old.row(at: new.stamps[j]) else { continue }
      let known = old.qualityRange(of: i, from: &oldPlace)
      let codes = new.qualityRange(of: j, from: &newPlace)
      isSame[j] = old.hasSameValue(i, as: new, j) && Self.says(old.qualities[known], new.qualities[codes], own)
    }
  }

  /// Puts together what is new or other than before.
  mutating func endComparing(_ new: ReadingRun) {
    var place = 0
    for j in 0..<new.count {
      switch isSame[j] {
      case nil: outcome.added += 1
      case true?:
        outcome.same += 1
        continue
      case false?: outcome.changed += 1
      }
      merged.append(j, of: new, codes: new.qualityRange(of: j, from: &place))
    }
  }

  /// Whether qualities say the same, but for what the store has added itself.
  private static func says(
    _ known: ArraySlice<ReadingRun.Quality>, _ new: ArraySlice<ReadingRun.Quality>, _ own: Set<Int32>
  ) -> Bool {
    if known.isEmpty && new.isEmpty { return true }
    let new = Set(new.map(\.code))
    let known = Set(known.map(\.code))
    return known == new || known.subtracting(own) == new
  }

  /// The state before a merge, out of the state behind it and what the merge kept.
  public static func undo(_ run: ReadingRun, with before: ReadingRun) -> ReadingRun {
    BlockMerge(old: run, new: before).merged
  }

  /// What to keep of the state before two merges of one batch: the older knows better.
  public static func join(older: ReadingRun, newer: ReadingRun) -> ReadingRun {
    var all = ReadingRun()
    var olderPlace = 0
    var newerPlace = 0
    var i = 0
    var j = 0
    while i < older.count || j < newer.count {
      if j == newer.count || i < older.count && older.stamps[i] <= newer.stamps[j] {
        if j < newer.count, older.stamps[i] == newer.stamps[j] { j += 1 }
        all.append(i, of: older, codes: older.qualityRange(of: i, from: &olderPlace))
        i += 1
      } else {
        all.append(j, of: newer, codes: newer.qualityRange(of: j, from: &newerPlace))
        j += 1
      }
    }
    return all
  }
}
