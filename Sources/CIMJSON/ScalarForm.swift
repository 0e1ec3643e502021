// Which values become JSON numbers and booleans.
import CIMSchema

/// How the values of a simple type stand in JSON.
enum ScalarForm {
  case text
  case boolean
  /// decimal and the integers.
  case decimal
  /// float and double.
  case floating

  init(_ type: SimpleType?) {
    guard let type, case .atomic(let primitive) = type.variety else {
      // A list or union has no one form: its texts stay texts.
      self = .text
      return
    }
    switch primitive {
    case .boolean: self = .boolean
    case .decimal: self = .decimal
    case .float, .double: self = .floating
    default: self = .text
    }
  }

  /// Digits that a consumer that works in binary floating point keeps.
  static let exactDigits = 15

  /// Whether a text can be written as a bare JSON token: exactly its own characters, and no consumer loses any of it.
  func isBare(_ text: String) -> Bool {
    switch self {
    case .text: return false
    case .boolean: return text == "true" || text == "false"
    case .decimal, .floating:
      // No number of a sane message is longer, and the check is done for each value.
      guard text.utf8.count <= 40 else { return false }
      let bytes = Array(text.utf8)
      guard NumberToken.end(in: bytes, from: 0) == bytes.count else { return false }
      if case .floating = self { return true }
      let isPlain = bytes.allSatisfy { isDigit($0) || $0 == 0x2D || $0 == 0x2E }
      return isPlain && bytes.filter(isDigit).drop { $0 == 0x30 }.count <= Self.exactDigits
    }
  }

  /// The lexical form of a JSON number for this type: verbatim, but where the type knows no exponent it is worked out.
  ///
  /// - Returns: nil where the exponent is beyond reason.
  func text(ofNumber token: String) -> String? {
    guard case .decimal = self, let mark = token.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return token }
    let exponentText = token[token.index(after: mark)...]
    guard let exponent = Int(exponentText.first == "+" ? exponentText.dropFirst() : exponentText), abs(exponent) <= 400
    else { return nil }
    let mantissa = token[..<mark]
    let sign = mantissa.first == "-" ? "-" : ""
    let parts = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    var digits = parts.joined()
    var point = (parts.first?.count ?? 0) + exponent
    if point <= 0 {
      digits = String(repeating: "0", count: 1 - point) + digits
      point = 1
    } else if point > digits.count {
      digits += String(repeating: "0", count: point - digits.count)
    }
    let split = digits.index(digits.startIndex, offsetBy: point)
    let whole = String(digits[..<split].drop { $0 == "0" })
    let fraction = digits[split...]
    return sign + (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
  }
}
