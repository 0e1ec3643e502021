// Those who work at the network: what is switched for them, and the clearances they hold.
import CIMModel
public import IECMessage
public import MessageBus

/// Work management's side of switching: hears of plans, orders, tags and safety documents, and hands clearances back.
/// 10,000 of each at most.
///
/// - SeeAlso: IEC 61968-3
public actor ClearanceBook: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let now: @Sendable () -> Timestamp
  /// Newest status by name.
  private var plans: [String: String] = [:]
  private var clearances: [String: String] = [:]
  private var tags: Set<String> = []
  private var orders = 0
  private static let limit = 10_000

  init(id: ParticipantID, port: any MessagePort, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.now = now
    interests = [
      .subscribes([.created, .changed, .closed, .canceled], ["SwitchingPlans"]),
      .subscribes([.created], ["SwitchingOrders"]),
      .subscribes([.created, .changed], ["SafetyDocuments"]), .subscribes([.created, .deleted], ["OperationalTags"]),
    ]
  }

  public static let actions: [ActionDescription] = [
    .init("handBack", ["clearance"], "everybody is off the equipment: a clearance is released")
  ]

  public static let facts: [FactDescription] = [
    .init("plans/*/state", "state of a switching plan by name: planned, inProgress, completed, cancelled"),
    .init("documents/*/state", "issued or released: a clearance by name"),
    .init("tags/count", "operational tags that are placed"),
    .init("switchingOrders/count", "orders to switch it was told of"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for root in event.payload?.objects ?? [] {
      for element in root.children {
        let name = IdentifiedObject(element).label
        let state = element.at("status", "value")?.text
        switch element.name {
        case "SwitchingPlan": if plans[name] != nil || plans.count < Self.limit { plans[name] = state }
        case "ClearanceDocument":
          if clearances[name] != nil || clearances.count < Self.limit { clearances[name] = state }
        case "OperationalTag":
          if event.verb == .deleted { tags.remove(name) } else if tags.count < Self.limit { tags.insert(name) }
        default: orders += 1
        }
      }
    }
  }

  public func perform(_ action: ActionCall) async throws {
    let name = try action.text("clearance")
    guard clearances[name] == "issued" else { throw ActionError("clearance \(name) is not issued") }
    var root = Element("SafetyDocuments", in: networkNamespace("SafetyDocuments"))
    let time = now()
    root.append("ClearanceDocument") { element in
      element.append("releasedDateTime", time)
      element.append("Names") { $0.append("name", name) }
    }
    _ = await port.ask(.request(.change, "SafetyDocuments", [root], source: id.rawValue), from: id)
  }

  public func fact(_ path: FactPath) async -> String? {
    switch path[0] {
    case "plans": return plans[path[1]]
    case "documents": return clearances[path[1]]
    case "tags": return String(tags.count)
    default: return String(orders)
    }
  }
}
