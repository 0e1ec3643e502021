// What customers do at load control devices, and what load control knows of them.
import CIMModel
import MessageBus
import MeterSimulator

extension LoadControl: SystemPart {
  public static let actions: [ActionDescription] = [
    .init("optOut", ["device"], "a customer opts out of a load control event"),
    .init("timePasses", ["minutes"], "the clock goes on; events that fall due meanwhile begin and end"),
  ]

  public static let facts: [FactDescription] = [
    .init("devices/*/loadEvent", "scheduled, started, stopped, optedOut or cancelled"),
    .init("devices/*/text", "what the display shows"),
    .init("devices/*/price", "price or tier it goes by"),
    .init("groups/*/members", "devices in a group"),
  ]

  public func perform(_ action: ActionCall) async throws {
    switch action.name {
    case "optOut": try await optOut(try action.text("device"))
    case "timePasses":
      advance(now().adding(seconds: 60 * Int64(try action.int("minutes", default: 0, in: 0...1_000_000))))
      await settle()
    default: throw ActionError("\(id) has no action '\(action.name)'")
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    if path[0] == "groups" { return desk.groups[path[1]].map { String($0.count) } }
    guard let meter = fleet.index(ofLoadControlDevice: path[1]) ?? fleet.index(ofPANDevice: path[1]) else { return nil }
    let state = desk.devices[meter]
    switch path[2] {
    case "loadEvent": return state.loadEvent?.state.rawValue
    case "text": return state.text
    default: return state.price
    }
  }

  public func work() async throws { try await run() }
}
