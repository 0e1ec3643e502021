// Decimal numbers as profiles carry them, without a detour through binary fractions.

/// A decimal number of any length. Trailing zeros are kept in the text and do not count in comparisons.
public struct ExactDecimal: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByIntegerLiteral {
  /// Most digits that are read, before and behind the point together.
  public static let longest = 1024

  private let isNegative: Bool
  /// Digits 0 to 9, most significant first, without leading zeros; empty for zero.
  private let digits: [UInt8]
  /// Digits behind the point.
  private let places: Int

  private init(isNegative: Bool, digits: [UInt8], places: Int) {
    self.digits = Array(digits.drop { $0 == 0 })
    self.isNegative = isNegative && !self.digits.isEmpty
    self.places = places
  }

  public init(_ number: Int) {
    self.init(
      isNegative: number < 0, digits: String(number.magnitude).utf8.map { $0 - UInt8(ascii: "0") }, places: 0)
  }

  public init(integerLiteral number: Int) { self.init(number) }

  /// Reads an xs:decimal, or an xs:float with an exponent: "12.50", "-.5", "1.5E3".
  ///
  /// - Returns: nil for anything else, "INF" and "NaN" among them, and for more digits than `longest`.
  public init?(_ text: some StringProtocol) {
    var rest = Substring(text).utf8
    guard rest.count <= Self.longest else { return nil }
    let isNegative = Self.takeSign(&rest)
    var digits: [UInt8] = []
    var places: Int?
    while let byte = rest.first, byte == UInt8(ascii: ".") || Self.isDigit(byte) {
      rest.removeFirst()
      if Self.isDigit(byte) {
        digits.append(byte - UInt8(ascii: "0"))
        places = places.map { $0 + 1 }
      } else if places == nil {
        places = 0
      } else {
        return nil
      }
    }
    guard !digits.isEmpty, let exponent = Self.exponent(rest), abs(exponent) <= Self.longest else { return nil }
    let point = (places ?? 0) - exponent
    if point < 0 { digits += repeatElement(0, count: -point) }
    guard digits.count <= Self.longest, point <= Self.longest else { return nil }
    self.init(isNegative: isNegative, digits: digits, places: max(0, point))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static func takeSign(_ text: inout Substring.UTF8View) -> Bool {
    guard let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") else { return false }
    text.removeFirst()
    return sign == UInt8(ascii: "-")
  }

  /// 0 for no text at all; nil for what is no exponent.
  private static func exponent(_ text: Substring.UTF8View) -> Int? {
    guard let mark = text.first else { return 0 }
    guard mark == UInt8(ascii: "E") || mark == UInt8(ascii: "e") else { return nil }
    return Int(Substring(text.dropFirst()))
  }

  /// Plain notation, as xs:decimal and xs:float both take it: "-0.050".
  public var description: String {
    let padded = Array(repeating: UInt8(0), count: max(0, places + 1 - digits.count)) + digits
    let text = String(decoding: padded.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    return (isNegative ? "-" : "") + text.dropLast(places) + (places > 0 ? "." + text.suffix(places) : "")
  }

  /// The closest binary number.
  public var double: Double { Double(description) ?? 0 }

  public static func == (a: ExactDecimal, b: ExactDecimal) -> Bool {
    a.isNegative == b.isNegative && a.significant == b.significant && a.magnitude == b.magnitude
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(isNegative)
    hasher.combine(significant)
    hasher.combine(magnitude)
  }

  public static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? b.isCloserToZero(than: a) : a.isCloserToZero(than: b)
  }

  private func isCloserToZero(than other: ExactDecimal) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
    if magnitude != other.magnitude { return magnitude < other.magnitude }
    return significant.lexicographicallyPrecedes(other.significant)
  }

  /// Digits without the zeros at the end.
  private var significant: ArraySlice<UInt8> { digits.prefix((digits.lastIndex { $0 != 0 } ?? -1) + 1) }

  /// Place of the first digit; 1 for the ones.
  private var magnitude: Int { digits.isEmpty ? 0 : digits.count - places }
}

extension ExactDecimal: TextValue {
  init?(xmlText: String) { self.init(xmlText) }
  var xmlText: String { description }
  static var empty: ExactDecimal { 0 }
}
