// Numbers that look random, the same on every machine.

struct Chance {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(_ below: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(below))
  }

  /// So many quarters of a day, ascending.
  mutating func quarters(_ count: Int) -> [Int] {
    var chosen = Set<Int>()
    while chosen.count < count { chosen.insert(next(96)) }
    return chosen.sorted()
  }
}
