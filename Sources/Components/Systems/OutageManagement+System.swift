// What the OMS can tell of outages.
import CIMModel
import MessageBus

extension OutageManagement: SystemPart {
  public static let facts: [FactDescription] = [
    .init("outages/open", "outages that are not closed"),
    .init("outages/closed", "outages that were closed"),
    .init("outages/last/transformer", "transformer of the newest outage"),
    .init("outages/last/state", "predicted, confirmed, partiallyRestored, restored or closed"),
    .init("outages/last/kind", "what is out: transformer, section, feeder or service"),
    .init("outages/last/metersOut", "meters without power in the newest outage"),
    .init("outages/last/verified", "yes where a neighbour was asked for a reading"),
  ]

  public func fact(_ path: FactPath) async -> String? {
    switch (path[1], path[2]) {
    case ("open", _): return String(openOutages.count)
    case ("closed", _): return String(closedCount)
    case ("last", let what):
      guard let outage = outages.last else { return nil }
      switch what {
      case "transformer": return outage.transformer
      case "kind": return outage.kind
      case "state": return outage.state.rawValue
      case "metersOut": return String(outage.metersOut.count)
      default: return outage.verification == nil ? "no" : "yes"
      }
    default: return nil
    }
  }

  public func work() async throws { try await run() }
}
