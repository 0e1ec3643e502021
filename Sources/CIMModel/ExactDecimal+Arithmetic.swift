// Exact decimals added, scaled and divided; a result is rounded only where a number of places is asked for.

extension ExactDecimal {
  /// The number times a power of ten.
  package func scaled(byPowerOfTen power: Int) -> ExactDecimal {
    large.isEmpty
      ? ExactDecimal(isNegative: isNegative, small: small, exponent: exponent + power)
      : ExactDecimal(isNegative: isNegative, digits: large, exponent: exponent + power)
  }

  /// The number times a small integer that is not negative.
  package func times(_ factor: Int) -> ExactDecimal {
    var carry = 0
    var result: [UInt8] = []
    for digit in digits.reversed() {
      carry += Int(digit) * factor
      result.append(UInt8(carry % 10))
      carry /= 10
    }
    while carry > 0 {
      result.append(UInt8(carry % 10))
      carry /= 10
    }
    return ExactDecimal(isNegative: isNegative, digits: result.reversed(), exponent: exponent)
  }

  /// The number divided by a small integer above 0.
  ///
  /// - Parameter places: digits after the point to round to, half to even; `nil` asks for the exact quotient.
  /// - Returns: `nil` where the exact quotient has no end.
  package func divided(by divisor: Int, places: Int?) -> ExactDecimal? {
    var remainder = 0
    var result: [UInt8] = []
    for digit in digits {
      remainder = remainder * 10 + Int(digit)
      result.append(UInt8(remainder / divisor))
      remainder %= divisor
    }
    var last = exponent
    // A divisor below 2^63 needs at most 62 more digits where the quotient ends at all.
    let end = places.map { -$0 - 1 } ?? (exponent - 63)
    while remainder != 0 && last > end {
      remainder *= 10
      result.append(UInt8(remainder / divisor))
      remainder %= divisor
      last -= 1
    }
    let quotient = ExactDecimal(isNegative: isNegative, digits: result, exponent: last)
    guard let places else { return remainder == 0 ? quotient : nil }
    return quotient.rounded(places: places, sticky: remainder != 0)
  }

  private func rounded(places: Int, sticky: Bool) -> ExactDecimal {
    let cut = -places - exponent
    guard cut > 0 else { return self }
    let digits = digits
    let all = Array(repeating: UInt8(0), count: max(0, cut - digits.count)) + digits
    let dropped = all.suffix(cut)
    var kept = Array(all.dropLast(cut))
    let first = dropped.first ?? 0
    let more = sticky || dropped.dropFirst().contains { $0 != 0 }
    let isOdd = (kept.last ?? 0) % 2 == 1
    if first > 5 || (first == 5 && (more || isOdd)) {
      var index = kept.count - 1
      while index >= 0, kept[index] == 9 {
        kept[index] = 0
        index -= 1
      }
      if index >= 0 { kept[index] += 1 } else { kept.insert(1, at: 0) }
    }
    return ExactDecimal(isNegative: isNegative, digits: kept, exponent: -places)
  }

  package static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    left + ExactDecimal(isNegative: !right.isNegative, digits: right.digits, exponent: right.exponent)
  }

  package static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    let exponent = min(left.exponent, right.exponent)
    let a = left.digits + Array(repeating: 0, count: left.exponent - exponent)
    let b = right.digits + Array(repeating: 0, count: right.exponent - exponent)
    let width = max(a.count, b.count) + 1
    let x = Array(repeating: UInt8(0), count: width - a.count) + a
    let y = Array(repeating: UInt8(0), count: width - b.count) + b
    if left.isNegative == right.isNegative {
      return ExactDecimal(isNegative: left.isNegative, digits: add(x, y), exponent: exponent)
    }
    let leftIsLarger = !x.lexicographicallyPrecedes(y)
    let digits = leftIsLarger ? subtract(x, y) : subtract(y, x)
    return ExactDecimal(
      isNegative: leftIsLarger ? left.isNegative : right.isNegative, digits: digits, exponent: exponent)
  }

  private static func add(_ x: [UInt8], _ y: [UInt8]) -> [UInt8] {
    var result = x
    var carry: UInt8 = 0
    for index in x.indices.reversed() {
      let sum = x[index] + y[index] + carry
      result[index] = sum % 10
      carry = sum / 10
    }
    return result
  }

  private static func subtract(_ x: [UInt8], _ y: [UInt8]) -> [UInt8] {
    var result = x
    var borrow: Int = 0
    for index in x.indices.reversed() {
      let difference = Int(x[index]) - Int(y[index]) - borrow
      result[index] = UInt8(difference < 0 ? difference + 10 : difference)
      borrow = difference < 0 ? 1 : 0
    }
    return result
  }
}
