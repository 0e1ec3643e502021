// Numbers by numbers: what is asked for every block that comes in.

/// A table of numbers. A dictionary spends more on its hash function than on the rest; and what comes often comes in the
/// order in which it came before, which needs no hash at all (`Guess`).
///
/// Keys may be of a peer's making: where they go depends on a number that every process draws anew.
package struct NumberTable {
  /// Where the next key is likely to be.
  package struct Guess {
    fileprivate var last = -1
    fileprivate var stride = 1

    package init() {}
  }

  private static let multiplier = UInt64.random(in: .min ... .max) | 1

  /// In the order in which they were added.
  private var keys: [Int64] = []
  private var values: [Int64] = []
  /// By hash: places in `keys` and one more; 0 is free.
  private var slots: [UInt32] = []
  private var shift: UInt64 = 0

  package init() {}

  package var count: Int { keys.count }

  package mutating func removeAll() { self = NumberTable() }

  /// Makes room for so many in all.
  package mutating func reserve(_ count: Int) {
    keys.reserveCapacity(count)
    values.reserveCapacity(count)
    grow(for: count)
  }

  package func value(_ key: Int64, _ guess: inout Guess) -> Int64? {
    let place = guess.last &+ guess.stride
    if keys.indices.contains(place), keys[place] == key {
      guess.last = place
      return values[place]
    }
    guard let found = self.place(of: key) else { return nil }
    guess.stride = found - guess.last
    guess.last = found
    return values[found]
  }

  package subscript(key: Int64) -> Int64? {
    get { place(of: key).map { values[$0] } }
    set {
      guard let newValue else { return }
      if let place = place(of: key) {
        values[place] = newValue
        return
      }
      keys.append(key)
      values.append(newValue)
      // At most half of the slots are used.
      if keys.count * 2 > slots.count { grow(for: keys.count * 2) } else { enter(keys.count - 1) }
    }
  }

  private func place(of key: Int64) -> Int? {
    if slots.isEmpty { return nil }
    var slot = home(key)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if keys[place] == key { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func home(_ key: Int64) -> Int {
    Int(truncatingIfNeeded: (UInt64(bitPattern: key) &* Self.multiplier) >> shift)
  }

  private mutating func enter(_ place: Int) {
    var slot = home(keys[place])
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(place + 1)
  }

  private mutating func grow(for count: Int) {
    var size = 16
    while size < count * 2 { size *= 2 }
    if size <= slots.count { return }
    slots = [UInt32](repeating: 0, count: size)
    shift = UInt64(64 - size.trailingZeroBitCount)
    for place in keys.indices { enter(place) }
  }
}
