// Advice for dates and times.

extension Wording {
  /// How to write a date or time, given a text that is none.
  static func calendar(_ form: LexicalForm, _ text: [UInt8]) -> String {
    guard let type = form.calendar else { return "write a date or time" }
    return text.withUnsafeBufferPointer { bytes in
      do throws(CalendarFault) {
        _ = try CalendarValue(bytes, as: type)
        return "write it as in \(example(of: type))"
      } catch {
        return advice(error, type, bytes)
      }
    }
  }

  private static func advice(_ fault: CalendarFault, _ type: Primitive, _ text: Bytes) -> String {
    let pattern = "as in \(example(of: type))"
    switch fault {
    case .yearDigits:
      return formAdvice(type, text) ?? "write the year with four digits, or more if it needs them, \(pattern)"
    case .yearZero: return "there is no year 0000; the year before 0001 is -0001"
    case .month: return "months are 01 to 12, \(pattern)"
    case .day: return "the month has no such day"
    case .time: return "hours are 00 to 23 (or 24:00:00), minutes and seconds 00 to 59, \(pattern)"
    case .zone: return "write the time zone as Z, +hh:mm or -hh:mm, at most 14:00, \(pattern)"
    case .form: return formAdvice(type, text) ?? "write it \(pattern)"
    }
  }

  private static func formAdvice(_ type: Primitive, _ text: Bytes) -> String? {
    let pattern = "as in \(example(of: type))"
    let isDate = (try? CalendarValue(text, as: .date)) != nil
    let isDateTime = (try? CalendarValue(text, as: .dateTime)) != nil
    switch type {
    case .dateTime:
      if isDate { return "the time is missing; write T and the time after the date, \(pattern)" }
      if text.count > 10, text[10] == 0x20 { return "write T between date and time, \(pattern)" }
      if text.contains(0x2F) { return "write year-month-day with hyphens, \(pattern)" }
      if text.contains(0x74) || text.contains(0x7A) { return "write T and Z as capital letters, \(pattern)" }
      if text.contains(0x2C) { return "write a point before the fraction of a second, as in 10:00:00.5" }
      if text.count >= 16, text.slice(11, text.count).filter({ $0 == 0x3A }).count == 1, text[10] == 0x54 {
        return "the seconds are missing; write them, \(pattern)"
      }
    case .date:
      if isDateTime { return "write the date only, \(pattern)" }
      if text.contains(0x2F) || text.contains(0x2E) { return "write year-month-day with hyphens, \(pattern)" }
    case .time:
      if isDateTime { return "write the time only, \(pattern)" }
      if text.count == 5 { return "write the seconds too, \(pattern)" }
    default: break
    }
    return nil
  }

  /// A value of a calendar type.
  private static func example(of type: Primitive) -> String {
    switch type {
    case .dateTime: "2024-05-01T10:00:00Z"
    case .time: "10:00:00Z"
    case .date: "2024-05-01"
    case .gYearMonth: "2024-05"
    case .gYear: "2024"
    case .gMonthDay: "--05-01"
    case .gDay: "---01"
    default: "--05"
    }
  }
}
