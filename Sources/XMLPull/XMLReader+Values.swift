// The value of an element with references or CDATA sections in it, for a decoder that reads plain values by itself.

extension XMLReader {
  /// A value that had to be decoded.
  package struct DecodedValue {
    /// Where its end tag begins in the window.
    package var end: Int
    /// The value, in the reader's memory until its next call; '<' and 32 zero bytes stand behind it.
    package var bytes: XMLBytes
    /// Bytes before `end` that begin no character.
    package var continuations: Int
  }

  /// Decodes the character data from a place up to the end tag behind it; the reader stays where it is.
  ///
  /// - Returns: nil where anything but characters, references and CDATA sections of one line stands, or where something
  ///   is wrong: the tokens will tell.
  package mutating func decodedValue(at start: Int) -> DecodedValue? {
    scratch.removeAll()
    var i = start
    // Longer values are rare, and come in pieces.
    let limit = min(end, start + 4096)
    do throws(XMLError) {
      while i < limit {
        let b = base[i]
        switch b {
        case 0x3C:
          if base[i + 1] == 0x2F { return decoded(from: start, to: i) }
          guard matches("<![CDATA[", at: i), let next = try passCDATA(i + 9, limit) else { return nil }
          i = next
        case 0x26:
          guard let character = try reference(&i) else { return nil }
          scratch.append(scalar: character)
        case 0x20..<0x80:
          if b == 0x3E && i > start + 1 && base[i - 1] == 0x5D && base[i - 2] == 0x5D { return nil }
          appendPlain(&i)
        case 0x80...0xFF:
          guard let length = try wideCharacter(at: i) else { return nil }
          scratch.append(base + i, count: length)
          i += length
        default: return nil
        }
      }
    } catch {
      return nil
    }
    return nil
  }

  /// Takes a character of ASCII, and those behind it that mean nothing but themselves.
  private mutating func appendPlain(_ i: inout Int) {
    let start = i
    i += 1
    while i < end {
      let word = UnsafeRawPointer(base + i).loadUnaligned(as: UInt64.self)
      let special =
        zeroBytes(word ^ 0x3C3C_3C3C_3C3C_3C3C) | zeroBytes(word ^ 0x2626_2626_2626_2626)
        | zeroBytes(word ^ 0x3E3E_3E3E_3E3E_3E3E) | zeroBytes(word ^ 0x5D5D_5D5D_5D5D_5D5D)
        | ((word &- 0x2020_2020_2020_2020) | word) & 0x8080_8080_8080_8080
      if special != 0 {
        i += special.trailingZeroBitCount >> 3
        break
      }
      i += 8
    }
    scratch.append(base + start, count: i - start)
  }

  private mutating func passCDATA(_ start: Int, _ limit: Int) throws(XMLError) -> Int? {
    var i = start
    while i < limit {
      let b = base[i]
      if b == 0x5D && base[i + 1] == 0x5D && base[i + 2] == 0x3E { return i + 3 }
      if b >= 0x80 {
        guard let length = try wideCharacter(at: i) else { return nil }
        scratch.append(base + i, count: length)
        i += length
      } else if b >= 0x20 {
        appendPlain(&i)
      } else {
        return nil
      }
    }
    return nil
  }

  private mutating func decoded(from start: Int, to stop: Int) -> DecodedValue {
    let count = scratch.count
    scratch.append(0x3C)
    scratch.appendZeros(32)
    var continuations = 0
    for k in start..<stop where base[k] & 0xC0 == 0x80 { continuations &+= 1 }
    return DecodedValue(
      end: stop, bytes: XMLBytes(start: scratch.start, count: count), continuations: continuations)
  }
}
