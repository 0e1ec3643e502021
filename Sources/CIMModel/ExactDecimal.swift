// Decimal numbers as messages carry them, without a detour through binary fractions.

/// A decimal number of any length. Trailing zeros are kept in the text ("12.50") and do not count in comparisons.
///
/// Numbers of up to 19 digits are held and read without allocation.
public struct ExactDecimal: Sendable, CustomStringConvertible, ExpressibleByIntegerLiteral {
  /// Longest text read, in bytes, and most digits on either side of the point.
  public static let longest = 1024

  /// Never true of zero.
  public let isNegative: Bool
  /// Power of ten of the last digit: -2 for "12.50".
  public let exponent: Int
  /// The digits as one number where there are at most `smallest`; 0 where `large` holds them.
  let small: UInt64
  /// Digits 0 to 9, most significant first, without leading zeros; empty where `small` holds them.
  let large: [UInt8]

  /// So many digits fit `small` whatever they are.
  private static let smallest = 19

  private init(isNegative: Bool, small: UInt64, large: [UInt8], exponent: Int) {
    self.isNegative = isNegative
    self.small = small
    self.large = large
    self.exponent = exponent
  }

  init(isNegative: Bool, small: UInt64, exponent: Int) {
    self.init(isNegative: isNegative && small != 0, small: small, large: [], exponent: exponent)
  }

  /// - Parameter digits: 0 to 9, most significant first; leading zeros are dropped.
  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    let significant = digits.drop { $0 == 0 }
    if significant.count <= Self.smallest {
      self.init(isNegative: isNegative, small: significant.reduce(0) { $0 * 10 + UInt64($1) }, exponent: exponent)
    } else {
      self.init(isNegative: isNegative, small: 0, large: Array(significant), exponent: exponent)
    }
  }

  public init(_ number: Int) {
    self.init(isNegative: number < 0, small: UInt64(number.magnitude), exponent: 0)
  }

  public init(integerLiteral number: Int) { self.init(number) }

  /// Digits 0 to 9, most significant first, without leading zeros; empty for zero.
  var digits: [UInt8] { small == 0 ? large : String(small).utf8.map { $0 - UInt8(ascii: "0") } }

  /// Plain notation, as xs:decimal and xs:float both take it: "-0.050".
  public var description: String {
    let whole = large.isEmpty ? String(small) : String(decoding: large.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    let sign = isNegative ? "-" : ""
    if exponent >= 0 { return sign + whole + (whole == "0" ? "" : String(repeating: "0", count: exponent)) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - whole.utf8.count)) + whole
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  /// The closest binary number.
  public var double: Double { Double(description) ?? 0 }
}

extension ExactDecimal {
  /// Reads an xs:decimal, or an xs:float with an exponent: "12.50", "-.5", "1.5E3".
  ///
  /// - Returns: nil for anything else, "INF", "NaN" and blanks among it, and for more than `longest`.
  public init?(_ text: String) {
    var text = text
    guard let number = text.withUTF8({ ExactDecimal(utf8: $0) }) else { return nil }
    self = number
  }

  /// The same, out of a text's bytes.
  public init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= Self.longest else { return nil }
    var place = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { place = 1 }
    let start = place
    var count = 0
    var point: Int?
    var small: UInt64 = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte &- UInt8(ascii: "0") < 10 {
        // Wraps only where there are too many digits for `small`, which then is not used.
        small = small &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
        count += 1
      } else if byte == UInt8(ascii: "."), point == nil {
        point = count
      } else {
        break
      }
      place += 1
    }
    guard count > 0, let power = Self.power(bytes, from: place) else { return nil }
    let exponent = power - (count - (point ?? count))
    guard -exponent <= Self.longest, count + max(0, exponent) <= Self.longest else { return nil }
    if count <= Self.smallest {
      self.init(isNegative: isNegative, small: small, exponent: exponent)
    } else {
      let digits = bytes[start..<place].compactMap { $0 == UInt8(ascii: ".") ? nil : $0 - UInt8(ascii: "0") }
      self.init(isNegative: isNegative, digits: digits, exponent: exponent)
    }
  }

  /// What follows the digits as a power of ten: 0 for nothing at all, nil for what is no exponent or an absurd one.
  private static func power(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard start < bytes.count else { return 0 }
    guard bytes[start] == UInt8(ascii: "E") || bytes[start] == UInt8(ascii: "e") else { return nil }
    guard let power = Int(String(decoding: bytes[(start + 1)...], as: UTF8.self)) else { return nil }
    return (-2 * longest...2 * longest).contains(power) ? power : nil
  }
}
