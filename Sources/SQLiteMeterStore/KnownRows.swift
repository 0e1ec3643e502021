// The blocks that are there where others have come.
import MeterStore
import SQLiteAccess

/// Blocks of some places and their patches, in the order of places; perhaps others between them.
struct KnownRows {
  private let blocks: SQLStatement
  /// Nil where patches come with the blocks.
  private let beside: SQLStatement?
  private var patchPlace = Int64.min
  /// Of the block that was stepped to.
  private(set) var place = Int64.min

  /// - Parameter statements: all blocks and all patches from the first place to the last; or blocks of these places with
  ///   their patches.
  init(of waiting: [BlockQueue.Waiting], in statements: (blocks: SQLStatement, patches: SQLStatement?)) {
    (blocks, beside) = statements
    guard let beside else {
      for (column, block) in waiting.enumerated() { blocks.bind(Int32(column + 1), block.place) }
      return
    }
    for statement in [blocks, beside] {
      statement.bind(1, waiting.first?.place)
      statement.bind(2, waiting.last?.place)
    }
  }

  mutating func step() throws(StoreError) -> Bool {
    guard try blocks.step() else { return false }
    place = blocks.integer(0)
    return true
  }

  var block: UnsafeRawBufferPointer { blocks.blob(1) }

  /// The patches of the block that was stepped to; empty where it has none.
  mutating func patches() throws(StoreError) -> UnsafeRawBufferPointer {
    guard let beside else { return blocks.blob(2) }
    while patchPlace < place { patchPlace = try beside.step() ? beside.integer(0) : .max }
    return patchPlace == place ? beside.blob(1) : UnsafeRawBufferPointer(start: nil, count: 0)
  }

  func close() {
    blocks.reset()
    beside?.reset()
  }
}
