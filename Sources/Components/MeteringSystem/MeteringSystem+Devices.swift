// What comes of controls as time passes, and prepayment.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem {
  /// Does what has fallen due by now: load control events begin and end, credit runs out; and publishes it.
  func settleDevices() async {
    let time = now()
    var events = desk.settle(at: time, in: fleet)
    drawLoads()
    for meter in devices.touched {
      if let milli = credit(of: meter, at: time), milli <= 0, fleet.state(of: meter, at: time).isConnected {
        fleet.disconnect(meter, at: time)
        events.append(
          (nil, self.event(.disconnected, identity(of: meter).meter, meter, at: time, "credit has run out")))
      }
    }
    for part in events.byOrder { await publish(part.events, correlationID: part.correlationID) }
  }

  /// Lets customers draw more or less, as load control events begin and end.
  func drawLoads() {
    for draw in desk.takeDraws() { fleet.draw(draw.percent, draw.meter, at: draw.time) }
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

extension MeteringSystem: LoadField {
  func draw(_ percent: UInt8, meter index: Int, at time: Timestamp) {
    if fleet.indices.contains(index) { fleet.draw(percent, index, at: time) }
  }
}
