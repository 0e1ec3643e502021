// How many columns text takes on a terminal, and text made safe to print.

extension Character {
  /// Columns this character takes: 0, 1 or 2. A base with combining marks counts as its base.
  var displayWidth: Int {
    var width = 0
    for scalar in unicodeScalars {
      // U+FE0F asks for the coloured picture of what may also be a letter-like sign; pictures are wide.
      if scalar.value == 0xFE0F && width == 1 && unicodeScalars.first?.properties.isEmoji == true { return 2 }
      width = max(width, scalar.displayWidth)
    }
    return width
  }
}

extension Unicode.Scalar {
  var displayWidth: Int {
    if value < 0x300 {
      return value >= 0x20 && value != 0x7F && !(0x80..<0xA0).contains(value) && value != 0xAD ? 1 : 0
    }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .surrogate: return 0
    default: break
    }
    // Vowels and final consonants of Korean syllables stack onto the initial before them.
    if (0x1160...0x11FF).contains(value) { return 0 }
    return properties.isEmojiPresentation || WideCharacters.contain(value) ? 2 : 1
  }

  /// True for what may move the cursor, change colours or turn the direction of the text.
  var isTerminalControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
    default:
      (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) || value == 0x200E || value == 0x200F
    }
  }
}

/// The blocks of East Asian wide and fullwidth characters (Unicode Standard Annex 11).
enum WideCharacters {
  private static let ranges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x2FF0...0x303E, 0x3041...0x3096,
    0x3099...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x3190...0x31E3, 0x31EF...0x321E, 0x3220...0x3247,
    0x3250...0x4DBF, 0x4E00...0xA48C, 0xA490...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE52, 0xFE54...0xFE66, 0xFE68...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18CFF, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]

  static func contain(_ value: UInt32) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }
}

extension String {
  /// Columns this text takes on a terminal, e.g. 4 for "電力" and 1 for "e" with a combining accent.
  public var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// This text on one line and without what could command the terminal (escape sequences, direction overrides): line
  /// breaks and tabs become spaces, other control characters "?".
  public var printable: String {
    guard unicodeScalars.contains(where: \.isTerminalControl) else { return self }
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      case "\t", "\n", "\r", "\u{2028}", "\u{2029}", "\u{85}": result.append(" ")
      default: result.append(scalar.isTerminalControl ? "?" : scalar)
      }
      previous = scalar
    }
    return String(result)
  }
}
