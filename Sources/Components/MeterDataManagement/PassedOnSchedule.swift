// Whose readings are whose.

/// A MeterReadSchedule that the MDM has passed on to the metering system.
public struct PassedOnSchedule: Sendable, Hashable {
  /// The MessageID of the request to the metering system, which its readings have as CorrelationID.
  public var order: String
  /// The MessageID of the request that caused it, to which readings are passed on.
  public var cause: String

  public init(order: String, cause: String) {
    self.order = order
    self.cause = cause
  }
}

/// Keeps what was passed on over the end of the process.
public protocol ScheduleRecord: Sendable {
  /// What was kept last, oldest first; nothing where nothing was.
  func schedules() throws -> [PassedOnSchedule]

  /// Keeps these instead; they are durable when it returns.
  func keep(_ schedules: [PassedOnSchedule]) throws
}

/// Schedules by the request they were passed on with, the oldest first.
struct PassedOnSchedules {
  private(set) var all: [PassedOnSchedule] = []
  private var causes: [String: String] = [:]

  func cause(of order: String) -> String? { causes[order] }

  mutating func add(_ schedule: PassedOnSchedule) {
    all.append(schedule)
    causes[schedule.order] = schedule.cause
  }

  /// Lets the oldest give way.
  mutating func trim(to limit: Int) {
    while all.count > max(limit, 1) { causes[all.removeFirst().order] = nil }
  }

  mutating func remove(_ order: String) {
    causes[order] = nil
    all.removeAll { $0.order == order }
  }
}
