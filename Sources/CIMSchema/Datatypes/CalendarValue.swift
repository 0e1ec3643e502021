// The values of the dateTime family and their partial order.

/// A point in the calendar: the value of dateTime, time, date, gYearMonth, gYear, gMonthDay, gDay or gMonth.
///
/// With a time zone, the fields are in UTC. Fields a type does not have are those of the first of January 2000.
/// For periods such as a date, it is the first instant that counts.
///
/// - SeeAlso: XML Schema Part 2, 3.2.7 to 3.2.14
struct CalendarValue: Hashable, Sendable {
  let type: Primitive
  private(set) var year: Int64 = 2000
  private(set) var month = 1
  private(set) var day = 1
  /// Seconds since midnight.
  private(set) var second = 0
  private(set) var fraction = FractionDigits.zero
  let hasZone: Bool

  /// - Parameter type: one of the calendar types.
  /// - Throws: what is wrong with the text first, from the left; fields are looked at before their values.
  init(_ text: Bytes, as type: Primitive) throws(CalendarFault) {
    self.type = type
    var reader = CalendarReader(text)
    var endsDay = false
    switch type {
    case .dateTime, .date, .gYearMonth, .gYear:
      year = try reader.year()
      if type == .gYear { break }
      try reader.skip(0x2D)
      month = try reader.twoDigits()
      if type == .gYearMonth { break }
      try reader.skip(0x2D)
      day = try reader.twoDigits()
      if type == .dateTime { try reader.skip(0x54) }
    case .gMonthDay, .gMonth:
      try reader.skip(0x2D)
      try reader.skip(0x2D)
      month = try reader.twoDigits()
      if type == .gMonthDay {
        try reader.skip(0x2D)
        day = try reader.twoDigits()
      }
    case .gDay:
      for _ in 0..<3 { try reader.skip(0x2D) }
      day = try reader.twoDigits()
    default:
      // As Xerces: any day in the middle of a month will do for a time.
      day = 15
    }
    if type == .dateTime || type == .time {
      let time = try reader.time()
      endsDay = time.seconds == 86_400
      second = endsDay ? 0 : time.seconds
      fraction = time.fraction
    }
    let offset = try reader.zone()
    hasZone = offset != nil
    guard 1...12 ~= month else { throw .month }
    guard 1...CalendarValue.days(ofMonth: month, year: year) ~= day else { throw .day }
    if endsDay { nextDay() }
    shift(minutes: -(offset ?? 0))
  }

  /// Days of a month in the proleptic Gregorian calendar.
  ///
  /// As Part 2, appendix E: the rule for leap years is applied to years before our era as they are written.
  static func days(ofMonth month: Int, year: Int64) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  private mutating func nextDay() {
    day += 1
    guard day > CalendarValue.days(ofMonth: month, year: year) else { return }
    day = 1
    month += 1
    guard month > 12 else { return }
    month = 1
    year += year == -1 ? 2 : 1
  }

  private mutating func previousDay() {
    day -= 1
    guard day < 1 else { return }
    month -= 1
    if month < 1 {
      month = 12
      year -= year == 1 ? 2 : 1
    }
    day = CalendarValue.days(ofMonth: month, year: year)
  }

  private mutating func shift(minutes: Int) {
    second += minutes * 60
    if second < 0 {
      second += 86_400
      previousDay()
    } else if second >= 86_400 {
      second -= 86_400
      nextDay()
    }
  }

  /// A value without zone is less than one with a zone when it is so even in the zone 14 hours behind UTC, and greater
  /// when it is so even 14 hours ahead.
  ///
  /// - SeeAlso: XML Schema Part 2, 3.2.7.4
  func compare(to other: CalendarValue) -> Ordering {
    if hasZone == other.hasZone { return order(other) }
    if other.hasZone { return other.compare(to: self).reversed }
    var limit = other
    limit.shift(minutes: -14 * 60)
    if order(limit) == .less { return .less }
    limit = other
    limit.shift(minutes: 14 * 60)
    return order(limit) == .greater ? .greater : .incomparable
  }

  private func order(_ other: CalendarValue) -> Ordering {
    Ordering(year, other.year)
      .then(Ordering(month, other.month))
      .then(Ordering(day, other.day))
      .then(Ordering(second, other.second))
      .then(fraction.compare(to: other.fraction))
  }
}
