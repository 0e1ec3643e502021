// What the MDM can tell.
import CIMModel
import MessageBus

extension MeterDataManagement: SystemPart {
  public static let facts: [FactDescription] = [
    .init("meters/*/values", "values of a meter in its store"),
    .init("meters/count", "meters that its store has added since the start"),
  ]

  public func fact(_ path: FactPath) async -> String? {
    if path[1] == "count" { return String(storedMeters) }
    return String(await storedReading(of: path[1])?.valueCount ?? 0)
  }

  public func work() async throws { try await run() }
}
