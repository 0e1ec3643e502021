// A small random source whose numbers are the same on every machine, so that a seed names a file.

struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, without, `count`. The bias is beyond what a test document could show.
  mutating func below(_ count: Int) -> Int {
    Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(count)) >> 32)
  }

  /// True in `percent` of 100 cases; exact to a thousandth.
  mutating func chance(_ percent: Double) -> Bool { Double(below(100_000)) < percent * 1000 }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}
