// A few readings of a day that came later than its block.

/// What later batches say of a few readings of a day: kept beside the day's block, it counts before what the block says.
///
/// A patch is a block of these readings alone, of the batch that its head names, behind its length as a varint; the day's
/// patches stand one behind the other, oldest first. They are newer than the block's last change: where they become
/// large, they are merged into the block (`BlockUpdate`).
public struct BlockPatches {
  /// Bytes of a day's patches at most.
  static let most = 256
  /// A patch of more than a few readings is small beside a day of so many times as many.
  static let share = 4
  static let few = 4

  /// The patches, each a block.
  private(set) var all: [UnsafeRawBufferPointer] = []

  package init() {}

  /// Finds the patches in the bytes of a day's; they point to these bytes.
  ///
  /// - Throws: `StoreError` with code `.damaged`.
  package mutating func read(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    all.removeAll(keepingCapacity: true)
    var place = 0
    while place < bytes.count {
      var length = 0
      var shift = 0
      while true {
        guard place < bytes.count, shift < 28 else { throw Self.damaged }
        let byte = Int(bytes[place])
        place += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      guard length > 0, length <= bytes.count - place else { throw Self.damaged }
      all.append(UnsafeRawBufferPointer(rebasing: bytes[place..<place + length]))
      place += length
    }
  }

  private static var damaged: StoreError {
    StoreError(.damaged, "the patches of a day are damaged; restore the store from a copy, or take the file in again")
  }

  static func append(_ patch: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    var length = patch.count
    while length >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(length))
    bytes.append(contentsOf: patch)
  }

  /// The batches that have written them, oldest first.
  package static func batches(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> [Int64] {
    var patches = BlockPatches()
    try patches.read(bytes)
    var batches: [Int64] = []
    for patch in patches.all {
      let batch = try BlockReader.header(patch).created
      if batches.last != batch { batches.append(batch) }
    }
    return batches
  }
}

extension BlockReader {
  /// Appends a day's readings to a run: those of its block, as its patches have them.
  ///
  /// - Parameters:
  ///   - patches: bytes of the day's patches; empty where it has none.
  ///   - batch: patches of later ones do not count.
  /// - Throws: `StoreError` with code `.damaged`; the run is then not to be used.
  package static func append(
    _ block: UnsafeRawBufferPointer, patches: UnsafeRawBufferPointer, upTo batch: Int64 = .max, day: Int32,
    to run: inout ReadingRun
  ) throws(StoreError) {
    if patches.isEmpty {
      try append(block, day: day, to: &run)
      return
    }
    var found = BlockPatches()
    try found.read(patches)
    var newest = ReadingRun()
    for patch in found.all {
      var newer = ReadingRun()
      // What is later stands behind.
      if try append(patch, day: day, to: &newer).created > batch { break }
      newest = newest.count == 0 ? newer : BlockMerge.join(older: newer, newer: newest)
    }
    var state = ReadingRun()
    try append(block, day: day, to: &state)
    run.append(newest.count == 0 ? state : BlockMerge(old: state, new: newest).merged)
  }
}
