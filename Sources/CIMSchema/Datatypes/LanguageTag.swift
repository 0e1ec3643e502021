// language.

/// Language identifiers: subtags of up to eight letters, after the first also digits, joined by hyphens.
///
/// - SeeAlso: XML Schema Part 2, 3.3.3
enum LanguageTag {
  static func isValid(_ text: Bytes) -> Bool {
    var length = 0
    var isFirst = true
    for byte in text {
      if byte == 0x2D {
        guard length > 0 else { return false }
        length = 0
        isFirst = false
      } else {
        length += 1
        guard length <= 8, byte.isLetter || byte.isDigit && !isFirst else { return false }
      }
    }
    return length > 0
  }
}
