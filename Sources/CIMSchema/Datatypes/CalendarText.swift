// Reading the dateTime family: fixed fields in a fixed order.

/// What is wrong with a text that should be a date or time.
enum CalendarFault: Error, Hashable {
  /// The fields are not laid out as the type wants.
  case form
  /// The year is written with fewer than four digits, or with needless leading zeros.
  case yearDigits
  case yearZero
  case month
  /// The month has no such day.
  case day
  case time
  /// The zone is not Z, +hh:mm or -hh:mm within 14 hours.
  case zone
}

/// A cursor over the fields of a date or time.
struct CalendarReader {
  let text: Bytes
  var index = 0

  init(_ text: Bytes) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  mutating func skip(_ character: UInt8) throws(CalendarFault) {
    guard index < text.count, text[index] == character else { throw .form }
    index += 1
  }

  mutating func twoDigits() throws(CalendarFault) -> Int {
    guard index + 2 <= text.count, text[index].isDigit, text[index + 1].isDigit else { throw .form }
    defer { index += 2 }
    return Int(text[index] & 0x0F) * 10 + Int(text[index + 1] & 0x0F)
  }

  /// At least four digits, no needless zero in front, and not the year 0000, which XML Schema 1.0 does not know.
  mutating func year() throws(CalendarFault) -> Int64 {
    var isNegative = false
    if index < text.count, text[index] == 0x2D {
      isNegative = true
      index += 1
    }
    let start = index
    var year: Int64 = 0
    while index < text.count, text[index].isDigit {
      // Deviation: Part 2, 3.2.7 sets no limit; years of more than 18 digits are refused.
      guard index - start < 18 else { throw .yearDigits }
      year = year * 10 + Int64(text[index] & 0x0F)
      index += 1
    }
    let count = index - start
    guard count > 0 else { throw .form }
    guard count == 4 || count > 4 && text[start] != 0x30 else { throw .yearDigits }
    guard year != 0 else { throw .yearZero }
    return isNegative ? -year : year
  }

  /// Seconds since midnight, up to and including 24:00:00, and the fraction of the last one.
  mutating func time() throws(CalendarFault) -> (seconds: Int, fraction: FractionDigits) {
    let hour = try twoDigits()
    try skip(0x3A)
    let minute = try twoDigits()
    try skip(0x3A)
    let second = try twoDigits()
    var fraction = FractionDigits.zero
    if index < text.count, text[index] == 0x2E {
      index += 1
      let start = index
      while index < text.count, text[index].isDigit { index += 1 }
      guard index > start else { throw .form }
      fraction = FractionDigits(text.slice(start, index))
    }
    guard minute < 60, second < 60 else { throw .time }
    guard hour < 24 || hour == 24 && minute == 0 && second == 0 && fraction.isZero else { throw .time }
    return (hour * 3600 + minute * 60 + second, fraction)
  }

  /// Minutes east of UTC, or nil at the end of the text.
  mutating func zone() throws(CalendarFault) -> Int? {
    if isAtEnd { return nil }
    let sign = text[index]
    index += 1
    if sign == 0x5A {
      guard isAtEnd else { throw .form }
      return 0
    }
    guard sign == 0x2B || sign == 0x2D else { throw .form }
    // A hand-written zone is the commonest slip, so it has a fault of its own.
    guard index + 5 == text.count, text[index + 2] == 0x3A, text[index].isDigit, text[index + 1].isDigit,
      text[index + 3].isDigit, text[index + 4].isDigit
    else { throw .zone }
    let hours = try twoDigits()
    index += 1
    let minutes = try twoDigits()
    guard hours < 14 && minutes < 60 || hours == 14 && minutes == 0 else { throw .zone }
    return sign == 0x2D ? -(hours * 60 + minutes) : hours * 60 + minutes
  }
}
