// White space and scalars in borrowed UTF-8.

extension UInt8 {
  /// Blank, tab, line feed or carriage return.
  var isXMLSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

  var isDigit: Bool { self &- 0x30 < 10 }

  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// 0 to 15, or nil for what is no hexadecimal digit.
  var hexDigit: UInt8? {
    if isDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The same memory from `lower` up to `upper`.
  func slice(_ lower: Int, _ upper: Int) -> Bytes { Bytes(rebasing: self[lower..<upper]) }

  /// Without white space at both ends.
  var trimmed: Bytes {
    var lower = 0
    var upper = count
    while lower < upper, self[lower].isXMLSpace { lower += 1 }
    while upper > lower, self[upper - 1].isXMLSpace { upper -= 1 }
    return lower == 0 && upper == count ? self : slice(lower, upper)
  }

  /// Whether `replace` would change nothing.
  var isReplaced: Bool { !contains { $0 == 0x0A || $0 == 0x0D || $0 == 0x09 } }

  /// Whether `collapse` would change nothing in a text that is already trimmed.
  var isCollapsed: Bool {
    var previous: UInt8 = 0
    for byte in self {
      if byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0x20 && previous == 0x20 { return false }
      previous = byte
    }
    return true
  }

  var replaced: [UInt8] { map { $0.isXMLSpace ? 0x20 : $0 } }

  var collapsed: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    forEachItem { item in
      if !result.isEmpty { result.append(0x20) }
      result.append(contentsOf: item)
      return true
    }
    return result
  }

  /// Calls `body` for each run of other characters than white space, until it answers false.
  func forEachItem(_ body: (Bytes) -> Bool) {
    var index = 0
    while true {
      while index < count, self[index].isXMLSpace { index += 1 }
      guard index < count else { return }
      let start = index
      while index < count, !self[index].isXMLSpace { index += 1 }
      guard body(slice(start, index)) else { return }
    }
  }

  /// Number of characters, each a Unicode scalar.
  var scalarCount: Int {
    var result = 0
    for byte in self where byte & 0xC0 != 0x80 { result += 1 }
    return result
  }

  /// The scalar at `index`, which moves behind it; U+FFFD for a byte that starts none.
  func nextScalar(_ index: inout Int) -> UInt32 {
    let first = self[index]
    index += 1
    guard first >= 0x80 else { return UInt32(first) }
    let length = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1
    guard first >= 0xC2, first < 0xF5, index + length <= count else { return 0xFFFD }
    var scalar = UInt32(first) & (0x3F >> UInt32(length))
    for _ in 0..<length {
      guard self[index] & 0xC0 == 0x80 else { return 0xFFFD }
      scalar = scalar << 6 | UInt32(self[index] & 0x3F)
      index += 1
    }
    return scalar
  }

  func equals(_ other: Bytes) -> Bool { count == other.count && elementsEqual(other) }
}

/// Calls `body` with the UTF-8 of `text`.
func withBytes<Result>(of text: String, _ body: (Bytes) -> Result) -> Result {
  var text = text
  return text.withUTF8(body)
}
