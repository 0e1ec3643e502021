// The end of a day: ask again for what is missing, validate, publish.
import LocalTime
import CIMModel
import IECMessage
import Logging
import MessageBus
import MeterQuery
import MeterStore
public import VEE

/// What became of a day when it was closed.
public struct DayReport: Sendable {
  /// Number of the local day.
  public var day: Int32
  /// As the day was.
  public var before: Completeness
  /// Requests to the metering system for what was missing.
  public var requests = 0
  /// As it was after they were answered.
  public var after: Completeness
  public var vee: VEEReport
  /// Messages with validated readings.
  public var published = 0
}

extension MeterDataManagement {
  /// Closes a local day: asks the metering system again for what is missing, validates and estimates, and publishes
  /// the validated readings of the day as `created MeterReadings`, so many meters to a message.
  ///
  /// Should the process end under way the day is closed again, and subscribers may get readings twice.
  ///
  /// - Throws: `StoreError`; `BusError` where the bus takes no more messages.
  @discardableResult
  public func closeDay(_ day: Int32) async throws -> DayReport {
    let before = try await keeper.completeness(of: day, limit: configuration.rereadLimit)
    let requests = await askAgain(before.gaps)
    let after = requests > 0 ? try await keeper.completeness(of: day, limit: configuration.rereadLimit) : before
    if after.incomplete > 0 {
      let date = Timestamp(microseconds: Int64(day) * 86_400_000_000).xmlText.prefix(10)
      let missing = after.expected - after.present
      logger.notice(
        "\(id): of \(date) \(missing) of \(after.expected) intervals are missing, in \(after.incomplete) series")
    }
    var report = DayReport(
      day: day, before: before, requests: requests, after: after,
      vee: try await keeper.validate(day, configuration.validation))
    report.published = try await publish(day)
    try await keeper.note(Self.key(ofClosed: day), "day closed")
    return report
  }

  /// Asks for gaps, those of one reading type together.
  ///
  /// Meters that are known by their usage point only are asked for by it, in requests of their own: devices and usage
  /// points in one request would narrow each other.
  ///
  /// - Returns: how many requests were sent.
  private func askAgain(_ gaps: [Completeness.Gap]) async -> Int {
    let devices = await askAgain(gaps.filter(\.meter.isDevice)) { wanted, meters in
      wanted.endDevices = meters.map { IdentifiedObject(mRID: $0.mRID, names: $0.name.map { [$0] } ?? []) }
    }
    let points = await askAgain(gaps.filter { !$0.meter.isDevice }) { wanted, meters in
      wanted.usagePoints = meters.compactMap { $0.usagePoint.map { IdentifiedObject(mRID: $0) } }
    }
    return devices + points
  }

  private func askAgain(
    _ gaps: [Completeness.Gap], _ name: (inout GetMeterReadings, [MeterRecord]) -> Void
  ) async -> Int {
    var types: [String] = []
    var byType: [String: [Completeness.Gap]] = [:]
    for gap in gaps {
      if byType[gap.series.readingType] == nil { types.append(gap.series.readingType) }
      byType[gap.series.readingType, default: []].append(gap)
    }
    var requests = 0
    for type in types {
      for some in (byType[type] ?? []).chunked(into: configuration.metersPerMessage) {
        guard let from = some.map(\.from).min(), let to = some.map(\.to).max() else { continue }
        var wanted = GetMeterReadings(
          readingTypes: [type], scheduleIntervals: [DateTimeInterval(start: from, end: to)])
        name(&wanted, some.map(\.meter))
        let answer = await port.ask(.get(MeterReadings.noun, wanted.element, source: id.rawValue), from: id)
        requests += 1
        await keep(answer)
      }
    }
    return requests
  }

  private func publish(_ day: Int32) async throws -> Int {
    let instants = keeper.store.days.instants(of: day)
    let period = ReadingPeriods.Period(
      start: Timestamp(microseconds: instants.lowerBound), end: Timestamp(microseconds: instants.upperBound))
    var published = 0
    var number: Int64 = 0
    while true {
      let (store, count, after) = (keeper.store, configuration.metersPerMessage, number)
      let page = try await keeper.read { try store.read { try $0.meters(after: after, limit: count) } }
      guard let last = page.last else { return published }
      number = last.number
      let active = page.filter { $0.state == .active }
      var series: [SeriesReadings] = []
      // Two questions: kinds in one would narrow each other.
      for objects: [ReadingInquiry.Named] in [
        active.filter(\.isDevice).map { .init(.endDevice, $0.keys) },
        active.filter { !$0.isDevice }.map { .init(.usagePoint, $0.keys) },
      ] where !objects.isEmpty {
        var inquiry = ReadingInquiry(ReadingPeriods([period]))
        inquiry.objects = objects
        series += try await keeper.answer(inquiry, most: Int.max).series.filter { $0.series.isInterval }
      }
      if series.isEmpty { continue }
      let event = Message.event(
        .created, MeterReadings.noun, [MeterReadings(Self.meterReadings(series)).element], source: id.rawValue)
      guard await port.publish(event, from: id, logger: logger) else {
        throw BusError(.busy, "validated readings of day \(day) could not be published")
      }
      published += 1
    }
  }

  static func key(ofClosed day: Int32) -> String { "day closed \(day)" }

  /// Closes the days that are over and have not been closed, the oldest first. A day that fails is tried again by the
  /// next call.
  public func closeDueDays() async {
    do {
      guard let stored = try await keeper.storedDays() else { return }
      var days = keeper.store.days
      // A day is closed so long after its end that late messages have come.
      let last = days.day(of: now().microseconds - configuration.closingDelay * 1_000_000) - 1
      let first = max(stored.lowerBound, last - configuration.closingDays + 1)
      guard first <= last else { return }
      for day in first...last where day <= stored.upperBound {
        if try await keeper.isNoted(Self.key(ofClosed: day)) { continue }
        try await closeDay(day)
      }
    } catch {
      logger.error("\(id) could not close a day, and tries again: \(error)")
    }
  }
}
