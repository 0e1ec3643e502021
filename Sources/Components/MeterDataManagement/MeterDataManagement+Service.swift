// Disconnecting and reconnecting customers.
import CIMModel
import IECMessage
import MessageBus

/// A service order under way.
struct ServiceOrder: Sendable {
  var work: MeterServiceWork
  /// Ties the messages of this order together; with several works in one request they share it.
  var correlationID: String
}

extension MeterDataManagement {
  /// Answers `create MeterServiceRequests`: OK says that the order is taken on.
  ///
  /// What became of it is told by `changed MeterServiceRequests` with status "completed" or "failed". Reply codes: 1.7 no
  /// MeterServiceWork, or one without meter or kind; 3.2 too many orders; 5.2 any kind but disconnect and reconnect.
  ///
  /// - SeeAlso: IEC 61968-9, 5.4.2 (Figure 33)
  func takeOn(service request: Message) -> Message {
    let works = MeterServiceRequests(objects: request.payload?.objects ?? []).meterServiceWorks
    guard !works.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no MeterServiceWork", source: id.rawValue)
    }
    for work in works {
      guard let meter = work.meter, !meter.identifiers.isEmpty, let kind = work.kind else {
        return request.failure("1.7", reason: "a MeterServiceWork without kind or Meter", source: id.rawValue)
      }
      guard kind == .disconnect || kind == .reconnect else {
        return request.failure("5.2", reason: "\(id) does no work of kind '\(kind)'", source: id.rawValue)
      }
    }
    guard ordersUnderWay + orders.count + works.count <= configuration.orderLimit else {
      return request.failure(
        "3.2", reason: "\(ordersUnderWay + orders.count) orders are under way", source: id.rawValue)
    }
    let correlationID = request.correlation ?? UUIDText.random()
    orders += works.map { ServiceOrder(work: $0, correlationID: correlationID) }
    wake.yield()
    return request.reply(.ok, ids: [ObjectID(correlationID, kind: .transaction)], source: id.rawValue)
  }

  /// Switches and reads: a disconnected meter is read after its switch has opened, one to be reconnected before it closes.
  func carryOut(_ order: ServiceOrder) async {
    defer { ordersUnderWay -= 1 }
    do { try await Task.sleep(for: configuration.orderDelay) } catch { return }
    var work = order.work
    let opens = work.kind == .disconnect
    let reason = opens ? "serviceDisconnect" : "serviceConnect"
    var trouble: String?
    if opens {
      trouble = await `switch`(order, opens: true)
      if trouble == nil { trouble = await read(&work, order, reason: reason) }
    } else {
      trouble = await read(&work, order, reason: reason)
      if trouble == nil { trouble = await `switch`(order, opens: false) }
    }
    let time = now()
    work.lastModifiedDateTime = time
    work.status = .init(
      dateTime: time, reason: trouble,
      value: trouble == nil ? MeterServiceWork.Status.completed : MeterServiceWork.Status.failed)
    let event = Message.event(
      .changed, MeterServiceRequests.noun, [MeterServiceRequests([work]).element], source: id.rawValue,
      correlationID: order.correlationID)
    await port.publish(event, from: id, logger: logger)
  }

  /// - Returns: what went wrong; nil when the meter has told that its switch moved.
  private func `switch`(_ order: ServiceOrder, opens: Bool) async -> String? {
    let (events, arrival) = AsyncStream.makeStream(of: EndDeviceEvent.self, bufferingPolicy: .bufferingNewest(8))
    let key = order.correlationID + "/" + (order.work.meter?.identifiers.first ?? "")
    awaited[key] = arrival
    defer {
      awaited[key] = nil
      arrival.finish()
    }
    let control = EndDeviceControl(
      issuerID: id.rawValue, issuerTrackingID: order.correlationID,
      endDeviceControlType: (opens ? DeviceCode.disconnect : .connect).description,
      endDevices: order.work.meter.map { [$0] } ?? [])
    let request = Message.request(
      .create, EndDeviceControls.noun, [EndDeviceControls([control]).element], source: id.rawValue,
      correlationID: order.correlationID)
    let answer = await port.ask(request, from: id)
    guard answer.reply?.result == .ok else { return answer.trouble }
    let moved: DeviceCode = opens ? .disconnected : .connected
    let failed: DeviceCode = opens ? .disconnectFailed : .connectFailed
    let event = await withDeadline(configuration.switchDeadline) { () -> EndDeviceEvent? in
      for await event in events {
        guard let code = DeviceCode(event.endDeviceEventType) else { continue }
        if moved.matches(code) || failed.matches(code) { return event }
      }
      return nil
    }
    guard let event else { return "no event of the switch within \(configuration.switchDeadline)" }
    return DeviceCode(event.endDeviceEventType).map(moved.matches) == true
      ? nil : "\(event.endDeviceEventType) \(event.reason ?? "the switch did not move")"
  }

  private func read(_ work: inout MeterServiceWork, _ order: ServiceOrder, reason: String) async -> String? {
    let wanted = GetMeterReadings(
      endDevices: work.meter.map { [$0] } ?? [], readingTypes: [ReadingTypeCode.registerForward], reasons: [reason])
    let request = Message.get(
      MeterReadings.noun, wanted.element, source: id.rawValue, correlationID: order.correlationID)
    let answer = await port.ask(request, from: id)
    let readings = MeterReadings(objects: answer.payload?.objects ?? []).meterReadings
    guard answer.reply?.result == .ok, let reading = readings.first else { return answer.trouble }
    await keep(answer)
    work.readings = reading.readings
    return nil
  }

  /// Takes the events of devices: those an order waits for.
  func take(events message: Message) {
    guard let correlationID = message.header?.correlationID, !awaited.isEmpty else { return }
    for event in EndDeviceEvents(objects: message.payload?.objects ?? []).endDeviceEvents {
      for identifier in event.asset?.identifiers ?? [] { awaited[correlationID + "/" + identifier]?.yield(event) }
    }
  }
}

extension Message {
  /// Why a request failed, in one line.
  var trouble: String {
    guard let error = reply?.errors.first else { return "no reply" }
    return "\(error.code) \(error.reason ?? "")"
  }
}
