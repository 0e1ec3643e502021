// The utility's days: which an instant falls into, and when one begins and ends.
public import CIMModel

/// The local days of a zone, by number: 0 is 1970-01-01.
///
/// A day has 23, 24 or 25 hours. Instants are microseconds since 1970-01-01T00:00:00Z. Finding the day of an instant is
/// cheap as long as it is the same day as the last, which for readings it mostly is.
public struct LocalDays: Sendable {
  public let zone: ZoneRules
  private var day: Int32 = 0
  private var start: Int64 = 0
  private var end: Int64 = 0
  /// Days found lately: files mix readings of a few.
  private var recent: [(day: Int32, start: Int64, end: Int64)] = []
  private var oldest = 0
  private static let remembered = 16

  public init(_ zone: ZoneRules) { self.zone = zone }

  /// The day an instant falls into, and from it the instants that do.
  @inline(__always)
  public mutating func day(of instant: Int64) -> Int32 {
    if instant < start || instant >= end { find(instant) }
    return day
  }

  /// The end of the day that was found last: its first instant no more.
  public var endOfDay: Int64 { end }

  @inline(never)
  private mutating func find(_ instant: Int64) {
    for known in recent where instant >= known.start && instant < known.end {
      (day, start, end) = known
      return
    }
    search(instant)
    if recent.count < Self.remembered {
      recent.append((day, start, end))
    } else {
      recent[oldest] = (day, start, end)
      oldest = (oldest + 1) % Self.remembered
    }
  }

  private mutating func search(_ instant: Int64) {
    let second = floorDivided(instant, 1_000_000)
    // Years beyond the calendar's are not readings; they are kept from overflowing.
    let bounded = min(max(second, -62_135_596_800), 253_402_300_799)
    var candidate = Int32(floorDivided(bounded + Int64(zone.offset(at: bounded)), 86_400))
    // Where clocks go back over midnight, an instant belongs to the day that had begun already.
    for _ in 0..<2 where instant >= Self.firstInstant(of: candidate + 1, zone) { candidate += 1 }
    day = candidate
    start = Self.firstInstant(of: candidate, zone)
    end = Self.firstInstant(of: candidate + 1, zone)
  }

  /// The instants of a day.
  public func instants(of day: Int32) -> Range<Int64> {
    Self.firstInstant(of: day, zone)..<Self.firstInstant(of: day + 1, zone)
  }

  /// Seconds of a day: 86,400 but for days on which clocks change.
  public func length(of day: Int32) -> Int {
    let instants = instants(of: day)
    return Int((instants.upperBound - instants.lowerBound) / 1_000_000)
  }

  /// The first instant whose local date is the day's or a later one: midnight, or where a change leaves midnight out, the change.
  private static func firstInstant(of day: Int32, _ zone: ZoneRules) -> Int64 {
    let midnight = Int64(day) * 86_400
    // No zone is further from UTC than that.
    let window = midnight - 100_000..<midnight + 100_000
    var segment = window.lowerBound
    var offset = zone.offset(at: segment)
    for change in zone.changes(in: window) + [ZoneRules.Change(at: window.upperBound, offset: 0)] {
      let begin = max(segment, midnight - Int64(offset))
      if begin < change.at { return begin * 1_000_000 }
      segment = change.at
      offset = change.offset
    }
    return midnight * 1_000_000
  }

  /// The number of a calendar day.
  public static func number(_ date: CivilDate) -> Int32 { Int32(truncatingIfNeeded: date.daysSinceEpoch) }

  /// The calendar day of a number.
  public static func date(_ number: Int32) -> CivilDate { CivilDate(daysSinceEpoch: Int(number)) }

  /// Seconds that local time is ahead of UTC at an instant.
  public func offset(at instant: Int64) -> Int { zone.offset(at: floorDivided(instant, 1_000_000)) }
}
