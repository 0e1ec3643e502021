// Exact decimals compared by value: "1.0" is "1" and "0.10" is "1E-1".

extension ExactDecimal: Hashable, Comparable {
  public static func == (a: ExactDecimal, b: ExactDecimal) -> Bool {
    if a.exponent == b.exponent { return a.isNegative == b.isNegative && a.small == b.small && a.large == b.large }
    return a.isNegative == b.isNegative && a.magnitude == b.magnitude && a.significant == b.significant
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(isNegative)
    hasher.combine(magnitude)
    hasher.combine(significant)
  }

  public static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? b.isCloserToZero(than: a) : a.isCloserToZero(than: b)
  }

  private func isCloserToZero(than other: ExactDecimal) -> Bool {
    if exponent == other.exponent, large.isEmpty, other.large.isEmpty { return small < other.small }
    if isZero || other.isZero { return isZero && !other.isZero }
    if magnitude != other.magnitude { return magnitude < other.magnitude }
    return significant.lexicographicallyPrecedes(other.significant)
  }

  private var isZero: Bool { small == 0 && large.isEmpty }

  /// Digits without the zeros at the end.
  private var significant: ArraySlice<UInt8> {
    let digits = digits
    return digits.prefix((digits.lastIndex { $0 != 0 } ?? -1) + 1)
  }

  /// Place of the first digit, 1 for the ones; 0 for zero itself.
  private var magnitude: Int {
    if isZero { return 0 }
    var count = large.count
    var rest = small
    while rest > 0 {
      rest /= 10
      count += 1
    }
    return count + exponent
  }
}
