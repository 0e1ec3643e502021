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
  package var count: Int { entries.count }
  /// Bytes of all blocks.
  package var size: Int { bytes.count }

  package mutating func append(_ block: UnsafeRawBufferPointer, _ place: Int64) {
    entries.append(Entry(place: place, offset: bytes.count, count: block.count))
    bytes.append(contentsOf: block)
  }

  /// The places of all blocks, in order.
  package var places: [Int64] { entries.map(\.place).sorted() }

  /// A block that waits; its bytes are valid as long as the call runs that hands it out.
  package struct Waiting {
    package var place: Int64
    package var block: UnsafeRawBufferPointer
  }

  /// Hands the blocks out by place, so many together; those of one place in the order in which they came.
  package func forEach(groupsOf most: Int, _ body: ([Waiting]) throws -> Void) throws {
    // Compared as a tuple they would cost three times as much.
    let sorted = entries.sorted { $0.place < $1.place || $0.place == $1.place && $0.offset < $1.offset }
    try bytes.withUnsafeBytes { all in
      for start in stride(from: 0, to: sorted.count, by: most) {
        try body(
          sorted[start..<min(start + most, sorted.count)].map {
            Waiting(place: $0.place, block: UnsafeRawBufferPointer(rebasing: all[$0.offset..<$0.offset + $0.count]))
          })
      }
    }
  }

  /// The same one by one.
  package func forEach(_ body: (UnsafeRawBufferPointer, Int64) throws -> Void) throws {
    try forEach(groupsOf: 1024) { for waiting in $0 { try body(waiting.block, waiting.place) } }
  }
}
