// Which series the readings of a meter go into.

/// Numbers of series by meter, reading type and kind.
package struct SeriesNumbers {
  private var table = NumberTable()
  /// By the last bits of keys, which are type and kind: those of a meter do not lie side by side.
  private var next = [NumberTable.Guess](repeating: .init(), count: 16)

  package init() {}

  package var count: Int { table.count }

  package mutating func removeAll() { self = SeriesNumbers() }

  package mutating func reserve(_ count: Int) { table.reserve(count) }

  /// Meters below 2^40 and types below 2^22: `fits`.
  private static func key(_ meter: Int64, _ type: Int64, _ isInterval: Bool) -> Int64 {
    meter << 23 | type << 1 | (isInterval ? 1 : 0)
  }

  /// Whether there is room for a meter and a type of these numbers.
  package static func fits(_ meter: Int64, _ type: Int64) -> Bool { meter < 1 << 40 && type < 1 << 22 }

  package mutating func number(_ meter: Int64, _ type: Int64, isInterval: Bool) -> Int64? {
    let key = Self.key(meter, type, isInterval)
    return table.value(key, &next[Int(key & 15)])
  }

  package mutating func set(_ meter: Int64, _ type: Int64, isInterval: Bool, to number: Int64) {
    table[Self.key(meter, type, isInterval)] = number
  }
}
