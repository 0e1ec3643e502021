// What a network operator knows of groups of distributed energy resources.
import CIMModel
public import IECMessage
public import MessageBus

/// Keeps what DER management tells of its groups, 10,000 at most: members, power, whether they are connected.
///
/// - SeeAlso: IEC 61968-5
public actor DERBook: SystemPart {
  private struct Known {
    var members = 0
    var power: String?
    var status: String?
    var isDeleted = false
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private var groups: [String: Known] = [:]
  private static let limit = 10_000

  init(id: ParticipantID) {
    self.id = id
    interests = [
      .subscribes([.created, .changed, .deleted], ["DERGroups"]),
      .subscribes([.changed], ["DERGroupStatuses"]), .subscribes([.created], ["DERGroupForecasts"]),
    ]
  }

  public static let facts: [FactDescription] = [
    .init("der/*/members", "inverters in a group, by its mRID or first name"),
    .init("der/*/power", "power it was told last, in kW"),
    .init("der/*/status", "connected, disconnected or deleted"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for root in event.payload?.objects ?? [] {
      for element in root.all("EndDeviceGroup") {
        let key = IdentifiedObject(element).identifier
        guard groups[key] != nil || groups.count < Self.limit else { continue }
        var known = groups[key] ?? Known()
        if root.name == "DERGroups" {
          known.members = element.all("EndDevices").count
          known.isDeleted = event.verb == .deleted
        } else {
          known.power = element.at("DERMonitorableParameter", "DERCurveData", "nominalYValue")?.text
          known.status = element.at("status", "value")?.text
        }
        groups[key] = known
      }
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    guard let known = groups[path[1]] else { return nil }
    switch path[2] {
    case "members": return String(known.members)
    case "power": return known.power
    default: return known.isDeleted ? "deleted" : known.status
    }
  }
}
