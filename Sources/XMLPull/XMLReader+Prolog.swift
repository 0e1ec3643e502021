// The byte order mark and the XML declaration.

extension XMLReader {
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
    var close = cursor
    while close + 1 < end, !(base[close] == 0x3F && base[close + 1] == 0x3E) { close += 1 }
    if close + 1 >= end {
      declarationRead = false
      cursor = 0
      if isFinal || end > 1024 { throw error(.malformed, "the XML declaration does not end with '?>'", at: 0) }
      return false
    }
    let text = String(decoding: UnsafeBufferPointer(start: base + cursor + 5, count: close - cursor - 5), as: UTF8.self)
    try checkDeclaration(text, at: cursor)
    cursor = close + 2
    return true
  }

  private func checkDeclaration(_ text: String, at index: Int) throws(XMLError) {
    var rest = Substring(text)
    var seen: [(name: String, value: String)] = []
    while true {
      let before = rest
      rest = rest.drop { $0 == " " || $0 == "\t" || $0.isNewline }
      if rest.isEmpty { break }
      guard before.startIndex != rest.startIndex else {
        throw error(.malformed, "white space is missing in the XML declaration", at: index)
      }
      let name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count).drop { $0.isWhitespace }
      guard rest.first == "=" else { throw error(.malformed, "the XML declaration is malformed", at: index) }
      rest = rest.dropFirst().drop { $0.isWhitespace }
      guard let quote = rest.first, quote == "\"" || quote == "'", let stop = rest.dropFirst().firstIndex(of: quote)
      else {
        throw error(.malformed, "a value in the XML declaration must stand in quotes", at: index)
      }
      seen.append((String(name), String(rest[rest.index(after: rest.startIndex)..<stop])))
      rest = rest[rest.index(after: stop)...]
    }
    let names = seen.map(\.name)
    guard
      [["version"], ["version", "encoding"], ["version", "standalone"], ["version", "encoding", "standalone"]].contains(
        names)
    else {
      throw error(
        .malformed, "the XML declaration must say version, and may say encoding and standalone, in this order",
        at: index)
    }
    for (name, value) in seen {
      switch name {
      case "version":
        guard value == "1.0" else {
          throw error(.malformed, "the document says XML version '\(value)'; Busbar reads version 1.0", at: index)
        }
      case "encoding":
        guard ["utf-8", "us-ascii", "ascii", "utf8"].contains(value.lowercased()) else {
          throw error(
            .encoding, "the document says encoding '\(value)'; Busbar reads UTF-8: convert it first", at: index)
        }
      default:
        guard value == "yes" || value == "no" else {
          throw error(.malformed, "standalone must be yes or no in the XML declaration", at: index)
        }
      }
    }
  }
}
