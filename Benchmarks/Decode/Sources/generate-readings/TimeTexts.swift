// Time stamps of the days that the meters report.

struct TimeTexts {
  /// Half hours 0 to 48 of a day as text, by days before, zone and whether fractions of a second are written.
  private var known: [String: [String]] = [:]

  /// The end of half hour `number`, 0 being the start of the day, 48 its end.
  mutating func halfHour(_ number: Int, _ day: MeterDay, fraction: String = "") -> String {
    let key = "\(day.daysBefore)\(day.zone)\(fraction)"
    if let texts = known[key] { return texts[number] }
    let texts = (0...48).map { text(secondOfDay: $0 * 1800, day, fraction: fraction) }
    known[key] = texts
    return texts[number]
  }

  /// A day's texts at once: a look-up for each stamp would be half of the generator's time.
  mutating func halfHours(_ day: MeterDay, fraction: String) -> [String] {
    _ = halfHour(0, day, fraction: fraction)
    return known["\(day.daysBefore)\(day.zone)\(fraction)"] ?? []
  }

  /// - Parameter secondOfDay: up to two days' worth of seconds.
  func text(secondOfDay: Int, _ day: MeterDay, fraction: String = "") -> String {
    // Days counted from 1 January 2026; all of them are in January or February.
    let dayOfYear = 40 - day.daysBefore + secondOfDay / 86_400
    let (month, dayOfMonth) = dayOfYear < 31 ? (1, dayOfYear + 1) : (2, dayOfYear - 30)
    let second = secondOfDay % 86_400
    let time = [second / 3600, second / 60 % 60, second % 60].map { MeterDay.padded($0, 2) }.joined(separator: ":")
    return "2026-0\(month)-\(MeterDay.padded(dayOfMonth, 2))T\(time)\(fraction)\(day.zone)"
  }
}
