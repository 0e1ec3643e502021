// When a read schedule falls due.
import CIMModel

/// One schedule a metering system keeps.
struct ReadSchedule: Sendable {
  /// MessageID of the request, which the readings carry as their CorrelationID.
  var correlationID: String?
  var meters: [Int]
  var types: [(code: String, quantity: Quantity)]
  private var dueTimes: DueTimes

  /// What is due: the instant, and the period since the due time before it.
  struct Due: Hashable {
    var time: Timestamp
    var since: Timestamp
  }

  /// Why a TimeSchedule cannot be kept.
  enum Failure: Error, Hashable {
    /// Neither TimePoints nor a recurrencePeriod with an end.
    case unbounded
    /// More due times than `dueLimit`.
    case tooMany
  }

  static let dueLimit: Int64 = 10_000

  init(
    correlationID: String?, meters: [Int], types: [(code: String, quantity: Quantity)], schedule: TimeSchedule,
    now: Timestamp
  ) throws(Failure) {
    self.correlationID = correlationID
    self.meters = meters
    self.types = types
    dueTimes = try DueTimes(schedule, now: now)
  }

  /// The next due time; nil when the schedule has ended.
  var next: Due? { dueTimes.next }

  mutating func advance() { dueTimes.advance() }

  private enum DueTimes: Sendable {
    case points([Timestamp], since: Timestamp)
    case recurring(next: Timestamp, period: Int64, end: Timestamp)

    init(_ schedule: TimeSchedule, now: Timestamp) throws(Failure) {
      let interval = schedule.scheduleInterval
      if !schedule.timePoints.isEmpty {
        guard schedule.timePoints.count <= Int(ReadSchedule.dueLimit) else { throw .tooMany }
        let points = schedule.timePoints.map { $0.adding(seconds: schedule.offset) }
          .filter { $0 >= now && (interval?.contains($0) ?? true) }
        self = .points(points.sorted(), since: max(interval?.start ?? now, now))
        return
      }
      guard let period = schedule.recurrencePeriod, period > 0, let end = interval?.end else { throw .unbounded }
      let start = (interval?.start ?? now).adding(seconds: schedule.offset)
      // The first due time that is not over: due times lie a whole number of periods after the start.
      let missed = now <= start ? 0 : (now.microseconds - start.microseconds - 1) / (period * 1_000_000) + 1
      let first = start.adding(seconds: missed * period)
      guard end < first || (end.microseconds - first.microseconds) / (period * 1_000_000) < ReadSchedule.dueLimit else {
        throw .tooMany
      }
      self = .recurring(next: first, period: period, end: end)
    }

    var next: Due? {
      switch self {
      case .points(let points, let since): return points.first.map { Due(time: $0, since: since) }
      case .recurring(let next, let period, let end):
        return next <= end ? Due(time: next, since: next.adding(seconds: -period)) : nil
      }
    }

    mutating func advance() {
      switch self {
      case .points(let points, let since):
        self = .points(Array(points.dropFirst()), since: points.first ?? since)
      case .recurring(let next, let period, let end):
        self = .recurring(next: next.adding(seconds: period), period: period, end: end)
      }
    }
  }
}
