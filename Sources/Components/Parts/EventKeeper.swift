// Keeps what devices report, for systems that act on it or only have to know.
import CIMModel
public import IECMessage
public import MessageBus

/// Subscribes to `created EndDeviceEvents` and keeps, of up to 100,000 devices, what each reported last.
public actor EventKeeper: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private var counts: [String: Int] = [:]
  private var newest: [String: EndDeviceEvent] = [:]
  private var total = 0
  private static let deviceLimit = 100_000
  private static let codeLimit = 1_000

  public init(id: ParticipantID) {
    self.id = id
    interests = [.subscribes([.created], [EndDeviceEvents.noun])]
  }

  public static let facts: [FactDescription] = [
    .init("events/count", "events it was told of"),
    .init("events/*/count", "events of a code, e.g. 3.26.0.85"),
    .init("devices/*/event", "code of the newest event of a device, by mRID or name"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for event in EndDeviceEvents(objects: event.payload?.objects ?? []).endDeviceEvents {
      total += 1
      let code = event.endDeviceEventType
      if counts[code] != nil || counts.count < Self.codeLimit { counts[code, default: 0] += 1 }
      for identifier in event.asset?.identifiers ?? []
      where newest[identifier] != nil || newest.count < Self.deviceLimit {
        newest[identifier] = event
      }
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[1]) {
    case ("events", "count"): return String(total)
    case ("events", let code): return String(counts[code] ?? 0)
    default: return newest[path[1]]?.endDeviceEventType
    }
  }
}
