// Orders work of work management and hears what became of it.
public import CIMModel
public import IECMessage
public import MessageBus

/// The orderer's side of MeterServiceRequests, for systems other than the CIS: meter maintenance, asset management,
/// planning.
public actor OrderBook: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let now: @Sendable () -> Timestamp
  /// Newest last, 1,000 at most.
  private var notices: [MeterServiceWork] = []
  private var ordered = 0

  public init(id: ParticipantID, port: any MessagePort, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.now = now
    interests = [.subscribes([.changed], [MeterServiceRequests.noun])]
  }

  public static let actions: [ActionDescription] = [
    .init("order", ["kind", "meter"], optional: ["type"], "orders work at a meter")
  ]

  public static let facts: [FactDescription] = [
    .init("ordered/count", "orders that were taken on"),
    .init("notices/*/status", "what it was told last of work of a kind or type"),
    .init("notices/*/meter", "mRID of the meter that is there now"),
    .init("notices/*/oldMeter", "mRID of the meter that was there"),
  ]

  public func perform(_ action: ActionCall) async throws {
    let work = MeterServiceWork(
      kind: .init(try action.text("kind")), requestDateTime: now(), type: action["type"],
      meter: IdentifiedObject(mRID: try action.text("meter")))
    let reply = await port.ask(
      .request(.create, MeterServiceRequests.noun, [MeterServiceRequests([work]).element], source: id.rawValue),
      from: id)
    if reply.reply?.result == .ok { ordered += 1 }
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    notices += MeterServiceRequests(objects: event.payload?.objects ?? []).meterServiceWorks
    if notices.count > 1_000 { notices.removeFirst(notices.count - 1_000) }
  }

  public func fact(_ path: FactPath) async -> String? {
    if path[0] == "ordered" { return String(ordered) }
    guard let work = notices.last(where: { $0.kind?.rawValue == path[1] || $0.type == path[1] }) else { return nil }
    switch path[2] {
    case "status": return work.status?.value
    case "meter": return work.meter?.mRID
    default: return work.oldMeter?.mRID
    }
  }
}
