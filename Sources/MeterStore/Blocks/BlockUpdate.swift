// A block that meets the one that is there: the same in every store.

/// What to write where a day of a series has a block already; one after another in the same memory.
public struct BlockUpdate: ~Copyable {
  /// What a merge comes to.
  public enum Step: Sendable {
    /// Nothing has changed.
    case nothing
    /// The day's block is `merged`, `kept` is what was before, and its patches are to be taken away.
    case block
    /// `patch` goes behind the day's patches, if any; its block stays.
    case patch
  }

  /// What the changes of a batch were before it.
  public struct Kept: Sendable {
    public var batch: Int64
    public var run: ReadingRun
  }

  private var merge = BlockMerge()
  private var old = ReadingRun()
  private var new = ReadingRun()
  private var patches = BlockPatches()
  /// One of the patches.
  private var patched = ReadingRun()
  private var packer = BlockWriter()
  /// The batch that made the block.
  public private(set) var created: Int64 = 0
  /// What is to be kept of the states before, oldest first.
  public private(set) var kept: [Kept] = []
  /// The bytes of the new patch.
  public private(set) var patch: [UInt8] = []

  public init() {}

  public var outcome: MergeOutcome { merge.outcome }
  /// What the day holds now.
  public var merged: ReadingRun { merge.merged }

  /// Merges a block into the one that is there.
  ///
  /// - Parameters:
  ///   - patches: bytes of the day's patches; empty where it has none.
  ///   - mayPatch: whether a few readings may go beside the block, rather than into it.
  ///   - known: what an earlier merge of the same batch has kept already; asked for only where it counts.
  /// - Throws: `StoreError` with code `.damaged`, or `.limit` where nothing would be left of the day, or too much.
  public mutating func merge(
    old oldBlock: UnsafeRawBufferPointer, patches stored: UnsafeRawBufferPointer = .init(start: nil, count: 0),
    new newBlock: UnsafeRawBufferPointer, day: Int32, batch: Int64, own: Set<Int32>, mayPatch: Bool = false,
    known: () throws -> ReadingRun?
  ) throws -> Step {
    // What is held here would have the merge copy its memory.
    kept.removeAll()
    old.removeAll()
    new.removeAll()
    try patches.read(stored)
    let header = try BlockReader.header(oldBlock)
    try BlockReader.append(newBlock, day: day, to: &new)
    created = header.created
    // What a batch has made or changed itself it changes in place.
    if mayPatch, header.created != batch, header.changed != batch, isSmall(beside: header.count),
      stored.count + newBlock.count < BlockPatches.most
    {
      return try compare(oldBlock, newBlock, day, batch, own)
    }
    try BlockReader.append(oldBlock, day: day, to: &old)
    var earlier = header.changed == batch && header.created != batch ? try known() : nil
    for patch in patches.all {
      patched.removeAll()
      let writer = try BlockReader.append(patch, day: day, to: &patched).created
      merge.merge(old, with: patched, own: [])
      old = merge.merged
      if writer == batch {
        earlier = earlier.map { BlockMerge.join(older: $0, newer: merge.before) } ?? merge.before
      } else {
        keep(merge.before, of: writer)
      }
    }
    merge.merge(old, with: new, own: own)
    guard outcome.added + outcome.changed + outcome.removed > 0 else { return .nothing }
    guard merged.count > 0, merged.count <= BlockLimits.readings else {
      throw StoreError(
        .limit,
        "a day of one series would have \(merged.count) readings, of 1 to \(BlockLimits.readings): mark readings "
          + "as rejected rather than take them away")
    }
    // What a batch does to its own readings leaves no trace: nobody has seen what was before.
    if header.created != batch {
      if let earlier { keep(earlier, of: batch) }
      keep(merge.before, of: batch)
    }
    return .block
  }

  private mutating func keep(_ run: ReadingRun, of batch: Int64) {
    if let last = kept.last, last.batch == batch {
      kept[kept.count - 1].run = BlockMerge.join(older: last.run, newer: run)
    } else {
      kept.append(Kept(batch: batch, run: run))
    }
  }

  /// Whether what has come is little beside what is there, and nothing is to be taken away.
  private func isSmall(beside count: Int) -> Bool {
    new.count <= max(count / BlockPatches.share, BlockPatches.few)
      && count <= BlockLimits.readings - BlockPatches.most && !new.scales.contains(ReadingRun.absent)
  }

  /// Looks only at the readings that have come.
  private mutating func compare(
    _ oldBlock: UnsafeRawBufferPointer, _ newBlock: UnsafeRawBufferPointer, _ day: Int32, _ batch: Int64,
    _ own: Set<Int32>
  ) throws -> Step {
    merge.beginComparing(new)
    for patch in patches.all.reversed() {
      try merge.compare(patch, day: day, in: &patched, with: new, own: own)
    }
    try merge.compare(oldBlock, day: day, in: &old, with: new, own: own)
    merge.endComparing(new)
    if merge.merged.count == 0 { return .nothing }
    patch.removeAll(keepingCapacity: true)
    if merge.merged.count == new.count {
      BlockPatches.append(newBlock, to: &patch)
    } else {
      packer.pack(merge.merged, day: day, created: batch)
      BlockPatches.append(packer.bytes, to: &patch)
    }
    return .patch
  }
}
