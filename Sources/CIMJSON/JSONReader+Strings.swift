// Strings with their escapes, and the check that a text is UTF-8.
import XMLPull

extension JSONReader {
  /// The string whose opening quote stands at `index`.
  mutating func string() throws(LocatedProblem) -> String {
    index += 1
    let start = index
    var isSuspect = false
    while let byte = peek, byte != 0x22, byte != 0x5C, byte >= 0x20 {
      // U+FFFE and U+FFFF begin with this byte.
      if byte == 0xEF { isSuspect = true }
      index += 1
    }
    if peek == 0x22 {
      let text = String(decoding: bytes[start..<index], as: UTF8.self)
      if isSuspect { try checkCharacters(of: text) }
      index += 1
      return text
    }
    var text = Array(bytes[start..<index])
    while true {
      guard let byte = peek else { throw problem("the string is not closed") }
      switch byte {
      case 0x22:
        let result = String(decoding: text, as: UTF8.self)
        try checkCharacters(of: result)
        index += 1
        return result
      case 0x5C: try escape(into: &text)
      case 0..<0x20: throw problem("a control character must be written as an escape, e.g. \\n")
      default:
        text.append(byte)
        index += 1
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(LocatedProblem) {
    guard index + 1 < bytes.count else { throw problem("the string is not closed") }
    switch bytes[index + 1] {
    case 0x22: text.append(0x22)
    case 0x5C: text.append(0x5C)
    case 0x2F: text.append(0x2F)
    case 0x62: text.append(0x08)
    case 0x66: text.append(0x0C)
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case 0x74: text.append(0x09)
    case 0x75:
      text.append(contentsOf: Character(try codePoint()).utf8)
      return
    default: throw problem("'\\' must be followed by one of \" \\ / b f n r t u")
    }
    index += 2
  }

  /// `\uXXXX`, or two of them that make up a character beyond U+FFFF.
  private mutating func codePoint() throws(LocatedProblem) -> Unicode.Scalar {
    let start = index
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, peek == 0x5C, index + 1 < bytes.count, bytes[index + 1] == 0x75 {
      let second = try hexadecimal()
      if second >= 0xDC00, second < 0xE000,
        let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      {
        return scalar
      }
    }
    index = start
    throw problem("half a surrogate pair: characters beyond U+FFFF take two \\u escapes", .character)
  }

  private mutating func hexadecimal() throws(LocatedProblem) -> UInt32 {
    let digits = bytes[min(index + 2, bytes.count)..<min(index + 6, bytes.count)]
    var value: UInt32 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 + UInt32(digit - 0x30)
      case 0x41...0x46: value = value << 4 + UInt32(digit - 0x37)
      case 0x61...0x66: value = value << 4 + UInt32(digit - 0x57)
      default: throw problem("\\u must be followed by four hexadecimal digits")
      }
    }
    guard digits.count == 4 else { throw problem("\\u must be followed by four hexadecimal digits") }
    index += 6
    return value
  }

  private func checkCharacters(of text: String) throws(LocatedProblem) {
    for scalar in text.unicodeScalars where !XMLCharacters.isCharacter(scalar.value) {
      let hex = String(scalar.value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
      throw problem("the string holds U+\(padded), which XML cannot carry; leave it out", .character)
    }
  }
}

/// The grammar of JSON numbers.
enum NumberToken {
  /// Behind the number that begins at `start`; nil where none does.
  static func end(in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    func digits() -> Int {
      var count = 0
      while index < bytes.count, isDigit(bytes[index]) {
        index += 1
        count += 1
      }
      return count
    }
    if index < bytes.count, bytes[index] == 0x2D { index += 1 }
    let leading = index
    guard digits() > 0, bytes[leading] != 0x30 || index == leading + 1 else { return nil }
    if index < bytes.count, bytes[index] == 0x2E {
      index += 1
      guard digits() > 0 else { return nil }
    }
    if index < bytes.count, bytes[index] | 0x20 == 0x65 {
      index += 1
      if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
      guard digits() > 0 else { return nil }
    }
    return index
  }
}

enum UTF8Check {
  /// The first byte that is no part of a well-formed sequence; nil where all are.
  ///
  /// - SeeAlso: The Unicode Standard, table 3-7
  static func firstInvalid(in bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      let lead = bytes[index]
      if lead < 0x80 {
        index += 1
        continue
      }
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0...0xEF:
        length = 3
        if lead == 0xE0 { second = 0xA0...0xBF }
        if lead == 0xED { second = 0x80...0x9F }
      case 0xF0...0xF4:
        length = 4
        if lead == 0xF0 { second = 0x90...0xBF }
        if lead == 0xF4 { second = 0x80...0x8F }
      default: return index
      }
      guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return index }
      for k in 2..<max(length, 2) where bytes[index + k] & 0xC0 != 0x80 { return index }
      index += length
    }
    return nil
  }
}
