// Characters beyond ASCII, names and references.

extension XMLReader {
  /// The length of the multi-byte character at an index.
  ///
  /// - Returns: nil when its bytes are not all in memory yet.
  /// - Throws: at bytes that are not UTF-8 or a character that XML does not allow.
  func wideCharacter(at i: Int) throws(XMLError) -> Int? {
    // Zeros stand behind the end: a character that is cut off there has no length either.
    let length = XMLCharacters.wideLength(base + i)
    if length > 0 { return length }
    let b = base[i]
    guard b >= 0xC2 && b <= 0xF4 else { throw notUTF8(at: i) }
    if i + (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) > end {
      if isFinal { throw notUTF8(at: i) }
      return nil
    }
    if b == 0xEF && base[i + 1] == 0xBF && base[i + 2] & 0xFE == 0xBE {
      throw illegalCharacter(base[i + 2] == 0xBE ? 0xFFFE : 0xFFFF, at: i)
    }
    throw notUTF8(at: i)
  }

  private func notUTF8(at i: Int) -> XMLError {
    let hex = String(base[i], radix: 16, uppercase: true)
    return error(
      .encoding, "byte \(hex) does not belong to a UTF-8 character; is the document in another encoding?", at: i)
  }

  /// The value of a well-formed multi-byte character.
  func scalar(at i: Int, length: Int) -> UInt32 {
    switch length {
    case 2: return UInt32(base[i] & 0x1F) << 6 | UInt32(base[i + 1] & 0x3F)
    case 3:
      return UInt32(base[i] & 0x0F) << 12 | UInt32(base[i + 1] & 0x3F) << 6 | UInt32(base[i + 2] & 0x3F)
    default:
      return UInt32(base[i] & 0x07) << 18 | UInt32(base[i + 1] & 0x3F) << 12 | UInt32(base[i + 2] & 0x3F) << 6
        | UInt32(base[i + 3] & 0x3F)
    }
  }

  /// Passes a name.
  ///
  /// - Returns: false when its end is not in memory yet.
  mutating func scanName(_ i: inout Int, what: StaticString) throws(XMLError) -> Bool {
    let start = i
    while true {
      let c = classes.rows[Int(base[i])]
      if c & ByteClass.name != 0 {
        if i == start && c & ByteClass.nameStart == 0 { break }
        i += 1
        continue
      }
      if c & ByteClass.wide != 0 && i < end {
        guard let length = try wideCharacter(at: i) else { return try needMore(at: end, in: what) }
        let value = scalar(at: i, length: length)
        guard i == start ? XMLCharacters.isNameStart(value) : XMLCharacters.isName(value) else { break }
        i += length
        continue
      }
      break
    }
    if i >= end && !isFinal { return try needMore(at: i, in: what) }
    if i == start {
      if i >= end { throw error(.unexpectedEnd, "the document ends inside \(what)", at: end) }
      throw error(.name, "\(describe(base[i])) cannot begin \(what)", at: i)
    }
    if i - start > limits.nameLength {
      throw error(.nameLimit, "\(what) is longer than \(limits.nameLength) bytes", at: start)
    }
    return true
  }

  func describe(_ b: UInt8) -> String {
    b > 0x20 && b < 0x7F
      ? "'\(Unicode.Scalar(b))'" : b == 0x20 ? "a blank" : "byte \(String(b, radix: 16, uppercase: true))"
  }

  private static let entities: [(reference: StaticString, character: UInt32)] = [
    ("amp;", 0x26), ("lt;", 0x3C), ("gt;", 0x3E), ("quot;", 0x22), ("apos;", 0x27),
  ]

  /// At '&': the character that the reference stands for; moves behind it.
  ///
  /// - Returns: nil when its end is not in memory yet.
  func reference(_ i: inout Int) throws(XMLError) -> UInt32? {
    let start = i
    var k = i + 1
    if base[k] == 0x23 {
      k += 1
      var value: UInt32 = 0
      var digits = 0
      let hexadecimal = base[k] == 0x78
      if hexadecimal { k += 1 }
      while true {
        let b = base[k]
        let digit: UInt32
        if b &- 0x30 < 10 {
          digit = UInt32(b &- 0x30)
        } else if hexadecimal && (b | 32) &- 0x61 < 6 {
          digit = UInt32((b | 32) &- 0x57)
        } else {
          break
        }
        if value < 0x110000 { value = value * (hexadecimal ? 16 : 10) + digit }
        digits += 1
        k += 1
      }
      if k >= end { return try cutReference(start) }
      guard digits > 0, base[k] == 0x3B else {
        throw error(.reference, "this character reference is not finished: write '&#' digits ';'", at: start)
      }
      guard XMLCharacters.isCharacter(value) else {
        throw error(.reference, "this character reference names no character that XML allows", at: start)
      }
      i = k + 1
      return value
    }
    for entity in Self.entities where matches(entity.reference, at: k) {
      i = k + entity.reference.utf8CodeUnitCount
      return entity.character
    }
    if end - k < 5 && !isFinal { return nil }
    while k < end, k - start < 64, classes.rows[Int(base[k])] & (ByteClass.name | ByteClass.wide) != 0 { k += 1 }
    if k < end, base[k] == 0x3B, k > start + 1 {
      let name = String(decoding: UnsafeBufferPointer(start: base + start + 1, count: k - start - 1), as: UTF8.self)
      throw error(
        .reference, "the entity '\(name)' is not known: only amp, lt, gt, quot and apos are, and no DTD is read",
        at: start)
    }
    throw error(.reference, "'&' must begin a reference; write '&amp;' for the character itself", at: start)
  }

  private func cutReference(_ start: Int) throws(XMLError) -> UInt32? {
    if isFinal { throw error(.unexpectedEnd, "the document ends inside a reference", at: start) }
    return nil
  }
}
