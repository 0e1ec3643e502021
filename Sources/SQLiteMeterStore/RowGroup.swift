// Rows that are written together.
import MeterStore
import SQLiteAccess

/// Rows of numbers, each with a block behind them or without, in statements of many rows: by itself a row costs more for
/// the statement than for what it writes.
struct RowGroup {
  /// Rows of one statement.
  static let size = 64

  private let connection: OpaquePointer
  private let into: String
  // Prepared when first needed: a batch needs few of all there are.
  private var one: SQLStatement?
  private var many: SQLStatement?
  /// Numbers in a row.
  private let width: Int
  private let hasBlock: Bool
  private var numbers: [Int64] = []
  private var ends: [Int] = []
  private var bytes: [UInt8] = []

  /// - Parameters:
  ///   - into: "INSERT INTO block (place, data)": the block comes last.
  ///   - width: numbers before it.
  init(_ connection: OpaquePointer, _ into: String, width: Int, hasBlock: Bool = true) {
    self.connection = connection
    self.into = into
    self.width = width
    self.hasBlock = hasBlock
  }

  private mutating func statement(_ isMany: Bool) throws(StoreError) -> SQLStatement {
    if let known = isMany ? many : one { return known }
    let row = "(" + [String](repeating: "?", count: width + (hasBlock ? 1 : 0)).joined(separator: ",") + ")"
    let rows = [String](repeating: row, count: isMany ? Self.size : 1).joined(separator: ",")
    let fresh = try SQLStatement(connection, into + " VALUES " + rows)
    if isMany { many = fresh } else { one = fresh }
    return fresh
  }

  private var isFull: Bool { ends.count >= Self.size }

  mutating func add(_ number: Int64, _ block: UnsafeRawBufferPointer) {
    numbers.append(number)
    bytes.append(contentsOf: block)
    ends.append(bytes.count)
  }

  /// The block is the one and then the other.
  mutating func add(_ number: Int64, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer) {
    numbers.append(number)
    bytes.append(contentsOf: head)
    bytes.append(contentsOf: tail)
    ends.append(bytes.count)
  }

  mutating func add(_ first: Int64, _ second: Int64, _ block: UnsafeRawBufferPointer) {
    numbers.append(first)
    add(second, block)
  }

  mutating func add(_ first: Int64, _ second: Int64) {
    numbers.append(first)
    numbers.append(second)
    ends.append(0)
  }

  mutating func add(_ first: Int64, _ second: Int64, _ third: Int64, _ fourth: Int64) {
    numbers.append(first)
    numbers.append(second)
    numbers.append(third)
    numbers.append(fourth)
    ends.append(0)
  }

  /// Writes what is full, and the rest, too, where that is wanted.
  mutating func write(all: Bool) throws(StoreError) {
    guard all ? !ends.isEmpty : isFull else { return }
    let rows = all ? ends.count : ends.count / Self.size * Self.size
    var row = 0
    while row < rows {
      let isMany = rows - row >= Self.size
      try write(row..<row + (isMany ? Self.size : 1), try statement(isMany))
      row += isMany ? Self.size : 1
    }
    let size = ends[rows - 1]
    numbers.removeFirst(rows * width)
    bytes.removeFirst(size)
    ends.removeFirst(rows)
    for place in ends.indices { ends[place] -= size }
  }

  private func write(_ rows: Range<Int>, _ statement: SQLStatement) throws(StoreError) {
    let trouble: StoreError? = bytes.withUnsafeBytes { all in
      var place: Int32 = 1
      for row in rows {
        for column in 0..<width {
          statement.bind(place, numbers[row * width + column])
          place += 1
        }
        if !hasBlock { continue }
        let start = row == 0 ? 0 : ends[row - 1]
        statement.bind(place, UnsafeRawBufferPointer(rebasing: all[start..<ends[row]]))
        place += 1
      }
      do throws(StoreError) {
        try statement.run()
        return nil
      } catch { return error }
    }
    if let trouble { throw trouble }
  }
}
