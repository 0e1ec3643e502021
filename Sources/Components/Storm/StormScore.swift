// What an OMS has found in a storm, beside what has happened.
import CIMModel
public import MeterSimulator

/// Precision and recall of the outages found.
///
/// Found is what was confirmed and did not turn out to be something else. It matches when it is of the same device and began
/// within two minutes of the truth; each truth is matched once.
public struct StormScore: Sendable, Hashable {
  public var truth = 0
  public var found = 0
  public var matched = 0
  /// Meters that lost power for long; those behind what was found; those in both.
  public var metersOut = 0
  public var metersFound = 0
  public var metersMatched = 0
  /// By kind: how many there were, were found, and match.
  public var kinds: [Storm.Kind: Kind] = [:]

  public struct Kind: Sendable, Hashable {
    public var truth = 0
    public var found = 0
    public var matched = 0

    public init() {}
  }

  public var precision: Double { share(matched, of: found) }
  public var recall: Double { share(matched, of: truth) }
  public var meterPrecision: Double { share(metersMatched, of: metersFound) }
  public var meterRecall: Double { share(metersMatched, of: metersOut) }

  private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 1 : Double(part) / Double(whole) }

  public init(storm: Storm, outages: [Outage], fleet: MeterFleet) {
    var open: [String: [Timestamp]] = [:]
    var isOut = [Bool](repeating: false, count: fleet.count)
    for interruption in storm.interruptions where !interruption.isMomentary {
      truth += 1
      kinds[interruption.kind, default: Kind()].truth += 1
      open[Self.name(interruption, fleet), default: []].append(interruption.began)
      for meter in interruption.meters { isOut[meter] = true }
    }
    var isFound = [Bool](repeating: false, count: fleet.count)
    for outage in outages where outage.wasConfirmed && outage.falseAlarm == nil {
      found += 1
      let kind = Storm.Kind(rawValue: outage.kind) ?? .service
      kinds[kind, default: Kind()].found += 1
      for meter in Self.meters(outage, fleet) { isFound[meter] = true }
      let times = open[outage.device] ?? []
      guard let place = times.firstIndex(where: { abs($0.seconds(since: outage.began)) <= 120 }) else { continue }
      open[outage.device]?.remove(at: place)
      matched += 1
      kinds[kind, default: Kind()].matched += 1
    }
    for meter in fleet.indices {
      metersOut += isOut[meter] ? 1 : 0
      metersFound += isFound[meter] ? 1 : 0
      metersMatched += isOut[meter] && isFound[meter] ? 1 : 0
    }
  }

  private static func name(_ interruption: Storm.Interruption, _ fleet: MeterFleet) -> String {
    let meter = fleet[interruption.meters.lowerBound]
    return switch interruption.kind {
    case .service: meter.name
    case .transformer: meter.transformerName
    case .section: meter.sectionName
    case .feeder: meter.feederName
    }
  }

  private static func meters(_ outage: Outage, _ fleet: MeterFleet) -> [Int] {
    let told = outage.metersOut.compactMap { fleet.index(of: $0) }
    if outage.isPartial { return told }
    if let transformer = fleet.transformer(of: outage.device) {
      return Array(fleet.topology.meters(onTransformer: transformer))
    }
    if let section = fleet.section(of: outage.device) { return Array(fleet.topology.meters(inSection: section)) }
    if let feeder = fleet.feeder(of: outage.device) { return Array(fleet.topology.meters(onFeeder: feeder)) }
    return told
  }
}
