// A block that meets the one that is there: the same in every store.

/// What to write where a day of a series has a block already.
public struct BlockUpdate {
  public let outcome: MergeOutcome
  /// What the day holds now.
  public let merged: ReadingRun
  /// The batch that made the block.
  public let created: Int64
  /// What the changes of this batch were before it; nil where nothing is to be kept.
  public private(set) var before: ReadingRun?

  public var changes: Bool { outcome.added + outcome.changed + outcome.removed > 0 }

  /// - Parameters:
  ///   - known: what an earlier merge of the same batch has kept already; asked for only where it counts.
  /// - Throws: `StoreError` with code `.damaged`, or `.limit` where nothing would be left of the day, or too much.
  public init(
    old: UnsafeRawBufferPointer, new: UnsafeRawBufferPointer, day: Int32, batch: Int64, own: Set<Int32>,
    known: () throws -> ReadingRun?
  ) throws {
    var oldRun = ReadingRun()
    let header = try BlockReader.append(old, day: day, to: &oldRun)
    var newRun = ReadingRun()
    try BlockReader.append(new, day: day, to: &newRun)
    let merge = BlockMerge(old: oldRun, new: newRun, own: own)
    outcome = merge.outcome
    merged = merge.merged
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
