// An open outage inside the analysis: numbers of meters and devices instead of names.
import CIMModel

struct OutageRecord: Sendable {
  var number: Int
  /// The device that is out; nil for a single service.
  var device: Int?
  var state = Outage.State.predicted
  var began: Int64
  var detected: Timestamp
  var restored: Int64?
  /// Meters that are or were out, each once.
  var meters: [Int32] = []
  /// Those of them that have power again.
  var back = 0
  var correlationID: String?
  /// Questions that are not answered.
  var outstanding = 0
  var silentHadPower = false
  var toldHadPower = false
  var isPartial = false
  var wasConfirmed = false
  var isBeingChecked = false
  var verification: Outage.Verification?
  var isPublished = false
  /// The public has been told of it.
  var isPublic = false
  var isChanged = false
}

extension OutageAnalysis {
  /// The meters of an outage that are without power.
  func lostMeters(of number: Int) -> [Int] {
    (open[number]?.meters ?? []).map { Int($0) }.filter { meters[$0].isOut && meters[$0].outage == Int32(number) }
  }

  /// An open outage under the names of the network.
  func outage(of record: OutageRecord) -> Outage {
    let first = record.meters.first.map { network.meters[Int($0)] }
    let path = (record.device ?? first.map { Int($0.device) }).flatMap { $0 < 0 ? nil : network.path(from: $0) } ?? []
    let top = path.last.map { network.devices[$0].name } ?? ""
    let transformer = path.first.map { network.devices[$0] }
    var outage = Outage(
      number: record.number,
      device: record.device.map { network.devices[$0].name } ?? first?.object.label ?? "",
      kind: record.device.map(network.kind(of:)) ?? "service",
      transformer: transformer.flatMap { $0.meters.isEmpty ? nil : $0.name }, feeder: top, state: record.state,
      began: Timestamp(microseconds: record.began), detected: record.detected,
      restored: record.restored.map { Timestamp(microseconds: $0) }, metersOut: [],
      metersOnTransformer: record.device.map { network.devices[$0].meterCount } ?? 1)
    outage.verification = record.verification
    outage.wasConfirmed = record.wasConfirmed
    outage.isPartial = record.isPartial
    for number in record.meters {
      let meter = network.meters[Int(number)]
      let isBack = !meters[Int(number)].isOut || meters[Int(number)].outage != Int32(record.number)
      let name = meter.object.identifiers.first ?? ""
      outage.metersOut.insert(name)
      if isBack { outage.metersRestored.insert(name) }
      guard let point = meter.usagePoint else { continue }
      if isBack, outage.usagePointsRestored.count < Outage.usagePointLimit {
        outage.usagePointsRestored.append(point)
      } else if !isBack, outage.usagePointsOut.count < Outage.usagePointLimit {
        outage.usagePointsOut.append(point)
      }
    }
    return outage
  }
}
