// What stands between two tags without meaning anything: white space and comments.
import XMLPull

/// White space as it mostly comes: none, or one character and up to 31 blanks behind it. No branch depends on how much
/// there is of it: where that changes from tag to tag, a wrong guess of the processor costs more than the look.
struct Gap {
  /// Where something else stands, or more white space than that.
  let end: UnsafePointer<UInt8>
  /// Whether it begins with a line feed; there is no other in it.
  let isLineFeed: Bool

  @inline(__always)
  init(_ p: UnsafePointer<UInt8>) {
    let first = UInt64(p.pointee)
    isLineFeed = first == 0x0A
    // Blank, tab, line feed and carriage return.
    let isSpace = first <= 0x20 ? (0x1_0000_2600 as UInt64) &>> first & 1 : 0
    let q = p + Int(truncatingIfNeeded: isSpace)
    let blanks: UInt64 = 0x2020_2020_2020_2020
    let words = (
      ValueScan.word(q) ^ blanks, ValueScan.word(q + 8) ^ blanks, ValueScan.word(q + 16) ^ blanks,
      ValueScan.word(q + 24) ^ blanks
    )
    // A word that is all blanks passes the count on to the next one.
    let counts = (Self.blanks(words.0), Self.blanks(words.1), Self.blanks(words.2), Self.blanks(words.3))
    var count = counts.3
    count = counts.2 &+ (count & Self.allIfEight(counts.2))
    count = counts.1 &+ (count & Self.allIfEight(counts.1))
    count = counts.0 &+ (count & Self.allIfEight(counts.0))
    end = q + count
  }

  /// How many of a word's first bytes are zero. The top bit keeps the processor's search from finding nothing.
  @inline(__always)
  private static func blanks(_ word: UInt64) -> Int {
    (word | 1 << 63).trailingZeroBitCount &>> 3 &+ (word == 0 ? 1 : 0)
  }

  @inline(__always)
  private static func allIfEight(_ count: Int) -> Int { 0 &- count &>> 3 }

  /// Passes any white space.
  ///
  /// - Returns: whether markup stands behind it.
  @inline(never)
  static func passLong(
    _ p: inout UnsafePointer<UInt8>, _ lineStart: inout UnsafePointer<UInt8>, _ newlines: inout Int,
    _ continuations: inout Int
  ) -> Bool {
    while true {
      switch p.pointee {
      case 0x20, 0x09, 0x0D: p += 1
      case 0x0A:
        p += 1
        newlines += 1
        lineStart = p
        continuations = 0
      case 0x3C: return true
      default: return false
      }
    }
  }

  /// At "<!": passes a comment.
  @inline(never)
  static func passComment(
    _ p: inout UnsafePointer<UInt8>, _ lineStart: inout UnsafePointer<UInt8>, _ newlines: inout Int,
    _ continuations: inout Int
  ) -> Bool {
    guard p[2] == 0x2D, p[3] == 0x2D else { return false }
    var q = p + 4
    var lines = 0
    var start = lineStart
    var more = 0
    let limit = p + 1024
    while q < limit {
      let word = ValueScan.word(q)
      let special =
        (ValueScan.zero(word ^ 0x2D2D_2D2D_2D2D_2D2D) | (word &- 0x2020_2020_2020_2020) | word) & ValueScan.tops
      if special == 0 {
        q += 8
        continue
      }
      q += special.trailingZeroBitCount &>> 3
      let b = q.pointee
      if b >= 0x80 {
        let length = XMLCharacters.wideLength(q)
        if length == 0 { return false }
        q += length
        more += length - 1
        continue
      }
      if b == 0x2D && q[1] == 0x2D {
        guard q[2] == 0x3E else { return false }
        p = q + 3
        if lines > 0 {
          newlines += lines
          lineStart = start
          continuations = 0
        }
        continuations += more
        return true
      }
      q += 1
      if b == 0x0A {
        lines += 1
        start = q
        more = 0
      } else if b < 0x20 && b != 0x09 && b != 0x0D {
        return false
      }
    }
    return false
  }
}
