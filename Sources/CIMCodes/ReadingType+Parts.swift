// Helpers that move a reading type between its total, its phases and its buckets.

extension ReadingType {
  /// Whether every part is 0: legal and useless.
  public var isAllZero: Bool { self == ReadingType() }

  /// Whether the two describe the same quantity, at the same or at another scale.
  public func isSameQuantity(as other: ReadingType) -> Bool {
    with(.multiplier, 0) == other.with(.multiplier, 0)
  }

  /// The phases part as a bit set, Table C.17.
  public var phaseSet: PhaseSet { PhaseSet(rawValue: phases) }

  /// The same quantity on a phase, e.g. `.a1` for phase A or `[.a1, .n2]` for A to neutral.
  public func onPhase(_ phase: PhaseSet) -> ReadingType { with(.phases, phase.rawValue) }

  /// The same quantity on phases A, B and C, in that order.
  public var perPhase: [ReadingType] { [onPhase(.a1), onPhase(.b1), onPhase(.c1)] }

  /// Whether the value counts only while a bucket is active.
  public var isBucketed: Bool { tou != 0 || cpp != 0 || consumptionTier != 0 }

  /// The same quantity over all buckets: time of use, critical peak and tier 0, a summation turned into the dial.
  public var unbucketed: ReadingType {
    let total = with(.tou, 0).with(.cpp, 0).with(.consumptionTier, 0)
    // Summation is the dial gated by a pattern; without a bucket there is nothing to gate (Table C.5).
    return isBucketed && accumulation == 9 && macroPeriod == 0 ? total.with(.accumulation, 1) : total
  }

  /// The same quantity in a time of use bucket; 1 is A. Register values become summations.
  public func inBucket(tou: Int) -> ReadingType {
    let bucket = with(.tou, tou)
    return tou != 0 && accumulation == 1 ? bucket.with(.accumulation, 9) : bucket
  }

  /// The bucket as a letter, A to Z; `nil` for none and above 26.
  public var touLetter: Character? {
    guard (1...26).contains(tou) else { return nil }
    return Character(Unicode.Scalar(UInt8(64 + tou)))
  }
}
