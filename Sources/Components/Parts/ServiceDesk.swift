// Takes orders of work at meters and has crews carry them out.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus

/// Work management: serves `create MeterServiceRequests`, tells by `changed` what became of each, and keeps them, 10,000 at
/// most. What a crew does is a person's decision, an action.
///
/// - SeeAlso: IEC 61968-9, 5.5.2 and 5.6
public actor ServiceDesk: SystemPart {
  private struct Order {
    var work: MeterServiceWork
    var correlationID: String?
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  private var orders: [Order] = []
  private static let limit = 10_000

  public init(id: ParticipantID, port: any MessagePort, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.logger = logger
    self.now = now
    interests = [.serves([.create], [MeterServiceRequests.noun]), .serves([.cancel], [MeterServiceRequests.noun])]
  }

  public static let actions: [ActionDescription] = [
    .init("schedule", ["meter"], "the newest open order of a meter is given to a crew"),
    .init(
      "complete", ["meter"], optional: ["newMeter", "reading"],
      "the crew has done the newest open order of a meter, perhaps with another meter in its place"),
    .init("fail", ["meter", "reason"], "the crew could not do it"),
  ]

  public static let facts: [FactDescription] = [
    .init("orders/open", "orders that are not done"),
    .init("orders/*/status", "of the newest order of a meter by mRID: waiting, scheduled, completed, failed"),
    .init("orders/*/type", "its type, or its kind"),
  ]

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    let works = MeterServiceRequests(objects: request.payload?.objects ?? []).meterServiceWorks
    guard !works.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no MeterServiceWork", source: id.rawValue)
    }
    guard works.allSatisfy({ $0.kind != nil && !($0.meter?.identifiers.isEmpty ?? true) }) else {
      return request.failure("1.7", reason: "a MeterServiceWork without kind or Meter", source: id.rawValue)
    }
    guard request.verb == .create else { return cancel(works, request) }
    guard orders.count + works.count <= Self.limit else {
      return request.failure("3.2", reason: "\(orders.count) orders are kept", source: id.rawValue)
    }
    orders += works.map { Order(work: $0, correlationID: request.correlation) }
    return request.reply(.ok, source: id.rawValue)
  }

  private func cancel(_ works: [MeterServiceWork], _ request: Message) -> Message {
    // All of them or none.
    var left = orders
    for work in works {
      guard let index = work.meter.flatMap({ Self.open($0.identifiers, in: left) }) else {
        return request.failure("5.7", reason: "no order for \(work.meter?.label ?? "") is open", source: id.rawValue)
      }
      left.remove(at: index)
    }
    orders = left
    return request.reply(.ok, source: id.rawValue)
  }

  private func open(_ identifiers: [String]) -> Int? { Self.open(identifiers, in: orders) }

  private static func open(_ identifiers: [String], in orders: [Order]) -> Int? {
    orders.lastIndex { order in
      order.work.status?.value != MeterServiceWork.Status.completed
        && order.work.status?.value != MeterServiceWork.Status.failed
        && order.work.meter?.identifiers.contains(where: identifiers.contains) ?? false
    }
  }

  public func perform(_ action: ActionCall) async throws {
    let meter = try action.text("meter")
    guard let index = open([meter]) else { throw ActionError("no order for \(meter) is open") }
    let time = now()
    var order = orders[index]
    switch action.name {
    case "schedule": order.work.status = .init(dateTime: time, value: MeterServiceWork.Status.scheduled)
    case "fail":
      order.work.status = .init(
        dateTime: time, reason: try action.text("reason"), value: MeterServiceWork.Status.failed)
    default:
      order.work.status = .init(dateTime: time, value: MeterServiceWork.Status.completed)
      if let reading = action["reading"] {
        order.work.readings = [
          Reading(reason: "other", timeStamp: time, value: reading, readingType: ReadingTypeCode.registerForward)
        ]
      }
      if let newMeter = action["newMeter"] {
        order.work.oldMeter = order.work.meter
        order.work.meter = IdentifiedObject(mRID: newMeter)
      }
    }
    order.work.lastModifiedDateTime = time
    let told = order.work
    // It goes on being found by the meter it was ordered for.
    if order.work.oldMeter != nil { order.work.meter = orders[index].work.meter }
    orders[index] = order
    await port.publish(
      .event(
        .changed, MeterServiceRequests.noun, [MeterServiceRequests([told]).element], source: id.rawValue,
        correlationID: order.correlationID), from: id, logger: logger)
  }

  public func fact(_ path: FactPath) async -> String? {
    if path[1] == "open" {
      return String(
        orders.count {
          ![MeterServiceWork.Status.completed, MeterServiceWork.Status.failed].contains($0.work.status?.value ?? "")
        })
    }
    guard let order = orders.last(where: { $0.work.meter?.identifiers.contains(path[1]) ?? false }) else { return nil }
    return path[2] == "status"
      ? order.work.status?.value ?? "waiting" : order.work.type ?? order.work.kind?.rawValue
  }
}
