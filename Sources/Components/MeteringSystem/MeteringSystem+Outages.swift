// What meters tell when their power goes and comes back.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator

extension MeteringSystem {
  /// Takes the power from all meters on a transformer and publishes the last gasps that arrive.
  ///
  /// The events are published at once, though the last of the gasps would take 8 s to arrive.
  ///
  /// - Returns: the meters that lost power; empty for a transformer that does not exist.
  /// - SeeAlso: IEC 61968-9, 5.2.2
  @discardableResult
  public func outage(onTransformer transformer: Int) async -> Range<Int> {
    let meters = fleet.topology.meters(onTransformer: transformer)
    await outage(of: meters)
    return meters
  }

  /// Takes the power from meters and publishes the last gasps that arrive, many meters to a message.
  ///
  /// - Parameter loss: share of the last gasps that are lost; nil: as configured.
  public func outage(of meters: Range<Int>, loss: Double? = nil) async {
    let signals = fleet.outage(
      of: meters.clamped(to: fleet.indices), at: now(), lossShare: loss ?? configuration.signalLoss)
    await publish(signals)
  }

  /// Gives the power back to meters and publishes the restorations that arrive.
  public func restore(_ meters: Range<Int>) async {
    let signals = fleet.restore(meters.clamped(to: fleet.indices), at: now(), lossShare: configuration.signalLoss)
    await publish(signals)
  }

  private func publish(_ signals: [PowerSignal]) async {
    await publish(
      signals.map { signal in
        let (meter, usagePoint) = identity(of: signal.meter)
        let code: DeviceCode = signal.kind == .lastGasp ? .powerFailed : .powerRestored
        return EndDeviceEvent(
          mRID: UUIDText.random(), createdDateTime: signal.occurred, asset: meter,
          endDeviceEventType: code.description, usagePoint: usagePoint)
      })
  }
}
