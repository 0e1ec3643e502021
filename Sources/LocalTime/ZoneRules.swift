// When local time differs from UTC by how much: the law of one time zone.

/// The rules of a time zone: changes of the past as a list, those to come as a rule.
///
/// Fixed offsets are not enough: a day with a change to or from daylight saving time has 23 or 25 hours.
public struct ZoneRules: Sendable, Hashable {
  /// From an instant on, local time is UTC and so many seconds more.
  public struct Change: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var at: Int64
    /// Seconds east of UTC.
    public var offset: Int

    public init(at: Int64, offset: Int) {
      self.at = at
      self.offset = offset
    }
  }

  /// The name it was made from: "Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3".
  public let name: String
  /// Before the first change.
  let firstOffset: Int
  /// In order of time.
  let changes: [Change]
  /// Behind the last change; nil: its offset stays.
  let rule: YearlyRule?

  init(name: String, firstOffset: Int, changes: [Change], rule: YearlyRule?) {
    self.name = name
    self.firstOffset = firstOffset
    self.changes = changes
    self.rule = rule
  }

  /// Always the same offset, in seconds east of UTC.
  public init(name: String, offset: Int) {
    self.init(name: name, firstOffset: offset, changes: [], rule: nil)
  }

  public static let utc = ZoneRules(name: "UTC", offset: 0)

  /// Seconds that local time is ahead of UTC at an instant, given in seconds since 1970-01-01T00:00:00Z.
  public func offset(at instant: Int64) -> Int {
    guard let last = changes.last else { return rule?.offset(at: instant) ?? firstOffset }
    if instant >= last.at { return rule?.offset(at: instant) ?? last.offset }
    // The first change behind the instant.
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at <= instant { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? firstOffset : changes[low - 1].offset
  }

  /// The changes within a span, in order; the span is at most some days.
  func changes(in span: Range<Int64>) -> [Change] {
    var found = changes.filter { span.contains($0.at) }
    let known = changes.last?.at ?? .min
    found += (rule?.changes(in: span) ?? []).filter { $0.at > known }
    return found
  }
}

/// Standard and daylight saving time, year by year the same.
struct YearlyRule: Sendable, Hashable {
  /// A day of the year and the local second of it at which the clock changes.
  struct Turn: Sendable, Hashable {
    enum Day: Sendable, Hashable {
      /// Month 1 to 12, week 1 to 5 (the last), weekday 0 (Sunday) to 6.
      case weekday(month: Int, week: Int, weekday: Int)
      /// 1 to 365; 29 February is never counted.
      case julian(Int)
      /// 0 to 365; 29 February counts.
      case zeroBased(Int)
    }
    var day: Day
    /// Seconds after local midnight, by the clock before the change; may be negative or over a day.
    var second: Int
  }

  var standard: Int
  var saving: Int
  /// Nil: standard time all year.
  var turns: Turns?

  struct Turns: Sendable, Hashable {
    var start: Turn
    var end: Turn
  }

  func offset(at instant: Int64) -> Int {
    guard turns != nil else { return standard }
    var offset = standard
    var latest = Int64.min
    let year = CivilDay(instant).year
    for other in (year - 1)...(year + 1) {
      for change in changes(ofYear: other) where change.at <= instant && change.at >= latest {
        latest = change.at
        offset = change.offset
      }
    }
    return offset
  }

  func changes(in span: Range<Int64>) -> [ZoneRules.Change] {
    let years = (CivilDay(span.lowerBound).year - 1)...(CivilDay(span.upperBound).year + 1)
    return years.flatMap { changes(ofYear: $0) }.filter { span.contains($0.at) }.sorted { $0.at < $1.at }
  }

  private func changes(ofYear year: Int) -> [ZoneRules.Change] {
    guard let turns else { return [] }
    return [
      ZoneRules.Change(at: turns.start.second(ofYear: year) - Int64(standard), offset: saving),
      ZoneRules.Change(at: turns.end.second(ofYear: year) - Int64(saving), offset: standard),
    ]
  }
}

extension YearlyRule.Turn {
  /// The local second since 1970 by the clock before the change.
  func second(ofYear year: Int) -> Int64 {
    let newYear = CivilDay.number(year: year, month: 1, day: 1)
    let isLeap = CivilDay.number(year: year, month: 3, day: 1) - newYear == 60
    let number: Int
    switch day {
    case .julian(let day): number = newYear + day - 1 + (isLeap && day >= 60 ? 1 : 0)
    case .zeroBased(let day): number = newYear + day
    case .weekday(let month, let week, let weekday):
      let first = CivilDay.number(year: year, month: month, day: 1)
      // 1970-01-01 was a Thursday.
      let ahead = (weekday - (first + 4) % 7 + 7) % 7
      var found = first + ahead + (week - 1) * 7
      let next =
        month == 12
        ? CivilDay.number(year: year + 1, month: 1, day: 1) : CivilDay.number(year: year, month: month + 1, day: 1)
      if found >= next { found -= 7 }
      number = found
    }
    return Int64(number) * 86_400 + Int64(second)
  }
}
