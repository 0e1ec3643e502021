// Periods that a question names: any number, in any order, overlapping as they like.
import LocalTime
public import CIMModel
import MeterStore

/// A set of instants made of periods. Each instant is in it or not, however many periods it lies in.
public struct ReadingPeriods: Sendable, Hashable {
  /// An absent side is open.
  public struct Period: Sendable, Hashable {
    public var start: Timestamp?
    public var end: Timestamp?

    public init(start: Timestamp? = nil, end: Timestamp? = nil) {
      self.start = start
      self.end = end
    }
  }

  private let parts: [ClosedRange<Int64>]

  /// Periods that end before they begin have nothing in them.
  public init(_ periods: [Period]) {
    let sorted = periods.compactMap { period -> ClosedRange<Int64>? in
      let start = period.start?.microseconds ?? .min
      let end = period.end?.microseconds ?? .max
      return start <= end ? start...end : nil
    }.sorted { $0.lowerBound < $1.lowerBound }
    var parts: [ClosedRange<Int64>] = []
    for period in sorted {
      if let last = parts.last, period.lowerBound <= last.upperBound {
        parts[parts.count - 1] = last.lowerBound...max(last.upperBound, period.upperBound)
      } else {
        parts.append(period)
      }
    }
    self.parts = parts
  }

  public var isEmpty: Bool { parts.isEmpty }

  /// Whether an interval that ends at a stamp lies in one of the periods, or a reading is of one of their instants, their
  /// begin and end among them: a bill wants the register at both.
  public func contains(_ stamp: Int64, isInterval: Bool) -> Bool {
    // The last part that begins at the stamp or before it.
    var low = 0
    var high = parts.count
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].lowerBound <= stamp { low = middle + 1 } else { high = middle }
    }
    guard low > 0, stamp <= parts[low - 1].upperBound else { return false }
    return !isInterval || stamp > parts[low - 1].lowerBound
  }

  /// The days that may have readings in the periods, in order, each once.
  ///
  /// - Parameter stored: days that there are at all; periods without begin or end are bounded by them.
  func days(_ days: LocalDays, within stored: ClosedRange<Int32>) -> [ClosedRange<Int32>] {
    var days = days
    let first = days.instants(of: stored.lowerBound).lowerBound
    let last = days.instants(of: stored.upperBound).upperBound
    var found: [ClosedRange<Int32>] = []
    for part in parts where part.upperBound >= first && part.lowerBound <= last {
      let start = max(days.day(of: max(part.lowerBound, first)), stored.lowerBound)
      let end = min(days.day(of: min(part.upperBound, last)), stored.upperBound)
      guard start <= end else { continue }
      if let before = found.last, start <= before.upperBound {
        found[found.count - 1] = before.lowerBound...max(end, before.upperBound)
      } else {
        found.append(start...end)
      }
    }
    return found
  }
}
