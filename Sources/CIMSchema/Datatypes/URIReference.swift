// anyURI: nearly every text is one.

/// References to resources, as RFC 2396 and RFC 2732 define them after characters that need it are escaped.
///
/// Blanks, other scripts and most marks are escaped and so allowed. What is left to refuse: a scheme that is none, a
/// `%` without two hexadecimal digits, brackets outside an address, query or fragment, and a second `#`.
///
/// - SeeAlso: XML Schema Part 2, 3.2.17
enum URIReference {
  static func isValid(_ text: Bytes) -> Bool {
    guard !text.isEmpty else { return true }
    var index = 0
    var hasScheme = false
    if let colon = text.firstIndex(of: 0x3A) {
      if colon == 0 { return false }
      let head = text.slice(0, colon)
      if !head.contains(where: { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 }) {
        guard isScheme(head), colon + 1 < text.count, text[colon + 1] != 0x23 else { return false }
        index = colon + 1
        hasScheme = true
      }
    }
    if index + 1 < text.count, text[index] == 0x2F, text[index + 1] == 0x2F {
      let start = index + 2
      var end = start
      while end < text.count, text[end] != 0x2F, text[end] != 0x3F, text[end] != 0x23 { end += 1 }
      if end == start {
        guard end < text.count else { return false }
      } else {
        let authority = text.slice(start, end)
        guard isEscaped(authority, allowingBrackets: false) || isServer(authority) else { return false }
      }
      index = end
    }
    let isOpaque = hasScheme && index < text.count && text[index] != 0x2F
    let path = part(of: text, from: &index, until: { $0 == 0x3F || $0 == 0x23 })
    guard isEscaped(path, allowingBrackets: isOpaque) else { return false }
    if index < text.count, text[index] == 0x3F {
      index += 1
      guard isEscaped(part(of: text, from: &index, until: { $0 == 0x23 }), allowingBrackets: true) else { return false }
    }
    guard index < text.count else { return true }
    let fragment = text.slice(index + 1, text.count)
    return !fragment.contains(0x23) && isEscaped(fragment, allowingBrackets: true)
  }

  private static func part(of text: Bytes, from index: inout Int, until isEnd: (UInt8) -> Bool) -> Bytes {
    let start = index
    while index < text.count, !isEnd(text[index]) { index += 1 }
    return text.slice(start, index)
  }

  private static func isScheme(_ text: Bytes) -> Bool {
    guard let first = text.first, first.isLetter else { return false }
    return text.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }
  }

  private static func isEscaped(_ text: Bytes, allowingBrackets: Bool) -> Bool {
    var index = 0
    while index < text.count {
      switch text[index] {
      case 0x25:
        guard index + 2 < text.count, text[index + 1].hexDigit != nil, text[index + 2].hexDigit != nil else {
          return false
        }
        index += 3
      case 0x5B, 0x5D:
        guard allowingBrackets else { return false }
        index += 1
      default:
        index += 1
      }
    }
    return true
  }

  /// Whether `text` is a host in brackets, with user information before and a port behind it if need be.
  private static func isServer(_ text: Bytes) -> Bool {
    var start = 0
    if let at = text.firstIndex(of: 0x40) {
      guard isUserInformation(text.slice(0, at)) else { return false }
      start = at + 1
    }
    guard start < text.count, text[start] == 0x5B,
      let close = text[start...].firstIndex(of: 0x5D), IPv6Address.isValid(text.slice(start + 1, close))
    else { return false }
    guard close + 1 < text.count else { return true }
    guard text[close + 1] == 0x3A else { return false }
    return isPort(text.slice(close + 2, text.count))
  }

  private static func isUserInformation(_ text: Bytes) -> Bool {
    isEscaped(text, allowingBrackets: false)
  }

  private static func isPort(_ text: Bytes) -> Bool {
    guard !text.isEmpty else { return true }
    var port = 0
    for byte in text {
      guard byte.isDigit else { return false }
      port = min(port * 10 + Int(byte & 0x0F), 65_536)
    }
    return port <= 65_535
  }
}
