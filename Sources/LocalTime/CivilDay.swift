// Days as numbers, and the calendar's names for them.
import CIMModel

/// The day in UTC of an instant.
struct CivilDay {
  private let date: CivilDate
  var year: Int { date.year }

  /// - Parameter instant: seconds since 1970-01-01T00:00:00Z.
  init(_ instant: Int64) { date = CivilDate(daysSinceEpoch: Int(floorDivided(instant, 86_400))) }

  /// Days since 1970-01-01.
  static func number(year: Int, month: Int, day: Int) -> Int {
    CivilDate(year: year, month: month, day: day).daysSinceEpoch
  }
}

/// The quotient rounded down, for a divisor above 0.
func floorDivided(_ value: Int64, _ divisor: Int64) -> Int64 {
  let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
  return rest < 0 ? quotient - 1 : quotient
}
