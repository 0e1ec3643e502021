// Fractions of a second, of any length.

/// The digits behind a decimal point, exact: 18 in a number, what is left as text.
struct FractionDigits: Hashable, Sendable {
  /// In units of 10^-18.
  let leading: UInt64
  /// ASCII digits from the 19th on, without trailing zeros; empty, and then without memory, for common fractions.
  let rest: [UInt8]

  static let zero = FractionDigits(leading: 0, rest: [])

  private init(leading: UInt64, rest: [UInt8]) {
    self.leading = leading
    self.rest = rest
  }

  /// - Parameter digits: ASCII digits only.
  init(_ digits: Bytes) {
    var leading: UInt64 = 0
    for index in 0..<18 {
      leading = leading * 10 + (index < digits.count ? UInt64(digits[index] & 0x0F) : 0)
    }
    self.leading = leading
    var end = digits.count
    while end > 18, digits[end - 1] == 0x30 { end -= 1 }
    rest = end > 18 ? Array(digits.slice(18, end)) : []
  }

  var isZero: Bool { leading == 0 && rest.isEmpty }

  /// One minus this fraction; zero for zero.
  var complement: FractionDigits {
    let unit: UInt64 = 1_000_000_000_000_000_000
    if rest.isEmpty { return FractionDigits(leading: leading == 0 ? 0 : unit - leading, rest: []) }
    var digits = rest
    for index in digits.indices { digits[index] = 0x39 - (digits[index] & 0x0F) }
    digits[digits.count - 1] += 1
    return FractionDigits(leading: unit - 1 - leading, rest: digits)
  }

  func compare(to other: FractionDigits) -> Ordering {
    Ordering(leading, other.leading).then(
      rest == other.rest ? .equal : rest.lexicographicallyPrecedes(other.rest) ? .less : .greater)
  }
}
