// Reading meters, on request and for schedules.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem {
  /// Answers `get MeterReadings`.
  ///
  /// Without a period the present values are read, as of now; with one, the intervals that lie in it and the registers
  /// at its end. Reply codes: 1.6 no GetMeterReadings, 2.4, 2.12, 2.13 unknown or unrelated objects, 2.6 and 2.10 reading
  /// types, 3.1 too many values, 5.2 groups, 5.7 a meter that cannot be reached or has no such values.
  func readings(for request: Message) -> Message {
    guard let profile = request.request?.objects.first(where: { $0.name == GetMeterReadings.profile }) else {
      return request.failure("1.6", reason: "the Request holds no GetMeterReadings", source: id.rawValue)
    }
    let wanted = GetMeterReadings(profile)
    guard wanted.endDeviceGroups.isEmpty, wanted.usagePointGroups.isEmpty else {
      return request.failure("5.2", reason: "\(id) knows no groups", source: id.rawValue)
    }
    var periods = wanted.scheduleIntervals
    if let start = request.request?.startTime, let end = request.request?.endTime, periods.isEmpty {
      periods = [DateTimeInterval(start: start, end: end)]
    }
    let selection = MeterSelection(
      endDevices: wanted.endDevices, usagePoints: wanted.usagePoints, transformers: wanted.transformerTanks,
      all: true, in: fleet)
    var types: [(code: String, quantity: Quantity)] = []
    var errors = selection.errors
    for object in wanted.readingTypes {
      switch resolve(object) {
      case .success(let type): types.append(type)
      case .failure(let failure): errors.append(failure.error)
      }
    }
    if wanted.readingTypes.isEmpty { types = defaultTypes(periods: periods) }
    guard !types.isEmpty, !selection.meters.isEmpty else {
      if errors.isEmpty { errors = [ReplyError(code: "5.7", reason: "no meter is meant")] }
      return request.outcome(done: false, errors: errors, limit: configuration.errorLimit, source: id.rawValue)
    }
    let time = now()
    let expected = valueCount(types.map(\.quantity), periods, until: time) * Double(selection.meters.count)
    guard expected <= Double(configuration.valueLimit) else {
      return request.failure(
        "3.1", reason: "more than the \(configuration.valueLimit) values that can be given were asked for",
        source: id.rawValue)
    }
    var found: [MeterReading] = []
    for meter in selection.meters {
      let (named, _) = identity(of: meter)
      guard fleet.state(of: meter, at: time).isReachable else {
        errors.append(
          ReplyError(
            code: "5.7", reason: "\(named.label) does not answer", id: ObjectID(named.identifier, objectType: "meter")))
        continue
      }
      let reading = read(meter, types, periods: periods, at: time, reason: wanted.reasons.first ?? "inquiry")
      if reading.valueCount > 0 {
        found.append(reading)
      } else {
        errors.append(
          ReplyError(
            code: "5.7", reason: "\(named.label) has no such values",
            id: ObjectID(named.identifier, objectType: "meter")))
      }
    }
    return request.outcome(
      done: !found.isEmpty, errors: errors, limit: configuration.errorLimit,
      objects: found.isEmpty ? [] : [MeterReadings(found).element], source: id.rawValue)
  }

  /// A reading type as named in a request: by mRID or, as some do, in Names.
  func resolve(_ type: IdentifiedObject) -> Result<(code: String, quantity: Quantity), TypeFailure> {
    guard let code = type.identifiers.first else {
      return .failure(TypeFailure(ReplyError(code: "2.6", reason: "a ReadingType without mRID or name")))
    }
    switch Quantity.parse(code) {
    case .success(let quantity): return .success((code, quantity))
    case .failure(.malformed):
      return .failure(TypeFailure(ReplyError(code: "2.6", reason: "\(code) is no reading type")))
    case .failure(.unsupported):
      return .failure(TypeFailure(ReplyError(code: "2.10", reason: "the meters do not measure \(code)")))
    }
  }

  struct TypeFailure: Error {
    var error: ReplyError
    init(_ error: ReplyError) { self.error = error }
  }

  private func defaultTypes(periods: [DateTimeInterval]) -> [(code: String, quantity: Quantity)] {
    let codes =
      periods.isEmpty
      ? [ReadingTypeCode.registerForward]
      : [ReadingTypeCode.registerForward, ReadingTypeCode.quarterHourForward]
    return codes.compactMap { code in
      guard case .success(let quantity) = Quantity.parse(code) else { return nil }
      return (code, quantity)
    }
  }

  /// An upper bound; a Double, as a request may ask for more than an Int can count.
  private func valueCount(_ types: [Quantity], _ periods: [DateTimeInterval], until now: Timestamp) -> Double {
    let periods = periods.isEmpty ? [DateTimeInterval(start: now, end: now)] : periods
    var count = 0.0
    for period in periods {
      let (start, end) = bounds(period, until: now)
      for type in types {
        guard case .interval(let seconds) = type.measure else {
          count += 1
          continue
        }
        count += max(0, end.seconds(since: start)) / Double(seconds) + 1
      }
    }
    return count
  }

  /// A period with open sides closed: back for a day, and up to now.
  private func bounds(_ period: DateTimeInterval, until now: Timestamp) -> (start: Timestamp, end: Timestamp) {
    let end = min(period.end ?? now, now)
    return (period.start ?? end.adding(seconds: -86_400), end)
  }

  /// Reads one meter.
  ///
  /// - Parameter periods: none: present values, and of interval quantities the last interval that is complete.
  func read(
    _ meter: Int, _ types: [(code: String, quantity: Quantity)], periods: [DateTimeInterval], at time: Timestamp,
    reason: String?
  ) -> MeterReading {
    let (named, usagePoint) = identity(of: meter)
    var reading = MeterReading(meter: named, usagePoint: usagePoint)
    for (code, quantity) in types {
      if case .interval(let seconds) = quantity.measure {
        var values: [IntervalReading] = []
        let last = DateTimeInterval(start: time.adding(seconds: -2 * Int64(seconds)), end: time)
        for period in periods.isEmpty ? [last] : periods {
          let (start, end) = bounds(period, until: time)
          for value in fleet.intervals(of: meter, from: start, to: end, step: seconds) {
            let count = quantity.direction == .forward ? value.forward : value.reverse
            values.append(IntervalReading(timeStamp: value.end, value: quantity.text(count, power: 0)))
          }
        }
        if periods.isEmpty { values = values.suffix(1) }
        if !values.isEmpty {
          reading.intervalBlocks.append(IntervalBlock(readingType: code, intervalReadings: values))
        }
      } else {
        let begun = periods.filter { $0.start.map { $0 <= time } ?? true }
        for instant in periods.isEmpty ? [time] : begun.map({ min($0.end ?? time, time) }) {
          reading.readings.append(
            Reading(
              reason: reason, timeStamp: instant, value: value(of: meter, quantity, at: instant), readingType: code))
        }
      }
    }
    if let first = periods.first, periods.count == 1 {
      let (start, end) = bounds(first, until: time)
      reading.valuesInterval = DateTimeInterval(start: start, end: end)
    }
    return reading
  }

  private func value(of meter: Int, _ quantity: Quantity, at time: Timestamp) -> String {
    switch quantity.measure {
    case .register, .interval:
      let register = fleet.register(of: meter, at: time)
      return quantity.text(quantity.direction == .forward ? register.forward : register.reverse, power: 0)
    case .voltage: return quantity.text(Int64(fleet.voltage(of: meter, at: time)), power: -3)
    case .power: return quantity.text(Int64(fleet.power(of: meter, at: time)), power: 0)
    }
  }
}
