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

/// Merges runs of the same series and day.
public struct BlockMerge {
  public private(set) var outcome = MergeOutcome()
  /// What the day holds now.
  public private(set) var merged = ReadingRun()
  /// Of every instant that changed, what it was before; `apply` undoes the merge with it. Empty where nothing changed.
  public private(set) var before = ReadingRun()

  /// - Parameters:
  ///   - old: what the day held.
  ///   - new: what has come; a reading of an instant replaces the one that is there, with its qualities.
  ///   - own: codes that this store's own validation has put on readings. A reading that comes once more with the same
  ///     value keeps them.
  public init(old: ReadingRun, new: ReadingRun, own: Set<Int32> = []) {
    merged.reserve(old.count + new.count)
    before.reserve(new.count)
    var i = 0
    var j = 0
    var oldCodes = CodeCursor(old)
    var newCodes = CodeCursor(new)
    while i < old.count || j < new.count {
      let oldStamp = i < old.count ? old.stamps[i] : .max
      let newStamp = j < new.count ? new.stamps[j] : .max
      if oldStamp < newStamp || j == new.count {
        merged.append(i, of: old, codes: oldCodes.codes(of: i))
        i += 1
        continue
      }
      let codes = newCodes.codes(of: j)
      if newStamp < oldStamp || i == old.count {
        if new.scales[j] != ReadingRun.absent {
          merged.append(j, of: new, codes: codes)
          before.append(newStamp, mantissa: 0, scale: ReadingRun.absent)
          outcome.added += 1
        }
        j += 1
        continue
      }
      let known = oldCodes.codes(of: i)
      if new.scales[j] == ReadingRun.absent {
        before.append(i, of: old, codes: known)
        outcome.removed += 1
      } else if old.hasSameValue(i, as: new, j), Self.says(known, codes, own) {
        merged.append(i, of: old, codes: known)
        outcome.same += 1
      } else {
        merged.append(j, of: new, codes: codes)
        before.append(i, of: old, codes: known)
        outcome.changed += 1
      }
      i += 1
      j += 1
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
    var olderCodes = CodeCursor(older)
    var newerCodes = CodeCursor(newer)
    var i = 0
    var j = 0
    while i < older.count || j < newer.count {
      if j == newer.count || i < older.count && older.stamps[i] <= newer.stamps[j] {
        if j < newer.count, older.stamps[i] == newer.stamps[j] { j += 1 }
        all.append(i, of: older, codes: olderCodes.codes(of: i))
        i += 1
      } else {
        all.append(j, of: newer, codes: newerCodes.codes(of: j))
        j += 1
      }
    }
    return all
  }
}

/// Finds the qualities of rows that are asked for in ascending order.
struct CodeCursor {
  private let qualities: [ReadingRun.Quality]
  private var place = 0

  init(_ run: ReadingRun) { qualities = run.qualities }

  mutating func codes(of row: Int) -> ArraySlice<ReadingRun.Quality> {
    while place < qualities.count, qualities[place].row < row { place += 1 }
    let start = place
    while place < qualities.count, qualities[place].row == row { place += 1 }
    return qualities[start..<place]
  }
}
