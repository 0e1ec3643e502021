// What a merge reads and writes.
#if PostgreSQL
  import MeterStore

  /// A place whose blocks are being merged. Bytes that it points to are valid while the merge runs.
  struct MergedBlock {
    let place: Int64
    /// What is there, or has come first.
    let plain: UnsafeRawBufferPointer
    /// Whether nothing was there before.
    let isFresh: Bool
    /// What it has become, where it has changed.
    var merged: [UInt8]?
    /// What is to be kept of the states before.
    var kept: [BlockUpdate.Kept] = []
    /// Whether the table may have such a row of this batch already.
    var hasKeptBefore = false
    /// The day's patches as they are there.
    let stored: UnsafeRawBufferPointer
    /// Those that come behind them.
    var patches: [UInt8] = []
    /// Whether those that are there have been merged.
    var isFolded = false

    init(place: Int64, plain: UnsafeRawBufferPointer, stored: UnsafeRawBufferPointer?, isFresh: Bool) {
      self.place = place
      self.plain = plain
      self.stored = stored ?? UnsafeRawBufferPointer(start: nil, count: 0)
      self.isFresh = isFresh
    }

    var day: Int32 { Int32(truncatingIfNeeded: place >> 32) }

    func withState<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
      if let merged { return try merged.withUnsafeBytes(body) }
      return try body(plain)
    }

    /// All patches of the day.
    func withPatches<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
      if patches.isEmpty, !isFolded { return try body(stored) }
      return try ((isFolded ? [] : Array(stored)) + patches).withUnsafeBytes(body)
    }
  }

  /// Blocks and their patches as the server has sent them.
  struct KnownBlocks {
    private var rows: [PostgreSQLRows] = []
    private var places: [Int64: (rows: Int, row: Int)] = [:]

    mutating func add(_ some: PostgreSQLRows) {
      for row in 0..<some.count { places[some.integer(row, 0)] = (rows.count, row) }
      rows.append(some)
    }

    /// Valid as long as this is.
    func block(_ place: Int64) -> (data: UnsafeRawBufferPointer, patches: UnsafeRawBufferPointer)? {
      places[place].map { (rows[$0.rows].bytes($0.row, 1), rows[$0.rows].bytes($0.row, 2)) }
    }
  }

  /// Rows that a merge writes.
  struct MergedRows {
    /// Places and blocks, for `unnest`.
    struct Columns {
      private var placeArray = PostgreSQLArray(.integers)
      private var blockArray = PostgreSQLArray(.bytes)

      var count: Int { placeArray.count }
      var places: [UInt8] { placeArray.finished() }
      var blocks: [UInt8] { blockArray.finished() }

      mutating func add(_ place: Int64, _ data: UnsafeRawBufferPointer) {
        placeArray.add(place)
        blockArray.add(data)
      }
    }

    private(set) var added = CopyBuffer()
    private(set) var changed = Columns()
    private(set) var kept = CopyBuffer()
    private(set) var keptMore = Columns()
    private(set) var patched = CopyBuffer()
    private(set) var patchedMore = Columns()
    /// Places whose patches have been merged.
    var folded = PostgreSQLArray(.integers)

    mutating func add(_ place: Int64, _ data: UnsafeRawBufferPointer) {
      added.begin(columns: 2)
      added.add(place)
      added.add(data)
    }

    mutating func change(_ place: Int64, _ data: UnsafeRawBufferPointer) { changed.add(place, data) }

    /// - Parameter isMore: whether the table may have a row of this place and batch, which is the one under way.
    mutating func keep(_ place: Int64, _ batch: Int64, _ data: UnsafeRawBufferPointer, isMore: Bool) {
      if isMore { keptMore.add(place, data) } else { Self.add(place, batch, data, to: &kept) }
    }

    /// - Parameter isMore: whether there are patches of the place already.
    mutating func patch(_ place: Int64, _ patches: UnsafeRawBufferPointer, isMore: Bool) {
      if isMore { return patchedMore.add(place, patches) }
      patched.begin(columns: 2)
      patched.add(place)
      patched.add(patches)
    }

    private static func add(_ place: Int64, _ batch: Int64, _ data: UnsafeRawBufferPointer, to rows: inout CopyBuffer) {
      rows.begin(columns: 3)
      rows.add(place)
      rows.add(batch)
      rows.add(data)
    }
  }

  /// Places, a bit for each: those of neighbouring series lie side by side.
  struct PlaceSet {
    private var words: [Int64: [UInt64]] = [:]

    mutating func insert(_ place: Int64) {
      words[place >> 12, default: [UInt64](repeating: 0, count: 64)][Int(place >> 6 & 63)] |= 1 << UInt64(place & 63)
    }

    func contains(_ place: Int64) -> Bool {
      guard let found = words[place >> 12] else { return false }
      return found[Int(place >> 6 & 63)] >> UInt64(place & 63) & 1 == 1
    }
  }
#endif
