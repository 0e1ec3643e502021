// Forms groups of devices for load control.
import CIMModel
import IECMessage
public import MessageBus

/// Tells the metering system which devices belong together: `create` and `change EndDeviceGroups`.
///
/// - SeeAlso: IEC 61968-9, 5.4
public actor GroupDesk: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = []
  private let port: any MessagePort
  /// Members by group, of groups the metering system has taken; 1,000 at most.
  private var groups: [String: Int] = [:]

  public init(id: ParticipantID, port: any MessagePort) {
    self.id = id
    self.port = port
  }

  public static let actions: [ActionDescription] = [
    .init("formGroup", ["group", "devices"], "devices are put into a new group"),
    .init("changeGroup", ["group", "devices"], "a group gets other devices"),
  ]
  public static let facts: [FactDescription] = [.init("formed/*/members", "devices in a group that was formed")]

  public func perform(_ action: ActionCall) async throws {
    let group = try action.text("group")
    let devices = action.list("devices")
    guard !devices.isEmpty, devices.count <= 100_000 else { throw ActionError("devices must be 1 to 100,000 mRIDs") }
    let payload = Element.profile("EndDeviceGroups") { root in
      root.append("EndDeviceGroup") { element in
        element.append("mRID", group)
        for device in devices { element.append("EndDevices", IdentifiedObject(mRID: device)) }
      }
    }
    let reply = await port.ask(
      .request(
        action.name == "formGroup" ? .create : .change, "EndDeviceGroups", [payload], source: id.rawValue), from: id)
    if reply.reply?.result == .ok, groups.count < 1_000 { groups[group] = devices.count }
  }

  public func fact(_ path: FactPath) async -> String? { groups[path[1]].map { String($0) } }
}
