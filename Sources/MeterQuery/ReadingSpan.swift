// Sums and the like over hours, days and months of local time, and over periods.
public import LocalTime
import CIMCodes
public import CIMModel
import MeterStore

/// Over what readings are put together.
public enum ReadingSpan: String, Sendable, Hashable, CaseIterable {
  case hour, day, month
}

extension SeriesReadings {
  /// How values of a reading type are put together.
  public enum Combination: String, Sendable, Hashable {
    /// Quantities of intervals: energy, volume, counts.
    case sum
    /// States of registers.
    case last
    /// Everything else: voltage, power, temperature.
    case mean
  }

  /// By the accumulation of the reading type: deltas are summed, of bulk quantities the last counts.
  public var combination: Combination {
    switch ReadingType(series.readingType)?.accumulation {
    case 4: .sum
    case 1, 3, 9: .last
    default: .mean
    }
  }

  /// One reading per span, stamped at its end; its qualities are all those of what it is made of, and 3.11.0 (derived).
  ///
  /// Means are rounded to six digits behind the point. What is no number is left out, and its span is then 3.11.1, made
  /// of incomplete data. A reading that is not there at all cannot be told here: completeness is validation's.
  public func combined(over span: ReadingSpan, days: LocalDays) -> SeriesReadings {
    var days = days
    return combined { Self.end(of: span, around: $0, &days) }
  }

  /// The same over periods between instants, as of bills. Readings outside of all periods are left out.
  ///
  /// - Parameter bounds: in any order; each is the end of one period and the begin of the next.
  public func combined(between bounds: [Timestamp]) -> SeriesReadings {
    let bounds = bounds.map(\.microseconds).sorted()
    guard let first = bounds.first, let last = bounds.last else { return SeriesReadings(meter: meter, series: series) }
    let shift: Int64 = series.isInterval ? 1 : 0
    var inside = self
    inside.readings.removeAll { reading in
      reading.time.microseconds - shift < first || reading.time.microseconds - shift >= last
    }
    var place = 0
    return inside.combined { instant in
      while place < bounds.count, bounds[place] <= instant { place += 1 }
      return place < bounds.count ? bounds[place] : last
    }
  }

  /// - Parameter endOfSpan: for an instant, later and later ones.
  private func combined(_ endOfSpan: (Int64) -> Int64) -> SeriesReadings {
    var result = SeriesReadings(meter: meter, series: series)
    var group: [Reading] = []
    var end: Int64 = .min
    func close() {
      if !group.isEmpty { result.readings.append(Self.combine(group, combination, end: end)) }
      group = []
    }
    for reading in readings {
      let instant = reading.time.microseconds - (series.isInterval ? 1 : 0)
      if instant >= end || group.isEmpty {
        close()
        end = endOfSpan(instant)
      }
      group.append(reading)
    }
    close()
    return result
  }

  private static func end(of span: ReadingSpan, around instant: Int64, _ days: inout LocalDays) -> Int64 {
    let day = days.day(of: instant)
    switch span {
    case .day: return days.endOfDay
    case .hour:
      // Local hours: where zones are half an hour off, so are they.
      let offset = Int64(days.offset(at: instant)) * 1_000_000
      let hour = (instant + offset).quotientAndRemainder(dividingBy: 3_600_000_000)
      return ((hour.remainder < 0 ? hour.quotient - 1 : hour.quotient) + 1) * 3_600_000_000 - offset
    case .month:
      let date = LocalDays.date(day)
      let next =
        date.month == 12
        ? CivilDate(year: date.year + 1, month: 1, day: 1) : CivilDate(year: date.year, month: date.month + 1, day: 1)
      return days.instants(of: LocalDays.number(next)).lowerBound
    }
  }

  private static func combine(_ group: [Reading], _ combination: Combination, end: Int64) -> Reading {
    let numbers = group.compactMap { $0.value.flatMap { ExactDecimal($0) } }
    var codes: [String] = []
    for reading in group { for code in reading.qualities where !codes.contains(code) { codes.append(code) } }
    let isComplete = numbers.count == group.count
    let value: ExactDecimal?
    switch combination {
    case .last: value = group.last?.value.flatMap { ExactDecimal($0) }
    case .sum: value = numbers.isEmpty ? nil : numbers.reduce(0) { $0 + $1 }
    case .mean: value = numbers.isEmpty ? nil : numbers.reduce(0) { $0 + $1 }.divided(by: numbers.count, places: 6)
    }
    codes.append(isComplete ? "3.11.0" : "3.11.1")
    return Reading(time: Timestamp(microseconds: end), value: value?.description, qualities: codes)
  }
}
