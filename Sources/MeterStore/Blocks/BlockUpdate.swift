// A block that meets the one that is there: the same in every store.

/// What to write where a day of a series has a block already; one after another in the same memory.
public struct BlockUpdate {
  private var merge = BlockMerge()
  private var old = ReadingRun()
  private var new = ReadingRun()
  /// The batch that made the block.
  public private(set) var created: Int64 = 0
  /// What the changes of this batch were before it; nil where nothing is to be kept.
  public private(set) var before: ReadingRun?

  public init() {}

  public var outcome: MergeOutcome { merge.outcome }
  /// What the day holds now.
  public var merged: ReadingRun { merge.merged }
  public var changes: Bool { outcome.added + outcome.changed + outcome.removed > 0 }

  /// Merges a block into the one that is there.
  ///
  /// - Parameters:
  ///   - known: what an earlier merge of the same batch has kept already; asked for only where it counts.
  /// - Throws: `StoreError` with code `.damaged`, or `.limit` where nothing would be left of the day, or too much.
  public mutating func merge(
    old oldBlock: UnsafeRawBufferPointer, new newBlock: UnsafeRawBufferPointer, day: Int32, batch: Int64,
    own: Set<Int32>, known: () throws -> ReadingRun?
  ) throws {
    // One that is held here would have the merge copy its memory.
    before = nil
    old.removeAll()
    new.removeAll()
    let header = try BlockReader.append(oldBlock, day: day, to: &old)
    try BlockReader.append(newBlock, day: day, to: &new)
    merge.merge(old, with: new, own: own)
    created = header.created
    guard changes else { return }
    guard merged.count > 0, merged.count <= BlockLimits.readings else {
      throw StoreError(
        .limit,
        "a day of one series would have \(merged.count) readings, of 1 to \(BlockLimits.readings): mark readings "
          + "as rejected rather than take them away")
    }
    // What a batch does to its own readings leaves no trace: nobody has seen what was before.
    if header.created == batch { return }
    let earlier = header.changed == batch ? try known() : nil
    before = earlier.map { BlockMerge.join(older: $0, newer: merge.before) } ?? merge.before
  }
}
