// boolean.

/// The four forms of a boolean.
///
/// - SeeAlso: XML Schema Part 2, 3.2.2
enum BooleanText {
  static func value(of text: Bytes) -> Bool? {
    if text.count == 1 {
      return text[0] == 0x31 ? true : text[0] == 0x30 ? false : nil
    }
    if text.elementsEqual("true".utf8) { return true }
    return text.elementsEqual("false".utf8) ? false : nil
  }
}
