// What work management knows of the things that are worked at.
import CIMModel
import MeterSimulator

/// The meters and transformers of the simulated utility.
struct AssetRegister: Sendable {
  private let fleet: MeterFleet

  init(_ fleet: MeterFleet) { self.fleet = fleet }

  /// The meter that one of these identifies, by mRID, name or serial number: a usage point is no asset.
  func meter(_ identifiers: [String]) -> SimulatedMeter? {
    identifiers.lazy.compactMap {
      fleet.index(ofName: $0) ?? fleet.index(ofMRID: $0) ?? fleet.index(ofSerialNumber: $0)
    }.first.map { fleet[$0] }
  }

  func knows(_ identifiers: [String]) -> Bool {
    meter(identifiers) != nil
      || identifiers.contains { fleet.transformer(of: $0) != nil || fleet.feeder(of: $0) != nil }
  }

  /// What the display of a meter shows, in kWh.
  ///
  /// A meter in the store shows what it showed when it came there: this simulation has none apart from the fleet's.
  func shown(by meter: SimulatedMeter, at time: Timestamp) -> String {
    let wattHours = fleet.register(of: meter.index, at: time).forward
    let fraction = String(1000 + wattHours % 1000).dropFirst()
    return "\(wattHours / 1000).\(fraction)"
  }
}
