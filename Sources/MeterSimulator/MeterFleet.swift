// A fleet of simulated meters as one value.

public import CIMModel

/// A fleet of simulated meters: deterministic, without clock, input or output.
///
/// The load of a meter is a pure function of seed, index and instant; the fleet stores only what commands and outages
/// have changed. A fleet of any size takes less than a megabyte, and each meter that something happened to about 200
/// bytes more.
///
/// ```swift
/// var fleet = MeterFleet(count: 1000, seed: 42, start: now)
/// let meter = fleet.index(of: "MTR-00000007") ?? 0
/// let shown = fleet.register(of: meter, at: now)                     // Wh since installation
/// let gasps = fleet.outage(of: fleet.topology.meters(onTransformer: 3), at: now)
/// ```
///
/// An index outside the fleet stops the program, as with an array; what comes from messages is turned into an index by
/// `index(of:)`, which answers nil.
///
/// Known limits: local time is a fixed offset from UTC, so loads do not move with daylight saving time; seasons are
/// those of the northern hemisphere.
public struct MeterFleet: Sendable {
  /// The largest fleet; a larger one asked for has this size.
  public static let maximumCount = 100_000_000

  public let seed: UInt64
  /// When the simulation begins. Every meter was installed between a month and twelve years earlier and can be read
  /// for any instant, before the start or after it.
  public let start: Timestamp
  /// Feeders and transformers.
  public let topology: FleetTopology

  let model: LoadModel
  let identity: Identity
  /// Of the meters whose state ever changed.
  var histories: [Int: SupplyHistory] = [:]

  /// - Parameters:
  ///   - count: number of meters; below 0 counts as 0.
  ///   - seed: equal seeds and starts give equal fleets.
  ///   - start: when the simulation begins.
  ///   - utcOffsetMinutes: local time of the customers against UTC, e.g. 60; from -840 to 840.
  ///   - metersPerTransformer: on average; 1 to 10,000.
  ///   - transformersPerFeeder: 1 to 10,000.
  public init(
    count: Int, seed: UInt64, start: Timestamp, utcOffsetMinutes: Int = 0, metersPerTransformer: Int = 10,
    transformersPerFeeder: Int = 40
  ) {
    self.seed = seed
    self.start = start
    identity = Identity(seed: seed)
    topology = FleetTopology(
      meters: min(max(0, count), MeterFleet.maximumCount), metersPerTransformer: metersPerTransformer,
      transformersPerFeeder: transformersPerFeeder, seed: seed)
    model = LoadModel(seed: seed, start: start, offsetMinutes: min(max(utcOffsetMinutes, -840), 840))
  }

  /// Number of meters.
  public var count: Int { topology.meters }

  /// Indices of all meters.
  public var indices: Range<Int> { 0..<count }

  public subscript(index: Int) -> SimulatedMeter {
    precondition(indices.contains(index), "meter \(index) of a fleet of \(count)")
    let transformer = topology.transformer(of: index)
    let feeder = topology.feeder(ofTransformer: transformer)
    let load = CustomerLoad(seed: seed, meter: index, neighbourhood: feeder, startDay: model.startDay)
    let midnight = Int64(load.installationDay * 86_400 - model.offsetMinutes * 60)
    return SimulatedMeter(
      index: index, transformer: transformer, section: topology.section(ofTransformer: transformer), feeder: feeder,
      load: load.kind, installed: Timestamp(seconds: midnight), identity: identity)
  }
}

extension MeterFleet {
  /// The meter with a name ("MTR-00001234"), serial number or mRID, or that meters the usage point with a name
  /// ("UP-00001234") or mRID.
  ///
  /// - Returns: its index; nil when the fleet has no such meter. Takes the same time for any size of fleet.
  public func index(of identifier: String) -> Int? {
    index(ofName: identifier) ?? index(ofMRID: identifier) ?? index(ofUsagePoint: identifier)
      ?? index(ofSerialNumber: identifier)
  }

  /// The meter with a name, e.g. "MTR-00001234".
  public func index(ofName name: String) -> Int? {
    known(Identity.index(ofName: name, SimulatedMeter.Prefix.meter))
  }

  /// The meter with an mRID.
  public func index(ofMRID mRID: String) -> Int? { known(identity.index(ofMRID: mRID, .meter)) }

  /// The meter with a serial number.
  public func index(ofSerialNumber text: String) -> Int? { known(identity.index(ofSerialNumber: text)) }

  /// The meter of a usage point, by its name or mRID.
  public func index(ofUsagePoint identifier: String) -> Int? {
    known(
      Identity.index(ofName: identifier, SimulatedMeter.Prefix.usagePoint)
        ?? identity.index(ofMRID: identifier, .usagePoint))
  }

  /// The number of a transformer, by its name ("TR-000123") or mRID.
  public func transformer(of identifier: String) -> Int? {
    let number =
      Identity.index(ofName: identifier, SimulatedMeter.Prefix.transformer, digits: 6)
      ?? identity.index(ofMRID: identifier, .transformer)
    return number.flatMap { $0 < topology.transformers ? $0 : nil }
  }

  /// The number of a feeder, by its name ("FDR-0003") or mRID.
  public func feeder(of identifier: String) -> Int? {
    let number =
      Identity.index(ofName: identifier, SimulatedMeter.Prefix.feeder, digits: 4)
      ?? identity.index(ofMRID: identifier, .feeder)
    return number.flatMap { $0 < topology.feeders ? $0 : nil }
  }

  /// The number of a section of a feeder, by its name ("SEC-00012").
  public func section(of name: String) -> Int? {
    Identity.index(ofName: name, SimulatedMeter.Prefix.section, digits: 5)
      .flatMap { $0 < topology.sections ? $0 : nil }
  }

  /// The meter before the load control device with a name ("LC-00001234") or mRID.
  public func index(ofLoadControlDevice identifier: String) -> Int? {
    known(
      Identity.index(ofName: identifier, SimulatedMeter.Prefix.loadControl)
        ?? identity.index(ofMRID: identifier, .loadControlDevice))
  }

  /// The meter before the PAN device with a name ("PAN-00001234") or mRID.
  public func index(ofPANDevice identifier: String) -> Int? {
    known(
      Identity.index(ofName: identifier, SimulatedMeter.Prefix.panDevice)
        ?? identity.index(ofMRID: identifier, .panDevice))
  }

  private func known(_ index: Int?) -> Int? { index.flatMap { indices.contains($0) ? $0 : nil } }
}
