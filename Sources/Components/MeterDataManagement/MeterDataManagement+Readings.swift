// Storing readings and serving them.
import CIMModel
import IECMessage
import MessageBus

extension MeterDataManagement {
  /// Takes readings that were published: stores them and, where a schedule that was passed on asked for them, publishes
  /// them to those it was for.
  func take(readings event: Message) async throws {
    let objects = event.payload?.objects ?? []
    for reading in MeterReadings(objects: objects).meterReadings { store.insert(reading) }
    guard let correlationID = event.header?.correlationID, let cause = forwarded[correlationID] else { return }
    // Should this fail, the bus delivers the event again; storing it twice changes nothing.
    _ = try await port.send(
      .event(.created, MeterReadings.noun, objects, source: id.rawValue, correlationID: cause), from: id, raw: nil)
  }

  /// Answers `get MeterReadings`.
  ///
  /// With a period: out of the store; the meters it holds nothing of are asked of the metering system. Without one the
  /// present values are wanted, which only the meters know. Reply codes are those of the metering system, and 1.6 for a
  /// request without GetMeterReadings.
  func readings(for request: Message) async -> Message {
    guard let profile = request.request?.objects.first(where: { $0.name == GetMeterReadings.profile }) else {
      return request.failure("1.6", reason: "the Request holds no GetMeterReadings", source: id.rawValue)
    }
    var wanted = GetMeterReadings(profile)
    if let start = request.request?.startTime, let end = request.request?.endTime, wanted.scheduleIntervals.isEmpty {
      wanted.scheduleIntervals = [DateTimeInterval(start: start, end: end)]
    }
    let storable =
      !wanted.scheduleIntervals.isEmpty && wanted.transformerTanks.isEmpty && wanted.endDeviceGroups.isEmpty
      && wanted.usagePointGroups.isEmpty && (wanted.endDevices.isEmpty || wanted.usagePoints.isEmpty)
    guard storable else { return await askMeters(wanted, for: request) }

    var found: [MeterReading] = []
    var missing = wanted
    missing.endDevices = []
    missing.usagePoints = []
    var left = configuration.valueLimit
    func look(for meter: IdentifiedObject?) -> Bool {
      guard let meter, left > 0,
        let reading = store.reading(
          of: meter, types: wanted.readingTypes.compactMap(\.identifiers.first), during: wanted.scheduleIntervals,
          limit: left)
      else { return false }
      found.append(reading)
      left -= reading.valueCount
      return true
    }
    let all = wanted.endDevices.isEmpty && wanted.usagePoints.isEmpty
    for device in all ? store.allMeters : wanted.endDevices where !look(for: store.meter(device)) && !all {
      missing.endDevices.append(device)
    }
    for point in wanted.usagePoints where !look(for: store.meter(ofUsagePoint: point)) {
      missing.usagePoints.append(point)
    }
    guard left > 0 else {
      return request.failure(
        "3.1", reason: "more than \(configuration.valueLimit) values were asked for", source: id.rawValue)
    }
    if !found.isEmpty, missing.endDevices.isEmpty, missing.usagePoints.isEmpty {
      return request.reply(.ok, objects: [MeterReadings(found).element], source: id.rawValue)
    }
    return await askMeters(found.isEmpty ? wanted : missing, for: request, found: found)
  }

  /// Asks the metering system and passes its answer on, together with what was found in the store.
  private func askMeters(
    _ wanted: GetMeterReadings, for request: Message, found: [MeterReading] = []
  ) async -> Message {
    let question = Message.get(
      MeterReadings.noun, wanted.element, source: id.rawValue, correlationID: request.correlation)
    let answer = await port.ask(question, from: id)
    let objects = answer.payload?.objects ?? []
    let read = MeterReadings(objects: objects).meterReadings
    for reading in read { store.insert(reading) }
    guard !found.isEmpty else {
      return request.reply(
        answer.reply?.result ?? .failed, errors: answer.reply?.errors ?? [], objects: objects, source: id.rawValue)
    }
    let errors = answer.reply?.result == .ok ? [] : answer.reply?.errors ?? []
    return request.outcome(
      done: true, errors: errors, limit: configuration.errorLimit,
      objects: [MeterReadings(found + read).element], source: id.rawValue)
  }

  /// Answers `create MeterReadSchedule`: the metering system keeps it, its readings are passed on as they come.
  func passOn(schedule request: Message) async -> Message {
    let objects = (request.payload?.objects ?? []).filter { $0.name == MeterReadSchedule.noun }
    guard !objects.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no MeterReadSchedule", source: id.rawValue)
    }
    let order = Message.request(
      .create, MeterReadSchedule.noun, objects, source: id.rawValue, correlationID: request.correlation)
    // Known before it is sent: the first readings may come before the reply does.
    if let key = order.header?.messageID, let cause = request.header?.messageID { remember(key, cause) }
    let answer = await port.ask(order, from: id)
    if answer.reply?.result != .ok, let key = order.header?.messageID {
      forwarded[key] = nil
      forwardedInOrder.removeAll { $0 == key }
    }
    let ids = answer.reply?.result == .ok ? request.header?.messageID.map { [ObjectID($0, kind: .transaction)] } : nil
    return request.reply(
      answer.reply?.result ?? .failed, errors: answer.reply?.errors ?? [], ids: ids ?? [], source: id.rawValue)
  }

  private func remember(_ key: String, _ cause: String) {
    if forwardedInOrder.count >= configuration.scheduleLimit { forwarded[forwardedInOrder.removeFirst()] = nil }
    forwardedInOrder.append(key)
    forwarded[key] = cause
  }
}

extension Message {
  /// What ties answers and events to this request: its CorrelationID or, without one, its MessageID.
  var correlation: String? { header?.correlationID ?? header?.messageID }
}
