// What becomes of blocks that have come: added, merged into those that are there, or laid beside them.
import MeterStore
import SQLiteAccess

/// Merges the blocks of one batch into the file; rows wait until many go into one statement.
struct BlockMerger: ~Copyable {
  private struct Statements {
    let one: SQLStatement
    let many: SQLStatement
    let range: SQLStatement
    let patches: SQLStatement
    let before: SQLStatement
    let deletePatches: SQLStatement

    init(_ connection: OpaquePointer) throws(StoreError) {
      let blocks = "SELECT place, block.data, patch.data FROM block LEFT JOIN patch USING (place) WHERE place "
      one = try SQLStatement(connection, blocks + "= ?")
      let places = [String](repeating: "?", count: RowGroup.size).joined(separator: ",")
      many = try SQLStatement(connection, blocks + "IN (\(places)) ORDER BY place")
      let between = "WHERE place BETWEEN ? AND ? ORDER BY place"
      range = try SQLStatement(connection, "SELECT place, data FROM block " + between)
      patches = try SQLStatement(connection, "SELECT place, data FROM patch " + between)
      before = try SQLStatement(connection, "SELECT data FROM before WHERE place = ? AND batch = ?")
      deletePatches = try SQLStatement(connection, "DELETE FROM patch WHERE place = ?")
    }
  }

  private let batch: Int64
  private let statements: Statements
  private var added: RowGroup
  private var changed: RowGroup
  private var kept: RowGroup
  private var patched: RowGroup
  private var packed = BlockWriter()
  private var change = BlockUpdate()
  /// No block lies behind this place.
  private var lastPlace: Int64
  /// The place that was merged last: its rows may wait to be written.
  private var lastMerged = Int64.min
  /// Codes that a reading keeps when it comes once more with the same value.
  var own: Set<Int32> = []
  /// What became of all that was merged.
  var outcome = MergeOutcome()

  /// Blocks are read one after the other where at least one in so many is wanted.
  private static let density: Int64 = 8

  static func make(_ connection: OpaquePointer, batch: Int64) throws(StoreError) -> BlockMerger {
    let last = try SQLStatement(connection, "SELECT max(place) FROM block").number()
    return BlockMerger(connection, try Statements(connection), batch, lastPlace: last ?? .min)
  }

  // What throws comes before: a value that cannot be copied is there as a whole or not at all.
  private init(_ connection: OpaquePointer, _ statements: Statements, _ batch: Int64, lastPlace: Int64) {
    self.batch = batch
    self.statements = statements
    self.lastPlace = lastPlace
    added = RowGroup(connection, "INSERT INTO block (place, data)", width: 1)
    changed = RowGroup(connection, "REPLACE INTO block (place, data)", width: 1)
    kept = RowGroup(connection, "REPLACE INTO before (place, batch, data)", width: 2)
    patched = RowGroup(connection, "REPLACE INTO patch (place, data)", width: 1)
  }

  /// Merges blocks in the order of their places: rows that are added in order fill their pages.
  mutating func merge(_ blocks: BlockQueue) throws {
    try blocks.forEach(groupsOf: RowGroup.size) { waiting in
      try merge(waiting)
      try write(all: false)
    }
    try write(all: true)
  }

  /// Writes the rows that wait: those that fill a statement, or all.
  private mutating func write(all: Bool) throws {
    try added.write(all: all)
    try changed.write(all: all)
    try kept.write(all: all)
    try patched.write(all: all)
  }

  /// Merges blocks whose places ascend.
  private mutating func merge(_ waiting: [BlockQueue.Waiting]) throws {
    var isSingle = true
    for index in waiting.indices.dropFirst() where waiting[index].place == waiting[index - 1].place { isSingle = false }
    guard isSingle, waiting.count == RowGroup.size, let end = waiting.last, end.place <= lastPlace else {
      for block in waiting { try merge(block.block, block.place) }
      return
    }
    // Rows that wait have to be there before they are looked for.
    if waiting[0].place == lastMerged { try write(all: true) }
    lastMerged = end.place
    // Where many rows are wanted, one after the other costs less than each by itself.
    let isDense = end.place - waiting[0].place < Self.density * Int64(waiting.count)
    var known = KnownRows(of: waiting, in: isDense ? (statements.range, statements.patches) : (statements.many, nil))
    defer { known.close() }
    var next = 0
    while next < waiting.count, try known.step() {
      while next < waiting.count, waiting[next].place < known.place {
        try add(waiting[next].block, waiting[next].place)
        next += 1
      }
      guard next < waiting.count else { break }
      guard waiting[next].place == known.place else { continue }
      try merge(waiting[next].block, known.place, into: known.block, try known.patches())
      next += 1
    }
    for block in waiting[next...] { try add(block.block, block.place) }
  }

  private mutating func merge(_ block: UnsafeRawBufferPointer, _ place: Int64) throws {
    // What comes twice may still wait to be written.
    if place == lastMerged { try write(all: true) }
    lastMerged = place
    // Days mostly come one after another: behind the last there is nothing to look for.
    guard place <= lastPlace else {
      lastPlace = place
      return try add(block, place)
    }
    let select = statements.one
    select.bind(1, place)
    guard try select.step() else { return try add(block, place) }
    defer { select.reset() }
    try merge(block, place, into: select.blob(1), select.blob(2))
  }

  private mutating func add(_ block: UnsafeRawBufferPointer, _ place: Int64) throws {
    added.add(place, block)
    outcome.added += try BlockReader.header(block).count
  }

  /// - Parameters:
  ///   - old: what is there.
  ///   - patches: what lies beside it.
  private mutating func merge(
    _ block: UnsafeRawBufferPointer, _ place: Int64, into old: UnsafeRawBufferPointer,
    _ patches: UnsafeRawBufferPointer
  ) throws {
    let day = Int32(truncatingIfNeeded: place >> 32)
    let step = try change.merge(
      old: old, patches: patches, new: block, day: day, batch: batch, own: own, mayPatch: true
    ) { [find = statements.before, batch] in
      // What this batch has kept of the day already.
      find.bind(1, place)
      find.bind(2, batch)
      guard try find.step() else { return nil }
      defer { find.reset() }
      return try SQLiteReader.run(find.blob(0), day)
    }
    outcome += change.outcome
    switch step {
    case .nothing: break
    case .patch: change.patch.withUnsafeBytes { patched.add(place, patches, $0) }
    case .block:
      packed.pack(change.merged, day: day, created: change.created, changed: change.created == batch ? nil : batch)
      changed.add(place, packed.bytes)
      for before in change.kept {
        packed.pack(before.run, day: day, created: before.batch)
        kept.add(place, before.batch, packed.bytes)
      }
      if !patches.isEmpty {
        statements.deletePatches.bind(1, place)
        try statements.deletePatches.run()
      }
    }
  }
}
