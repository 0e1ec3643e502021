// Character data and CDATA sections.

extension XMLReader {
  /// Character data from the cursor up to the next markup or the end of what is in memory.
  ///
  /// - Returns: `.text`, `.needInput`, or nil when nothing stands here but markup follows.
  mutating func readText() throws(XMLError) -> XMLToken? {
    let start = cursor
    var i = cursor
    textIsDecoded = false
    // Plain characters: eight at a time while none of them needs a look.
    scan: while true {
      let word = UnsafeRawPointer(base + i).loadUnaligned(as: UInt64.self)
      let special =
        zeroBytes(word ^ 0x3C3C_3C3C_3C3C_3C3C) | zeroBytes(word ^ 0x2626_2626_2626_2626)
        | zeroBytes(word ^ 0x5D5D_5D5D_5D5D_5D5D) | ((word &- 0x2020_2020_2020_2020) & ~word) & 0x8080_8080_8080_8080
        | (word & 0x8080_8080_8080_8080)
      if special == 0 {
        i += 8
        continue
      }
      i += special.trailingZeroBitCount >> 3
      let b = base[i]
      switch b {
      case 0x09, 0x0A: i += 1
      case 0x3C: break scan
      case 0x80...0xFF where i < end:
        guard let length = try wideCharacter(at: i) else { break scan }
        i += length
      case 0x5D:
        if i + 2 >= end && !isFinal { break scan }
        if base[i + 1] == 0x5D && base[i + 2] == 0x3E {
          throw error(.malformed, "']]>' stands in text; write ']]&gt;'", at: i)
        }
        i += 1
      default:
        break scan
      }
    }
    i = min(i, end)
    if i < end, base[i] != 0x3C {
      // A reference, a carriage return, a character split between chunks, or something illegal: decode piece by piece.
      return try readDecodedText(plainUpTo: i)
    }
    if i > start {
      textStart = start
      textLength = i - start
      cursor = i
      return .text
    }
    if i >= end {
      if isFinal { throw unclosed(at: end) }
      return .needInput
    }
    return nil
  }

  private mutating func readDecodedText(plainUpTo plain: Int) throws(XMLError) -> XMLToken? {
    scratch.removeAll()
    scratch.append(base + cursor, count: plain - cursor)
    var i = plain
    // One piece carries at most 64 KiB, so that endless text takes no endless memory.
    decode: while i < end && scratch.count < 1 << 16 {
      let b = base[i]
      switch b {
      case 0x3C: break decode
      case 0x26:
        guard let character = try reference(&i) else { break decode }
        scratch.append(scalar: character)
      case 0x0D:
        if i + 1 >= end && !isFinal { break decode }
        scratch.append(0x0A)
        i += base[i + 1] == 0x0A ? 2 : 1
      case 0x5D:
        if i + 2 >= end && !isFinal { break decode }
        if base[i + 1] == 0x5D && base[i + 2] == 0x3E {
          throw error(.malformed, "']]>' stands in text; write ']]&gt;'", at: i)
        }
        scratch.append(b)
        i += 1
      case 0x80...0xFF:
        guard let length = try wideCharacter(at: i) else { break decode }
        scratch.append(base + i, count: length)
        i += length
      default:
        if b < 0x20 && b != 0x09 && b != 0x0A { throw illegalCharacter(UInt32(b), at: i) }
        scratch.append(b)
        i += 1
      }
    }
    if i == cursor {
      if isFinal { throw unclosed(at: end) }
      return .needInput
    }
    cursor = i
    textIsDecoded = true
    return .text
  }

  /// At '<![CDATA[': the section as one text token.
  mutating func readCDATA() throws(XMLError) -> Markup {
    var i = cursor + 9
    scratch.removeAll()
    while true {
      if base[i] == 0x5D && base[i + 1] == 0x5D && base[i + 2] == 0x3E && i + 2 < end {
        cursor = i + 3
        textIsDecoded = true
        return scratch.count == 0 ? .skipped : .token(.text)
      }
      if i + 2 >= end && !isFinal { return try needMore(at: i, in: "a CDATA section") ? .skipped : .needInput }
      let from = i
      guard try stepCharacter(&i, in: "a CDATA section") else { return .needInput }
      if base[from] == 0x0D {
        scratch.append(0x0A)
        if base[i] == 0x0A { i += 1 }
      } else {
        scratch.append(base + from, count: i - from)
      }
    }
  }

  private func unclosed(at index: Int) -> XMLError {
    let open = openElements[openElements.count - 1]
    let name = String(
      decoding: UnsafeBufferPointer(start: openNames.start + open.nameOffset, count: open.nameLength), as: UTF8.self)
    return error(.unexpectedEnd, "the document ends before </\(name)>: it is cut off", at: index)
  }

  /// 0x80 in every byte that is zero in the word.
  @inline(__always)
  func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}
