// decimal and integer: digits compared as text, so that no length is too much.

/// A decimal number split into its digits, without copying them.
///
/// Leading zeros of the integer part and trailing zeros of the fraction are left out; zero is never negative.
///
/// - SeeAlso: XML Schema Part 2, 3.2.3
struct DecimalText {
  let isNegative: Bool
  let integer: Bytes
  let fraction: Bytes

  /// Nil for what is no decimal: a sign, digits and one point, with a digit before or behind it.
  init?(_ text: Bytes) {
    var index = 0
    var negative = false
    if let first = text.first, first == 0x2D || first == 0x2B {
      negative = first == 0x2D
      index = 1
    }
    var start = index
    while index < text.count, text[index].isDigit { index += 1 }
    let integerEnd = index
    var fractionStart = index
    var fractionEnd = index
    if index < text.count, text[index] == 0x2E {
      index += 1
      fractionStart = index
      while index < text.count, text[index].isDigit { index += 1 }
      fractionEnd = index
    }
    guard index == text.count, integerEnd > start || fractionEnd > fractionStart else { return nil }
    while start < integerEnd, text[start] == 0x30 { start += 1 }
    while fractionEnd > fractionStart, text[fractionEnd - 1] == 0x30 { fractionEnd -= 1 }
    integer = text.slice(start, integerEnd)
    fraction = text.slice(fractionStart, fractionEnd)
    isNegative = negative && (integer.count > 0 || fraction.count > 0)
  }

  init(isNegative: Bool, integer: Bytes, fraction: Bytes) {
    self.isNegative = isNegative
    self.integer = integer
    self.fraction = fraction
  }

  /// Whether `text` is a sign and digits only.
  static func isInteger(_ text: Bytes) -> Bool {
    var index = text.first == 0x2D || text.first == 0x2B ? 1 : 0
    guard index < text.count else { return false }
    while index < text.count {
      guard text[index].isDigit else { return false }
      index += 1
    }
    return true
  }

  /// Digits of the shortest integer i with value = i / 10^fractionDigits; at least 1.
  var totalDigits: Int { max(1, integer.count + fraction.count) }

  var fractionDigits: Int { fraction.count }

  func compare(to other: DecimalText) -> Ordering {
    if isNegative != other.isNegative { return isNegative ? .less : .greater }
    let order = magnitudeOrder(other)
    return isNegative ? order.reversed : order
  }

  private func magnitudeOrder(_ other: DecimalText) -> Ordering {
    if integer.count != other.integer.count { return integer.count < other.integer.count ? .less : .greater }
    for index in integer.indices where integer[index] != other.integer[index] {
      return integer[index] < other.integer[index] ? .less : .greater
    }
    for index in 0..<min(fraction.count, other.fraction.count) where fraction[index] != other.fraction[index] {
      return fraction[index] < other.fraction[index] ? .less : .greater
    }
    return Ordering(fraction.count, other.fraction.count)
  }
}

/// A decimal number that is kept: one value, one representation.
struct DecimalValue: Hashable, Sendable {
  let isNegative: Bool
  /// Integer digits, then fraction digits, as ASCII.
  let digits: [UInt8]
  let integerCount: Int

  init(_ text: DecimalText) {
    isNegative = text.isNegative
    digits = Array(text.integer) + Array(text.fraction)
    integerCount = text.integer.count
  }

  func withText<Result>(_ body: (DecimalText) -> Result) -> Result {
    digits.withUnsafeBufferPointer { all in
      body(
        DecimalText(
          isNegative: isNegative, integer: all.slice(0, integerCount), fraction: all.slice(integerCount, all.count)))
    }
  }
}
