// The byte order mark and the XML declaration.

extension XMLReader {
  /// Bytes of a declaration at most.
  private static var declarationLimit: Int { 1024 }

  /// Passes the mark and the declaration, where there are any.
  ///
  /// - Returns: false when more input is needed to decide.
  mutating func readDeclaration() throws(XMLError) -> Bool {
    tokenStart = cursor
    if end - cursor < 6 && !isFinal { return false }
    let b0 = base[0]
    let b1 = base[1]
    if (b0 == 0xFE && b1 == 0xFF) || (b0 == 0xFF && b1 == 0xFE) || (b0 == 0 && b1 == 0x3C)
      || (b0 == 0x3C && b1 == 0 && end > 1)
    {
      throw error(.encoding, "the document is in UTF-16 or UTF-32; Busbar reads UTF-8: convert it first", at: 0)
    }
    if b0 == 0xEF && b1 == 0xBB && base[2] == 0xBF { cursor = 3 }
    if end - cursor < 6 && !isFinal {
      cursor = 0
      return false
    }
    declarationRead = true
    guard matches("<?xml"), classes.rows[Int(base[cursor + 5])] & ByteClass.space != 0 else { return true }
    // However the document comes, no more than this is looked at.
    let limit = min(end, cursor + Self.declarationLimit)
    var close = cursor
    while close + 1 < limit, !(base[close] == 0x3F && base[close + 1] == 0x3E) { close += 1 }
    if close + 1 >= limit {
      if isFinal || end - cursor >= Self.declarationLimit {
        throw error(.malformed, "the XML declaration does not end with '?>'", at: 0)
      }
      declarationRead = false
      cursor = 0
      return false
    }
    try checkDeclaration(from: cursor + 5, to: close)
    cursor = close + 2
    return true
  }

  /// XMLDecl (XML 1.0, 2.8): version, then encoding, then standalone, the last two optional.
  private func checkDeclaration(from start: Int, to close: Int) throws(XMLError) {
    let parts: [StaticString] = ["version", "encoding", "standalone"]
    var at = start
    var next = 0
    while true {
      let before = at
      at = afterSpace(at, close)
      if at == close { break }
      guard at > before else {
        throw error(.malformed, "white space is missing in the XML declaration", at: cursor)
      }
      let part = parts.indices.first { $0 >= next && stands(parts[$0], at, close) }
      guard let part, next > 0 || part == 0 else { throw unordered }
      next = part + 1
      at = afterSpace(at + parts[part].utf8CodeUnitCount, close)
      guard at < close, base[at] == UInt8(ascii: "=") else {
        throw error(.malformed, "the XML declaration is malformed", at: cursor)
      }
      at = afterSpace(at + 1, close)
      guard at < close, base[at] == UInt8(ascii: "\"") || base[at] == UInt8(ascii: "'"),
        let stop = (at + 1..<close).first(where: { base[$0] == base[at] })
      else {
        throw error(.malformed, "a value in the XML declaration must stand in quotes", at: cursor)
      }
      try check(String(decoding: UnsafeBufferPointer(start: base + at + 1, count: stop - at - 1), as: UTF8.self), part)
      at = stop + 1
    }
    guard next > 0 else { throw unordered }
  }

  private var unordered: XMLError {
    error(
      .malformed, "the XML declaration must say version, and may say encoding and standalone, in this order",
      at: cursor)
  }

  private func check(_ value: String, _ part: Int) throws(XMLError) {
    switch part {
    case 0:
      guard value == "1.0" else {
        throw error(.malformed, "the document says XML version '\(value)'; Busbar reads version 1.0", at: cursor)
      }
    case 1:
      guard ["utf-8", "us-ascii", "ascii", "utf8"].contains(value.lowercased()) else {
        throw error(
          .encoding, "the document says encoding '\(value)'; Busbar reads UTF-8: convert it first", at: cursor)
      }
    default:
      guard value == "yes" || value == "no" else {
        throw error(.malformed, "standalone must be yes or no in the XML declaration", at: cursor)
      }
    }
  }

  private func afterSpace(_ start: Int, _ end: Int) -> Int {
    var at = start
    while at < end, classes.rows[Int(base[at])] & ByteClass.space != 0 { at += 1 }
    return at
  }

  private func stands(_ word: StaticString, _ at: Int, _ end: Int) -> Bool {
    guard end - at >= word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { word in word.indices.allSatisfy { base[at + $0] == word[$0] } }
  }
}
