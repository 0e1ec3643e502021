// float and double.

/// The lexical form of float and double, and their values.
///
/// - SeeAlso: XML Schema Part 2, 3.2.4 and 3.2.5
enum FloatingText {
  /// Whether `text` is a decimal with an optional exponent, INF, -INF or NaN.
  static func isValid(_ text: Bytes) -> Bool {
    var index = 0
    if index < text.count, text[index] == 0x2D || text[index] == 0x2B { index += 1 }
    var digits = 0
    while index < text.count, text[index].isDigit {
      index += 1
      digits += 1
    }
    if index < text.count, text[index] == 0x2E {
      index += 1
      while index < text.count, text[index].isDigit {
        index += 1
        digits += 1
      }
    }
    guard digits > 0 else { return isSpecial(text) }
    guard index < text.count else { return true }
    guard text[index] | 0x20 == 0x65 else { return false }
    return DecimalText.isInteger(text.slice(index + 1, text.count))
  }

  private static func isSpecial(_ text: Bytes) -> Bool {
    text.elementsEqual("INF".utf8) || text.elementsEqual("-INF".utf8) || text.elementsEqual("NaN".utf8)
  }

  /// The nearest float of a valid text; zero has no sign, and NaN is one value.
  static func float(_ text: Bytes) -> Float {
    if isSpecial(text) { return text[0] == 0x4E ? .nan : text[0] == 0x2D ? -.infinity : .infinity }
    let value = Float(Substring(decoding: text, as: UTF8.self)) ?? .nan
    return value == 0 ? 0 : value
  }

  /// The nearest double of a valid text; zero has no sign, and NaN is one value.
  static func double(_ text: Bytes) -> Double {
    if isSpecial(text) { return text[0] == 0x4E ? .nan : text[0] == 0x2D ? -.infinity : .infinity }
    let value = Double(Substring(decoding: text, as: UTF8.self)) ?? .nan
    return value == 0 ? 0 : value
  }

  /// NaN equals NaN and cannot be compared with anything else.
  static func compare<Number: BinaryFloatingPoint>(_ left: Number, _ right: Number) -> Ordering {
    if left.isNaN || right.isNaN { return left.isNaN && right.isNaN ? .equal : .incomparable }
    return Ordering(left, right)
  }
}
