// What a customer system knows of outages, for those who call.
import CIMModel
public import IECMessage
public import MessageBus

/// Keeps what it is told of planned and unplanned outages: 10,000 of them, and 1,000,000 usage points
/// whose customers are told. Of those without power it keeps the number.
///
/// - SeeAlso: IEC 61968-3 and -8
public actor OutageBook: SystemPart {
  private struct Known {
    var kind: String?
    var restoration: String?
    var crew: String?
    var usagePoints = 0
    var isClosed = false
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  /// By first name, else mRID.
  private var outages: [String: Known] = [:]
  private var newest: String?
  private var notified: Set<String> = []
  /// What the public is told, by outage.
  private var published: [String: String] = [:]
  private static let outageLimit = 10_000
  private static let pointLimit = 1_000_000

  init(id: ParticipantID) {
    self.id = id
    interests = [
      .subscribes([.created, .changed, .closed, .canceled], ["PlannedOutages", "UnplannedOutages"]),
      .subscribes([.created], ["PlannedOutageNotifications"]),
      .subscribes([.created, .changed, .closed], ["PubOutages"]),
    ]
  }

  public static let facts: [FactDescription] = [
    .init("outages/*/kind", "predicted, confirmed, partiallyRestored, restored or closed: an outage by name"),
    .init("outages/*/usagePoints", "usage points without power in it, as it was told last"),
    .init("outages/*/restoration", "when power is expected back"),
    .init("outages/*/crew", "how far the crew is: assigned, enroute, arrived, fieldComplete"),
    .init("outages/open", "outages that are not closed"),
    .init("published/*/kind", "what the public is told of an outage by name"),
    .init("notified/count", "usage points whose customers are told of an outage to come"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for element in (event.payload?.objects ?? []).flatMap(\.children) {
      let name = IdentifiedObject(element).label
      if event.noun == "PubOutages" {
        let kind = event.verb == .closed ? "closed" : element.text("outageKind")
        if published[name] != nil || published.count < Self.outageLimit { published[name] = kind }
        continue
      }
      if element.name == "PlannedOutageNotification" {
        for point in element.objects("UsagePoint") where notified.count < Self.pointLimit {
          notified.insert(point.identifier)
        }
        continue
      }
      guard element.name.hasSuffix("Outage"), outages[name] != nil || outages.count < Self.outageLimit else { continue }
      var known = outages[name] ?? Known()
      known.kind = element.text("outageKind") ?? known.kind
      known.crew = element.text("statusKind") ?? known.crew
      known.restoration =
        element.at("EstimatedRestorationTime", "ert")?.text ?? element.at("estimatedPeriod", "end")?.text
        ?? known.restoration
      // What tells of the crew alone says nothing of usage points.
      if element["DeEnergizedUsagePoint"] != nil || element["EnergizedUsagePoint"] != nil {
        known.usagePoints = Set(element.objects("DeEnergizedUsagePoint").map(\.identifier)).count
      }
      if event.verb == .closed || event.verb == .canceled { known.isClosed = true }
      outages[name] = known
      newest = name
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[1]) {
    case ("notified", _): return String(notified.count)
    case ("published", let name): return published[name]
    case ("outages", "open"): return String(outages.values.count { !$0.isClosed })
    default:
      // "last" is the one it was told of last.
      guard let known = (path[1] == "last" ? newest : path[1]).flatMap({ outages[$0] }) else { return nil }
      switch path[2] {
      case "kind": return known.isClosed ? "closed" : known.kind
      case "usagePoints": return String(known.usagePoints)
      case "crew": return known.crew
      default: return known.restoration
      }
    }
  }
}
