// Meters, names and series that a batch adds: written many to a statement, names in the order of their index.
import MeterStore
import SQLiteAccess

struct NewMeters {
  private struct Text {
    var offset: Int
    /// Negative: there is none.
    var count: Int
  }

  private let connection: OpaquePointer
  private var addOne: SQLStatement?
  private var addMany: SQLStatement?
  private var keyRows: RowGroup
  private var seriesRows: RowGroup
  // Meters that wait: number and state, and three texts of each.
  private var numbers: [(number: Int64, state: Int64)] = []
  private var texts: [Text] = []
  private var bytes: [UInt8] = []
  private var keys: [(hash: Int64, meter: Int64)] = []
  /// Hashes of names that wait.
  private var waiting: Set<Int64> = []
  /// Hashes of all names, where the store had none when the batch began and has not too many.
  private var all: Set<Int64>?
  private(set) var isEmpty = true
  /// The meter that was numbered last.
  private(set) var last: Int64

  /// Meters that wait at most.
  private static let most = 16_384
  /// Names whose hashes are kept at most.
  private static let mostNames = 3_000_000

  init(_ connection: OpaquePointer) throws(StoreError) {
    self.connection = connection
    keyRows = RowGroup(
      connection, "INSERT OR IGNORE INTO meter_key (hash, meter)", width: 2, hasBlock: false)
    seriesRows = RowGroup(
      connection, "INSERT INTO series (meter, type, is_interval, number)", width: 4, hasBlock: false)
    let find = try SQLStatement(connection, "SELECT coalesce(max(number), 0) FROM meter")
    last = try find.number() ?? 0
    all = last == 0 ? [] : nil
  }

  /// Whether no meter has a name of this hash, as far as that is known without asking the file.
  func isUnknown(_ hash: Int64) -> Bool { all.map { !$0.contains(hash) } ?? false }
  func isWaiting(_ hash: Int64) -> Bool { waiting.contains(hash) }

  /// - Returns: its number.
  mutating func add(_ meter: MeterRecord) throws(StoreError) -> Int64 {
    isEmpty = false
    last += 1
    numbers.append((last, Int64(meter.state.rawValue)))
    for text in [meter.mRID, meter.name, meter.usagePoint] {
      let start = bytes.count
      if let text { bytes.append(contentsOf: text.utf8) }
      texts.append(Text(offset: start, count: text == nil ? -1 : bytes.count - start))
    }
    for key in meter.keys {
      let hash = MeterKeyHash.hash(key)
      keys.append((hash, last))
      waiting.insert(hash)
      all?.insert(hash)
    }
    if let count = all?.count, count > Self.mostNames { all = nil }
    if numbers.count >= Self.most { try write() }
    return last
  }

  mutating func addSeries(_ number: Int64, meter: Int64, type: Int64, isInterval: Bool) throws(StoreError) {
    isEmpty = false
    seriesRows.add(meter, type, isInterval ? 1 : 0, number)
    try seriesRows.write(all: false)
  }

  /// Writes all that waits.
  mutating func write() throws(StoreError) {
    if isEmpty { return }
    isEmpty = true
    var row = 0
    while row < numbers.count {
      let isMany = numbers.count - row >= RowGroup.size
      try write(row..<row + (isMany ? RowGroup.size : 1), try statement(isMany))
      row += isMany ? RowGroup.size : 1
    }
    // Hashes come in any order: sorted, neighbours go into the same page.
    keys.sort { $0 < $1 }
    for key in keys {
      keyRows.add(key.hash, key.meter)
      try keyRows.write(all: false)
    }
    try keyRows.write(all: true)
    try seriesRows.write(all: true)
    numbers.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
  }

  private mutating func statement(_ isMany: Bool) throws(StoreError) -> SQLStatement {
    if let known = isMany ? addMany : addOne { return known }
    let rows = [String](repeating: "(?,?,?,?,?)", count: isMany ? RowGroup.size : 1).joined(separator: ",")
    let fresh = try SQLStatement(
      connection, "INSERT INTO meter (number, state, mrid, name, usage_point) VALUES " + rows)
    if isMany { addMany = fresh } else { addOne = fresh }
    return fresh
  }

  private func write(_ rows: Range<Int>, _ statement: SQLStatement) throws(StoreError) {
    let trouble: StoreError? = bytes.withUnsafeBufferPointer { all in
      var place: Int32 = 1
      for row in rows {
        statement.bind(place, numbers[row].number)
        statement.bind(place + 1, numbers[row].state)
        for column in 0..<3 {
          let text = texts[row * 3 + column]
          if text.count < 0 {
            statement.bind(place + 2 + Int32(column), nil as Int64?)
          } else {
            statement.bind(
              place + 2 + Int32(column),
              text: UnsafeBufferPointer(rebasing: all[text.offset..<text.offset + text.count]))
          }
        }
        place += 5
      }
      do throws(StoreError) {
        try statement.run()
        return nil
      } catch { return error }
    }
    if let trouble { throw trouble }
  }
}
