// What controls do to meters and to the devices behind them, and what comes of it as time passes.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem {
  /// Longest delay by which a device randomises the start or end of a load control event, in seconds.
  static var randomisationLimit: Int64 { 300 }

  /// Does what a command says to the state of its device.
  ///
  /// - Returns: why it cannot be done.
  func apply(_ command: DeviceCommand, at time: Timestamp) -> String? {
    let meter = command.meter
    let control = command.control.source
    switch command.kind {
    case .connect, .disconnect, .armForClosure, .armForOpen: return nil
    case .demandReset: devices[meter].demandReset = time
    case .openPairing:
      let seconds = minutes(control?["PanDemandResponse"]?.text("duration")) ?? 900
      devices[meter].pairingUntil = time.adding(seconds: seconds)
      devices[meter].expectedInstallCode = control?["EndDevices"]?.text("installCode")
    case .closePairing: devices[meter].pairingUntil = nil
    case .displayText:
      guard let text = control?.at("PanDisplay", "textMessage")?.text else { return "the control has no textMessage" }
      devices[meter].text = text
    case .cancelText: devices[meter].text = nil
    case .createPrice:
      guard let detail = control?.at("PanPricing", "PanPricingDetails") else { return "the control has no price" }
      devices[meter].price = detail.text("price") ?? detail.text("priceTier")
    case .startLoadControl, .scheduleEvent: return schedule(command, at: time)
    case .stopLoadControl:
      guard let event = devices[meter].loadEvent, event.state == .started else { return "no event is under way" }
      devices[meter].loadEvent?.state = .stopped
    case .cancelEvent, .cancelAllEvents:
      guard let event = devices[meter].loadEvent, [.scheduled, .started].contains(event.state),
        command.kind == .cancelAllEvents || command.control.mRID == nil || command.control.mRID == event.mRID
      else { return "there is no such event" }
      devices[meter].loadEvent?.state = .cancelled
    }
    return nil
  }

  private func schedule(_ command: DeviceCommand, at time: Timestamp) -> String? {
    let control = command.control.source
    let response = control?["PanDemandResponse"]
    let timing = control?["primaryDeviceTiming"]
    let start = response?.time("startDateTime") ?? timing?["interval"]?.time("start") ?? time
    let length = minutes(response?.text("duration") ?? timing?.text("duration")) ?? 3600
    guard length > 0, start.adding(seconds: length) > time else { return "the event is over already" }
    var from = command.kind == .startLoadControl ? time : max(start, time)
    var until = from.adding(seconds: length)
    let key = command.control.mRID ?? command.correlationID ?? ""
    let delay = devices.delay(of: command.meter, event: key, limit: min(Self.randomisationLimit, length / 4))
    let randomisation = timing?.text("randomisation") ?? "none"
    if randomisation == "start" || randomisation == "startAndEnd" { from = from.adding(seconds: delay) }
    if randomisation == "end" || randomisation == "startAndEnd" { until = until.adding(seconds: delay) }
    devices[command.meter].loadEvent = .init(
      mRID: command.control.mRID, start: from, end: until,
      state: command.kind == .startLoadControl ? .started : .scheduled, correlationID: command.correlationID)
    return nil
  }

  /// The profile's Minutes as seconds.
  private func minutes(_ text: String?) -> Int64? {
    text.flatMap { Double($0) }.flatMap { $0 >= 0 && $0 < 1e6 ? Int64($0 * 60) : nil }
  }

  /// Does what has fallen due by now: load control events begin and end, credit runs out; and publishes it.
  func settleDevices() async {
    let time = now()
    var events: [(correlationID: String?, event: EndDeviceEvent)] = []
    for meter in devices.touched {
      if let event = devices[meter].loadEvent {
        let device = IdentifiedObject(mRID: fleet[meter].loadControlMRID, names: [fleet[meter].loadControlName])
        if event.state == .scheduled, event.start <= time {
          devices[meter].loadEvent?.state = .started
          events.append((event.correlationID, self.event(DeviceCode(16, 15, 17, 242), device, meter, at: event.start)))
        }
        if devices[meter].loadEvent?.state == .started, event.end <= time {
          devices[meter].loadEvent?.state = .stopped
          events.append((event.correlationID, self.event(DeviceCode(16, 15, 17, 243), device, meter, at: event.end)))
        }
      }
      if let milli = credit(of: meter, at: time), milli <= 0, fleet.state(of: meter, at: time).isConnected {
        fleet.disconnect(meter, at: time)
        events.append(
          (nil, self.event(.disconnected, identity(of: meter).meter, meter, at: time, "credit has run out")))
      }
    }
    // A message for each request and code: started and stopped are told of apart.
    while let first = events.first {
      let same = events.filter {
        $0.correlationID == first.correlationID && $0.event.endDeviceEventType == first.event.endDeviceEventType
      }
      events.removeAll {
        $0.correlationID == first.correlationID && $0.event.endDeviceEventType == first.event.endDeviceEventType
      }
      await publish(same.map(\.event), correlationID: first.correlationID)
    }
  }

  func event(
    _ code: DeviceCode, _ device: IdentifiedObject, _ meter: Int, at time: Timestamp, _ reason: String? = nil
  ) -> EndDeviceEvent {
    EndDeviceEvent(
      mRID: UUIDText.random(), createdDateTime: time, reason: reason, asset: device,
      endDeviceEventType: code.description, usagePoint: identity(of: meter).usagePoint)
  }

  // MARK: Prepayment

  /// What a kWh costs, in thousandths of the currency.
  static var priceOfEnergy: Int64 { 300 }

  /// What is left of the credit of a meter, in thousandths of the currency; nil where it has none.
  func credit(of meter: Int, at time: Timestamp) -> Int64? {
    guard let (milli, register) = devices[meter].credit else { return nil }
    return milli - (fleet.register(of: meter, at: time).forward - register) * Self.priceOfEnergy / 1000
  }

  /// Takes sales of tokens: the credit of their meters rises by the amount, and a switch that opened for lack of credit
  /// closes.
  func take(transactions event: Message) async {
    let time = now()
    var events: [EndDeviceEvent] = []
    for transaction in (event.payload?.objects ?? []).flatMap({ $0.all("Transaction") }) {
      guard transaction.text("kind") == "tokenSalePayment",
        let amount = transaction.at("line", "amount")?.text,
        let value = Double(amount), value > 0, value < 1e9,
        let meter = transaction["Meter"].flatMap({ meter in
          IdentifiedObject(meter).identifiers.lazy.compactMap { [fleet] in fleet.meter($0) }.first
        })
      else { continue }
      let left = max(0, credit(of: meter, at: time) ?? 0)
      devices[meter].credit = (left + Int64(value * 1000), fleet.register(of: meter, at: time).forward)
      events.append(self.event(DeviceCode(3, 20, 81, 102), identity(of: meter).meter, meter, at: time))
      if !fleet.state(of: meter, at: time).isConnected, case .done = fleet.connect(meter, at: time) {
        events.append(self.event(.connected, identity(of: meter).meter, meter, at: time))
      }
    }
    if !events.isEmpty { await publish(events, correlationID: event.correlation) }
  }
}
