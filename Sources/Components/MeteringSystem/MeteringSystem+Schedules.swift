// Reading by schedule.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem {
  /// Answers `create MeterReadSchedule`: from now on readings are published when they fall due.
  ///
  /// Reply codes: 1.7 no MeterReadSchedule; 2.4, 2.12 unknown objects; 2.6, 2.10 reading types; 3.1 more than 10,000 due
  /// times; 3.2 too many schedules; 5.2 groups; 5.8 no TimeSchedule that ends. Nothing is kept of a schedule that is
  /// wrong in part.
  ///
  /// - SeeAlso: IEC 61968-9, 5.3.2 (Figure 14)
  func takeOn(schedule request: Message) -> Message {
    guard let payload = request.payload?.objects.first(where: { $0.name == MeterReadSchedule.noun }) else {
      return request.failure("1.7", reason: "the Payload holds no MeterReadSchedule", source: id.rawValue)
    }
    let wanted = MeterReadSchedule(payload)
    guard wanted.endDeviceGroups.isEmpty, wanted.usagePointGroups.isEmpty else {
      return request.failure("5.2", reason: "\(id) knows no groups", source: id.rawValue)
    }
    let time = now()
    schedules.removeAll { $0.next == nil }
    let active = wanted.timeSchedules.filter { !$0.disabled }
    guard schedules.count + active.count <= configuration.scheduleLimit else {
      return request.failure("3.2", reason: "\(schedules.count) schedules are kept", source: id.rawValue)
    }
    let selection = MeterSelection(
      endDevices: wanted.endDevices, usagePoints: wanted.usagePoints, all: true, in: fleet)
    var errors = selection.errors
    var types: [(code: String, quantity: Quantity)] = []
    for object in wanted.readingTypes {
      switch resolve(object) {
      case .success(let type): types.append(type)
      case .failure(let failure): errors.append(failure.error)
      }
    }
    if wanted.readingTypes.isEmpty { errors.append(ReplyError(code: "5.8", reason: "no ReadingType is named")) }
    if wanted.timeSchedules.isEmpty { errors.append(ReplyError(code: "5.8", reason: "no TimeSchedule is given")) }
    var kept: [ReadSchedule] = []
    for schedule in active {
      do throws(ReadSchedule.Failure) {
        kept.append(
          try ReadSchedule(
            correlationID: request.header?.messageID, meters: selection.meters, types: types, schedule: schedule,
            now: time))
      } catch {
        switch error {
        case .unbounded:
          errors.append(
            ReplyError(code: "5.8", reason: "a TimeSchedule needs TimePoints, or a recurrencePeriod and an end"))
        case .tooMany:
          errors.append(ReplyError(code: "3.1", reason: "more than \(ReadSchedule.dueLimit) due times"))
        }
      }
    }
    guard errors.isEmpty else {
      return request.outcome(done: false, errors: errors, limit: configuration.errorLimit, source: id.rawValue)
    }
    schedules += kept
    return request.reply(
      .ok, ids: request.header?.messageID.map { [ObjectID($0, kind: .transaction)] } ?? [], source: id.rawValue)
  }

  /// Publishes the readings of all schedules that are due by now, oldest first; at most 1,000 due times in one call.
  ///
  /// `run()` calls this; call it after the clock was put forward.
  public func publishDueReadings() async {
    // One at a time, so that whoever returns knows that all that was due has been published.
    while isPublishing { await withCheckedContinuation { publishers.append($0) } }
    isPublishing = true
    defer {
      isPublishing = false
      for publisher in publishers { publisher.resume() }
      publishers.removeAll()
    }
    let time = now()
    for _ in 0..<1_000 {
      let next = schedules.indices.compactMap { index in schedules[index].next.map { (index, $0) } }
        .min { $0.1.time < $1.1.time }
      guard let (index, due) = next, due.time <= time else { return }
      let schedule = schedules[index]
      schedules[index].advance()
      schedules.removeAll { $0.next == nil }
      await publish(schedule, due)
    }
  }

  private func publish(_ schedule: ReadSchedule, _ due: ReadSchedule.Due) async {
    let period = DateTimeInterval(start: due.since, end: due.time)
    for meters in schedule.meters.chunked(into: configuration.metersPerReadingsMessage) {
      let readings = meters.lazy.filter { [fleet] in fleet.state(of: $0, at: due.time).isReachable }
        .map { [self] in read($0, schedule.types, periods: [period], at: due.time, reason: nil) }
        .filter { $0.valueCount > 0 }
      let payload = MeterReadings(Array(readings))
      if payload.meterReadings.isEmpty { continue }
      let message = Message.event(
        .created, MeterReadings.noun, [payload.element], source: id.rawValue, correlationID: schedule.correlationID)
      await port.publish(message, from: id, logger: logger)
    }
  }
}
