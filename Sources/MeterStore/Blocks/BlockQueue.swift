// Blocks that wait to be written in order.

/// Blocks with their places in the table, copied.
package struct BlockQueue {
  private struct Entry {
    var place: Int64
    var offset: Int
    var count: Int
  }

  /// Bytes of all blocks that wait, at most about.
  private static let most = 32 << 20

  private var entries: [Entry] = []
  private var bytes: [UInt8] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }
  package var isFull: Bool { bytes.count > Self.most }

  package mutating func append(_ block: UnsafeRawBufferPointer, _ place: Int64) {
    entries.append(Entry(place: place, offset: bytes.count, count: block.count))
    bytes.append(contentsOf: block)
  }

  /// The places of all blocks, in order.
  package var places: [Int64] { entries.map(\.place).sorted() }

  /// Hands the blocks out by place, those of one place in the order in which they came.
  package func forEach(_ body: (UnsafeRawBufferPointer, Int64) throws -> Void) throws {
    let sorted = entries.sorted { ($0.place, $0.offset) < ($1.place, $1.offset) }
    try bytes.withUnsafeBytes { all in
      for entry in sorted {
        try body(UnsafeRawBufferPointer(rebasing: all[entry.offset..<entry.offset + entry.count]), entry.place)
      }
    }
  }
}
