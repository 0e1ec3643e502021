// Load control events, prices, texts and groups: what controls do to the devices behind meters.
import CIMModel
import IECMessage
import MeterSimulator

/// The devices behind meters and what they have been told. A value: the metering system and load control each have one.
struct LoadDesk: Sendable {
  /// A change of what a customer draws, in percent of the usual load.
  struct Draw: Sendable {
    var meter: Int
    var percent: UInt8
    var time: Timestamp
  }

  /// Longest delay by which a device randomises the start or end of a load control event, in seconds.
  static let randomisationLimit: Int64 = 300

  var devices: DeviceStates
  /// Members of groups of end devices, by mRID of the group.
  var groups: [String: [IdentifiedObject]] = [:]
  /// What has to be done at the meters; taken by who has them.
  private var draws: [Draw] = []

  init(seed: UInt64) { devices = DeviceStates(seed: seed) }

  /// Does what a control says to the state of its device.
  ///
  /// - Returns: why it cannot be done.
  mutating func apply(
    _ kind: ControlKind, _ control: EndDeviceControl, to meter: Int, correlationID: String?, at time: Timestamp
  ) -> String? {
    let source = control.source
    switch kind {
    case .connect, .disconnect, .armForClosure, .armForOpen: return nil
    case .demandReset: devices[meter].demandReset = time
    case .openPairing:
      let seconds = minutes(source?["PanDemandResponse"]?.text("duration")) ?? 900
      devices[meter].pairingUntil = time.adding(seconds: seconds)
      devices[meter].expectedInstallCode = source?["EndDevices"]?.text("installCode")
    case .closePairing: devices[meter].pairingUntil = nil
    case .displayText:
      guard let text = source?.at("PanDisplay", "textMessage")?.text else { return "the control has no textMessage" }
      devices[meter].text = text
    case .cancelText: devices[meter].text = nil
    case .createPrice:
      guard let detail = source?.at("PanPricing", "PanPricingDetails") else { return "the control has no price" }
      devices[meter].price = detail.text("price") ?? detail.text("priceTier")
    case .startLoadControl, .scheduleEvent:
      return schedule(kind, control, to: meter, correlationID: correlationID, at: time)
    case .stopLoadControl:
      guard let event = devices[meter].loadEvent, event.state == .started else { return "no event is under way" }
      end(meter, .stopped, at: time)
    case .cancelEvent, .cancelAllEvents:
      guard let event = devices[meter].loadEvent, [.scheduled, .started].contains(event.state),
        kind == .cancelAllEvents || control.mRID == nil || control.mRID == event.mRID
      else { return "there is no such event" }
      end(meter, .cancelled, at: time)
    }
    return nil
  }

  private mutating func schedule(
    _ kind: ControlKind, _ control: EndDeviceControl, to meter: Int, correlationID: String?, at time: Timestamp
  ) -> String? {
    let response = control.source?["PanDemandResponse"]
    let timing = control.source?["primaryDeviceTiming"]
    let start = response?.time("startDateTime") ?? timing?["interval"]?.time("start") ?? time
    let length = minutes(response?.text("duration") ?? timing?.text("duration")) ?? 3600
    guard length > 0, start.adding(seconds: length) > time else { return "the event is over already" }
    var from = kind == .startLoadControl ? time : max(start, time)
    // An event that is told of late ends when it was to end.
    var until = (kind == .startLoadControl ? time : start).adding(seconds: length)
    let key = control.mRID ?? correlationID ?? ""
    let delay = devices.delay(of: meter, event: key, limit: min(Self.randomisationLimit, length / 4))
    let randomisation = timing?.text("randomisation") ?? "none"
    if randomisation == "start" || randomisation == "startAndEnd" { from = from.adding(seconds: delay) }
    if randomisation == "end" || randomisation == "startAndEnd" { until = until.adding(seconds: delay) }
    from = min(from, until)
    // An event that is under way gives way to the new one.
    if devices[meter].loadEvent?.state == .started { end(meter, .cancelled, at: time) }
    // An xs:float may be NaN or INF.
    let duty = response?.text("dutyCycle").flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } ?? 0
    devices[meter].loadEvent = .init(
      mRID: control.mRID, start: from, end: until, state: .scheduled, correlationID: correlationID,
      reduction: UInt8(100 - min(max(duty, 0), 100)))
    if kind == .startLoadControl { begin(meter, at: time) }
    return nil
  }

  /// The profile's Minutes as seconds.
  private func minutes(_ text: String?) -> Int64? {
    text.flatMap { Double($0) }.flatMap { $0 >= 0 && $0 < 1e6 ? Int64($0 * 60) : nil }
  }

  private mutating func begin(_ meter: Int, at time: Timestamp) {
    guard let event = devices[meter].loadEvent else { return }
    devices[meter].loadEvent?.state = .started
    let off = Int(devices.controllable(of: meter)) * Int(event.reduction) / 100
    draws.append(Draw(meter: meter, percent: UInt8(100 - off), time: time))
  }

  private mutating func end(_ meter: Int, _ state: DeviceStates.LoadEvent.State, at time: Timestamp) {
    let wasStarted = devices[meter].loadEvent?.state == .started
    devices[meter].loadEvent?.state = state
    if wasStarted { draws.append(Draw(meter: meter, percent: 100, time: time)) }
  }

  /// A customer opts out of the event of the device behind a meter.
  ///
  /// - Returns: the event; nil where there is none to opt out of.
  mutating func optOut(_ meter: Int, at time: Timestamp) -> DeviceStates.LoadEvent? {
    guard let event = devices[meter].loadEvent, [.scheduled, .started].contains(event.state) else { return nil }
    end(meter, .optedOut, at: time)
    return event
  }

  /// What has to be done at the meters since it was last taken.
  mutating func takeDraws() -> [Draw] {
    defer { draws.removeAll() }
    return draws
  }

  /// Load control events that have fallen due by now begin and end.
  ///
  /// - Returns: what tells of it, with the CorrelationID of what ordered it.
  mutating func settle(at time: Timestamp, in fleet: MeterFleet) -> [(correlationID: String?, event: EndDeviceEvent)] {
    var events: [(correlationID: String?, event: EndDeviceEvent)] = []
    for meter in devices.touched {
      guard let event = devices[meter].loadEvent else { continue }
      if event.state == .scheduled, event.start <= time {
        begin(meter, at: event.start)
        events.append((event.correlationID, told(DeviceCode(16, 15, 17, 242), meter, at: event.start, in: fleet)))
      }
      if devices[meter].loadEvent?.state == .started, event.end <= time {
        end(meter, .stopped, at: event.end)
        events.append((event.correlationID, told(DeviceCode(16, 15, 17, 243), meter, at: event.end, in: fleet)))
      }
    }
    return events
  }

  /// An event of the load control device behind a meter.
  func told(_ code: DeviceCode, _ meter: Int, at time: Timestamp, in fleet: MeterFleet) -> EndDeviceEvent {
    let place = fleet[meter]
    return EndDeviceEvent(
      mRID: UUIDText.random(), createdDateTime: time,
      asset: IdentifiedObject(mRID: place.loadControlMRID, names: [place.loadControlName]),
      endDeviceEventType: code.description,
      usagePoint: IdentifiedObject(mRID: place.usagePointMRID, names: [place.usagePointName]))
  }
}

extension Array where Element == (correlationID: String?, event: EndDeviceEvent) {
  /// A part for each order and code, in the order of the first of each: started and stopped are told of apart.
  var byOrder: [(correlationID: String?, events: [EndDeviceEvent])] {
    var parts: [(correlationID: String?, events: [EndDeviceEvent])] = []
    var places: [String: Int] = [:]
    for (correlationID, event) in self {
      let key = "\(event.endDeviceEventType) \(correlationID ?? "")"
      if let place = places[key] {
        parts[place].events.append(event)
      } else {
        places[key] = parts.count
        parts.append((correlationID, [event]))
      }
    }
    return parts
  }
}
