// Values that are read as they pass, eight bytes at a time. Each scan either reads a whole plain value or says no: what
// is unusual takes the general way and has its verdict there.
import CIMModel
import XMLPull

enum ValueScan {
  @inline(__always)
  static func word(_ p: UnsafePointer<UInt8>) -> UInt64 { UnsafeRawPointer(p).loadUnaligned(as: UInt64.self) }

  @inline(__always)
  static func half(_ p: UnsafePointer<UInt8>) -> UInt32 { UnsafeRawPointer(p).loadUnaligned(as: UInt32.self) }

  /// 0x80 in the lowest byte that is zero; higher ones may be set wrongly.
  @inline(__always)
  static func zero(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word }

  /// The highest bit of each byte.
  static var tops: UInt64 { 0x8080_8080_8080_8080 }

  // MARK: Text

  /// Passes characters up to the terminator.
  ///
  /// - Parameters:
  ///   - terminator: '<' for content, the quote for attributes.
  ///   - continuations: raised by the bytes that begin no character.
  /// - Returns: false where a reference, a control character, bytes that are not UTF-8, or "]]>" stand.
  @inline(__always)
  static func text(_ p: inout UnsafePointer<UInt8>, terminator: UInt8, continuations: inout Int) -> Bool {
    let ends = UInt64(terminator) &* 0x0101_0101_0101_0101
    while true {
      let w = word(p)
      let special =
        (zero(w ^ ends) | zero(w ^ 0x2626_2626_2626_2626) | zero(w ^ 0x3C3C_3C3C_3C3C_3C3C)
          | zero(w ^ 0x3E3E_3E3E_3E3E_3E3E) | (w &- 0x2020_2020_2020_2020) | w) & 0x8080_8080_8080_8080
      if special == 0 {
        p += 8
        continue
      }
      p += special.trailingZeroBitCount >> 3
      if p.pointee == terminator { return true }
      if !passUnusual(&p, &continuations) { return false }
    }
  }

  @inline(never)
  private static func passUnusual(_ p: inout UnsafePointer<UInt8>, _ continuations: inout Int) -> Bool {
    let b = p.pointee
    if b == 0x3E {
      if p[-1] == 0x5D && p[-2] == 0x5D { return false }
      p += 1
      return true
    }
    // The word scan may stop early, behind a byte that borrowed; then there is nothing here.
    if b >= 0x20 && b < 0x80 && b != 0x26 && b != 0x3C {
      p += 1
      return true
    }
    guard b >= 0x80 else { return false }
    let length = XMLCharacters.wideLength(p)
    guard length > 0 else { return false }
    p += length
    continuations += length - 1
    return true
  }

  // MARK: xs:dateTime

  /// The day that was read last: stamps of one day follow one another, mostly.
  struct Day {
    /// "2026-11-" and "-21T" as words.
    var head: UInt64 = 0
    var tail: UInt32 = 0
    /// Its midnight.
    var microseconds: Int64 = 0
    /// The same of the day before it, which often comes back: values of one day are reported on the next.
    var earlier: (head: UInt64, tail: UInt32, microseconds: Int64) = (0, 0, 0)
  }

  /// Reads an xs:dateTime up to the terminator.
  ///
  /// - Parameters:
  ///   - microseconds: since 1970-01-01T00:00:00Z; digits beyond the sixth of a second are dropped.
  ///   - zone: added where the stamp has no zone.
  @inline(__always)
  static func dateTime(
    _ p: inout UnsafePointer<UInt8>, _ day: inout Day, terminator: UInt8, zone: Int64, _ microseconds: inout Int64
  ) -> Bool {
    if word(p) != day.head || half(p + 7) != day.tail {
      guard turnDay(p, &day) else { return false }
    }
    let x = word(p + 11) ^ 0x3030_3A30_303A_3030
    if ((x &+ 0x7676_7F76_767F_7676) | x) & 0x8080_8080_8080_8080 != 0 { return false }
    let y = x &* 10 &+ (x >> 8)
    let hour = Int64(y & 0xFF)
    let minute = Int64((y >> 24) & 0xFF)
    let second = Int64((y >> 48) & 0xFF)
    if hour > 23 || minute > 59 || second > 59 { return false }
    microseconds = day.microseconds &+ ((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000_000
    p += 19
    if p[0] == 0x5A && p[1] == terminator {
      p += 1
      return true
    }
    return readZone(&p, terminator, zone, &microseconds)
  }

  @inline(never)
  private static func readZone(
    _ p: inout UnsafePointer<UInt8>, _ terminator: UInt8, _ zone: Int64, _ microseconds: inout Int64
  ) -> Bool {
    if p[0] == 0x2E {
      p += 1
      var unit: Int64 = 100_000
      var digits = 0
      while p[0] &- 0x30 < 10 {
        microseconds &+= Int64(p[0] &- 0x30) &* unit
        unit /= 10
        digits += 1
        p += 1
      }
      if digits == 0 { return false }
    }
    switch p[0] {
    case 0x5A: p += 1
    case 0x2B, 0x2D:
      func digit(_ i: Int) -> Int64 { p[i] &- 0x30 < 10 ? Int64(p[i] &- 0x30) : 10_000 }
      let hours = digit(1) * 10 + digit(2)
      let minutes = digit(4) * 10 + digit(5)
      guard p[3] == 0x3A, minutes < 60, hours * 60 + minutes <= 840 else { return false }
      let offset = (hours * 60 + minutes) * 60_000_000
      microseconds &+= p[0] == 0x2B ? -offset : offset
      p += 6
    default: microseconds &+= zone
    }
    return p[0] == terminator
  }

  /// Another day than the last.
  @inline(never)
  private static func turnDay(_ p: UnsafePointer<UInt8>, _ day: inout Day) -> Bool {
    let last = (day.head, day.tail, day.microseconds)
    if word(p) == day.earlier.head && half(p + 7) == day.earlier.tail {
      (day.head, day.tail, day.microseconds) = day.earlier
    } else {
      guard readDay(p, &day) else { return false }
    }
    day.earlier = last
    return true
  }

  private static func readDay(_ p: UnsafePointer<UInt8>, _ day: inout Day) -> Bool {
    func digit(_ i: Int) -> Int { p[i] &- 0x30 < 10 ? Int(p[i] &- 0x30) : -100_000 }
    let year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3)
    let month = digit(5) * 10 + digit(6)
    let date = digit(8) * 10 + digit(9)
    guard year > 0, (1...12).contains(month), date > 0, date <= CivilDate.daysIn(month: month, ofYear: year),
      p[4] == 0x2D, p[7] == 0x2D, p[10] == 0x54
    else { return false }
    let days = CivilDate(year: year, month: month, day: date).daysSinceEpoch
    (day.head, day.tail, day.microseconds) = (word(p), half(p + 7), Int64(days) * 86_400_000_000)
    return true
  }

  // MARK: Decimals

  /// Reads a decimal of up to 18 digits up to '<'; leaves the cursor where it was when there is none.
  @inline(__always)
  static func decimal(_ p: inout UnsafePointer<UInt8>, _ mantissa: inout Int64, _ scale: inout UInt8) -> Bool {
    let w = word(p)
    let x = w ^ 0x3030_3030_3030_3030
    let other = ((x &+ 0x7676_7676_7676_7676) | x) & 0x8080_8080_8080_8080
    if other == 0 { return longDecimal(&p, &mantissa, &scale) }
    let n = UInt64(other.trailingZeroBitCount & 0x38)
    let c = (w >> n) & 0xFF
    var digits: UInt64
    let bits: UInt64
    if c == 0x3C {
      if n == 0 { return false }
      digits = x
      bits = n
      scale = 0
      p += Int(n >> 3)
    } else {
      let rest = other & (other &- 1)
      if c != 0x2E || rest == 0 { return longDecimal(&p, &mantissa, &scale) }
      let n2 = UInt64(rest.trailingZeroBitCount & 0x38)
      let mask = (UInt64(1) &<< n) &- 1
      digits = (x & mask) | ((x >> 8) & ~mask)
      bits = n2 &- 8
      if (w >> n2) & 0xFF != 0x3C || bits == 0 { return longDecimal(&p, &mantissa, &scale) }
      scale = UInt8(truncatingIfNeeded: (n2 &- n) >> 3) &- 1
      p += Int(n2 >> 3)
    }
    digits = digits &<< (64 &- bits)
    digits = (digits &* 10 &+ (digits >> 8)) & 0x00FF_00FF_00FF_00FF
    digits = (digits &* 100 &+ (digits >> 16)) & 0x0000_FFFF_0000_FFFF
    digits = (digits &* 10000 &+ (digits >> 32)) & 0xFFFF_FFFF
    mantissa = Int64(digits)
    return true
  }

  @inline(never)
  private static func longDecimal(_ p: inout UnsafePointer<UInt8>, _ mantissa: inout Int64, _ scale: inout UInt8)
    -> Bool
  {
    var q = p
    let isNegative = q[0] == 0x2D
    if isNegative || q[0] == 0x2B { q += 1 }
    var number: Int64 = 0
    var digits = 0
    var decimals = 0
    while q[0] &- 0x30 < 10 {
      number = number &* 10 &+ Int64(q[0] &- 0x30)
      digits += 1
      q += 1
    }
    if q[0] == 0x2E {
      q += 1
      while q[0] &- 0x30 < 10 {
        number = number &* 10 &+ Int64(q[0] &- 0x30)
        digits += 1
        decimals += 1
        q += 1
      }
    }
    guard digits > 0, digits <= 18, q[0] == 0x3C else { return false }
    mantissa = isNegative ? -number : number
    scale = UInt8(decimals)
    p = q
    return true
  }
}
