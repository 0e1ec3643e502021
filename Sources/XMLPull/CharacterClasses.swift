// Which bytes and characters may stand where (XML 1.0, fifth edition, productions 2 to 5).

/// Classes of bytes, as bits.
enum ByteClass {
  static let space: UInt8 = 1
  static let nameStart: UInt8 = 2
  static let name: UInt8 = 4
  /// First or later byte of a character beyond ASCII: the character decides.
  static let wide: UInt8 = 8
}

/// One row per byte value.
struct ByteClassTable: ~Copyable {
  let rows: UnsafeMutablePointer<UInt8>

  init() {
    rows = .allocate(capacity: 256)
    for i in 0..<256 {
      let b = UInt8(i)
      var row: UInt8 = 0
      switch b {
      case 0x20, 0x09, 0x0A, 0x0D: row = ByteClass.space
      case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x3A: row = ByteClass.nameStart | ByteClass.name
      case 0x30...0x39, 0x2D, 0x2E: row = ByteClass.name
      case 0x80...0xFF: row = ByteClass.wide
      default: break
      }
      rows[i] = row
    }
  }

  deinit { rows.deallocate() }
}

/// Character classes beyond ASCII.
public enum XMLCharacters {
  /// NameStartChar, the colon included.
  public static func isNameStart(_ c: UInt32) -> Bool {
    switch c {
    case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF,
      0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD,
      0x10000...0xEFFFF:
      return true
    default: return false
    }
  }

  /// NameChar, the colon included.
  public static func isName(_ c: UInt32) -> Bool {
    switch c {
    case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: return true
    default: return isNameStart(c)
    }
  }

  /// Char: what may stand in a document at all.
  public static func isCharacter(_ c: UInt32) -> Bool {
    switch c {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: return true
    default: return false
    }
  }

  /// Bytes of the character beyond ASCII that begins here; 0 where the bytes are not UTF-8 or XML does not allow it.
  ///
  /// Reads no byte behind the first that is wrong.
  package static func wideLength(_ p: UnsafePointer<UInt8>) -> Int {
    func follows(_ i: Int) -> Bool { p[i] & 0xC0 == 0x80 }
    let b = p.pointee
    switch b {
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0...0xEF:
      guard follows(1) && follows(2) else { return 0 }
      if b == 0xE0 && p[1] < 0xA0 || b == 0xED && p[1] >= 0xA0 { return 0 }
      if b == 0xEF && p[1] == 0xBF && p[2] >= 0xBE { return 0 }
      return 3
    case 0xF0...0xF4:
      guard follows(1) && follows(2) && follows(3) else { return 0 }
      if b == 0xF0 && p[1] < 0x90 || b == 0xF4 && p[1] >= 0x90 { return 0 }
      return 4
    default: return 0
    }
  }

  public static func isSpace(_ b: UInt8) -> Bool { b == 0x20 || b == 0x0A || b == 0x0D || b == 0x09 }

  /// Whether the text is an NCName: a name without colon.
  public static func isNCName(_ text: some StringProtocol) -> Bool {
    var first = true
    for scalar in text.unicodeScalars {
      if scalar == ":" || !(first ? isNameStart(scalar.value) : isName(scalar.value)) { return false }
      first = false
    }
    return !first
  }
}
