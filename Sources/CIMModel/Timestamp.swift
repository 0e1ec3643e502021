// An instant in UTC, and its form as xs:dateTime.

/// An instant in UTC with microsecond resolution.
///
/// Interval readings are stamped at the END of their interval (IEC 61968-9, 5.3.3).
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Whole seconds since 1970-01-01T00:00:00Z.
  public init(seconds: Int64) { microseconds = seconds &* 1_000_000 }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  public func adding(seconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds &+ seconds &* 1_000_000) }

  /// Seconds from `earlier` to this instant, with fraction.
  public func seconds(since earlier: Timestamp) -> Double { Double(microseconds &- earlier.microseconds) / 1_000_000 }
}

extension Timestamp {
  /// Reads an xs:dateTime. White space around it is allowed; digits beyond the sixth of a second are dropped.
  ///
  /// - Parameters:
  ///   - text: e.g. "2026-11-21T10:15:00Z", "2026-11-21T11:15:00.25+01:00".
  ///   - zoneOffsetMinutes: what a stamp without a zone is taken to be in; nil refuses such stamps.
  /// - Returns: nil when the text is no xs:dateTime of the years 1 to 9999.
  public init?(xmlText text: some StringProtocol, zoneOffsetMinutes: Int? = 0) {
    var bytes = ArraySlice(text.utf8)
    func isSpace(_ b: UInt8) -> Bool { b == 0x20 || b == 0x09 || b == 0x0A || b == 0x0D }
    while let b = bytes.first, isSpace(b) { bytes.removeFirst() }
    while let b = bytes.last, isSpace(b) { bytes.removeLast() }
    var scanner = DigitScanner(bytes)
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
      scanner.skip("-"),
      let day = scanner.number(digits: 2), scanner.skip("T"), var hour = scanner.number(digits: 2), scanner.skip(":"),
      let minute = scanner.number(digits: 2), scanner.skip(":"), let second = scanner.number(digits: 2)
    else { return nil }
    var micros = 0
    if scanner.skip(".") {
      var scale = 100_000
      var digits = 0
      while let digit = scanner.digit() {
        micros += digit * scale
        scale /= 10
        digits += 1
      }
      if digits == 0 { return nil }
    }
    var offset = 0
    if scanner.skip("Z") {
      offset = 0
    } else if let sign = scanner.sign() {
      guard let hours = scanner.number(digits: 2), scanner.skip(":"), let minutes = scanner.number(digits: 2),
        minutes <= 59, hours * 60 + minutes <= 840
      else { return nil }
      offset = sign * (hours * 60 + minutes)
    } else {
      guard let zoneOffsetMinutes else { return nil }
      offset = zoneOffsetMinutes
    }
    guard scanner.atEnd, year >= 1, (1...12).contains(month), day >= 1,
      day <= CivilDate.daysIn(month: month, ofYear: year), minute <= 59, second <= 59
    else { return nil }
    var extraDays = 0
    if hour == 24 {
      // 24:00:00 is the first instant of the next day (XML Schema Part 2, 3.2.7).
      guard minute == 0, second == 0, micros == 0 else { return nil }
      hour = 0
      extraDays = 1
    }
    guard hour <= 23 else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch + extraDays
    let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(micros))
  }

  /// This instant as xs:dateTime in UTC, with a fraction of a second only where there is one: "2026-11-21T10:15:00Z".
  public var xmlText: String {
    let (seconds, micros) = floorDivide(microseconds, 1_000_000)
    let (days, secondOfDay) = floorDivide(seconds, 86_400)
    let date = CivilDate(daysSinceEpoch: Int(days))
    // Years have four digits or more.
    let years = (0...9999).contains(date.year) ? "" : String(date.year / 10_000)
    return years
      + String(unsafeUninitializedCapacity: 27) { text in
        var end = 0
        func write(_ value: Int, _ digits: Int, _ mark: Unicode.Scalar) {
          var rest = value
          for place in (end..<end + digits).reversed() {
            text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
          }
          text[end + digits] = UInt8(ascii: mark)
          end += digits + 1
        }
        write(abs(date.year) % 10_000, 4, "-")
        write(date.month, 2, "-")
        write(date.day, 2, "T")
        write(Int(secondOfDay) / 3600, 2, ":")
        write(Int(secondOfDay) / 60 % 60, 2, ":")
        write(Int(secondOfDay) % 60, 2, "Z")
        guard micros != 0 else { return end }
        text[end - 1] = UInt8(ascii: ".")
        write(Int(micros), 6, "Z")
        while text[end - 2] == UInt8(ascii: "0") { end -= 1 }
        text[end - 1] = UInt8(ascii: "Z")
        return end
      }
  }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Sendable, Hashable {
  public var year: Int
  public var month: Int
  public var day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that lies this many days after 1970-01-01.
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days from 1970-01-01 to this date.
  public var daysSinceEpoch: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  public static func daysIn(month: Int, ofYear year: Int) -> Int {
    switch month {
    case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }
}

private func floorDivide(_ value: Int64, _ by: Int64) -> (quotient: Int64, remainder: Int64) {
  let (q, r) = value.quotientAndRemainder(dividingBy: by)
  return r < 0 ? (q - 1, r + by) : (q, r)
}

private struct DigitScanner {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var atEnd: Bool { rest.isEmpty }

  mutating func digit() -> Int? {
    guard let b = rest.first, b &- 0x30 < 10 else { return nil }
    rest.removeFirst()
    return Int(b &- 0x30)
  }

  mutating func number(digits: Int) -> Int? {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let b = rest.first, UInt32(b) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func sign() -> Int? { skip("+") ? 1 : skip("-") ? -1 : nil }
}
