// Addresses in brackets inside a URI.

/// Version 6 addresses, the last 32 bits perhaps in the notation of version 4.
///
/// - SeeAlso: RFC 2373, appendix B
enum IPv6Address {
  static func isValid(_ text: Bytes) -> Bool {
    guard let gap = doubleColon(in: text) else { return groups(text, mayEndInIPv4: true) == 8 }
    let head = text.slice(0, gap)
    let tail = text.slice(gap + 2, text.count)
    guard let before = groups(head, mayEndInIPv4: false), let after = groups(tail, mayEndInIPv4: true) else {
      return false
    }
    return before + after <= 7
  }

  private static func doubleColon(in text: Bytes) -> Int? {
    text.indices.first { $0 + 1 < text.count && text[$0] == 0x3A && text[$0 + 1] == 0x3A }
  }

  /// Number of 16-bit groups, zero for no text, nil for what is none.
  private static func groups(_ text: Bytes, mayEndInIPv4: Bool) -> Int? {
    guard !text.isEmpty else { return 0 }
    var count = 0
    var start = 0
    while true {
      var end = start
      while end < text.count, text[end] != 0x3A { end += 1 }
      let group = text.slice(start, end)
      if end == text.count, mayEndInIPv4, group.contains(0x2E) { return isIPv4(group) ? count + 2 : nil }
      guard 1...4 ~= group.count, group.allSatisfy({ $0.hexDigit != nil }) else { return nil }
      count += 1
      guard end < text.count else { return count }
      start = end + 1
    }
  }

  private static func isIPv4(_ text: Bytes) -> Bool {
    let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        1...3 ~= part.count && part.allSatisfy(\.isDigit) && part.reduce(0) { $0 * 10 + Int($1 & 0x0F) } <= 255
      }
  }
}
