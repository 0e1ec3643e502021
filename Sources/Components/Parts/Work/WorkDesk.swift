// Takes orders of work of the nouns of Part 6, plans them, and has crews carry them out.
import CIMModel
public import IECMessage
import Logging
public import MessageBus
import MeterSimulator

/// Work management's desk for WorkRequests, MaintenanceOrders and ServiceOrders.
///
/// Serves create, change, cancel, close and get of the three. What it takes it plans at once: a crew and a time, told by
/// `changed`; out of a WorkRequest it makes a MaintenanceOrder, told by `created`. A crew that is dispatched (an action)
/// reports each status in its order; what it reads at meters is published as `created MeterReadings` before the order is
/// completed. The works of one order go together. 10,000 orders at most.
///
/// Reply codes: 1.7 no order, or what a create needs is missing; 2.4 unknown meter; 2.15 unknown order; 2.29 another
/// unknown asset or crew; 3.2 too many orders; 5.2 an order that is there already; 6.1 a status out of its order, a crew
/// that is booked.
///
/// - SeeAlso: IEC 61968-6
public actor WorkDesk: SystemPart {
  struct Kept {
    var order: WorkOrder
    /// Of the request that created it.
    var correlationID: String?
    /// Of a WorkRequest: the MaintenanceOrder made of it. Of that: the WorkRequest.
    var partner: String?

    var status: WorkStatus { order.works.first?.statusKind.flatMap(WorkStatus.init(rawValue:)) ?? .waitingOnApproval }
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  let port: any MessagePort
  let logger: Logger
  let now: @Sendable () -> Timestamp
  let assets: AssetRegister
  /// By identifier of the order.
  var orders: [String: Kept] = [:]
  /// Identifiers of orders in the order in which they came.
  var sequence: [String] = []
  /// Every mRID and name of an order.
  var index: [String: String] = [:]
  var roster = CrewRoster()
  /// Events that are still to be published; `work()` does.
  private var outbox: [Message] = []
  private let wake: AsyncStream<Void>.Continuation
  private let calls: AsyncStream<Void>
  static let limit = 10_000
  /// How long work takes where nobody says.
  static let usualSeconds: Int64 = 7_200
  /// Seconds a crew can be booked for at a time: 30 days.
  static let longestBooking = 30.0 * 86_400

  init(
    id: ParticipantID, port: any MessagePort, assets: AssetRegister, logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.port = port
    self.assets = assets
    self.logger = logger
    self.now = now
    interests = [.serves([.create, .change, .cancel, .close, .get], Set(WorkOrder.Kind.allCases.map(\.noun)))]
    (calls, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public static let actions: [ActionDescription] = [
    .init("dispatch", ["order"], "the crew of an order that is scheduled goes and does the work")
  ]

  public static let facts: [FactDescription] = [
    .init("work/*/status", "status of an order of Part 6, by mRID or name"),
    .init("work/*/crew", "crew it is given to"),
    .init("work/open", "orders of Part 6 that are neither completed nor cancelled"),
    .init("crews/*/bookings", "orders a crew is booked for"),
  ]

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    guard let kind = WorkOrder.Kind(noun: request.noun ?? "") else {
      return request.failure("2.5", reason: "\(id) does not know the noun", source: id.rawValue)
    }
    if request.verb == .get { return orders(kind, for: request) }
    do {
      let wanted = WorkOrder.read(kind, request.payload?.objects ?? [])
      guard !wanted.isEmpty else {
        throw Refusal("1.7", "the Payload holds no \(kind.rawValue)", at: "\(kind.noun)/\(kind.rawValue)")
      }
      let taken = request.verb == .create ? try create(wanted, request) : try change(wanted, request)
      wake.yield()
      return request.reply(.ok, ids: taken, source: id.rawValue)
    } catch let refusal as Refusal {
      return request.refused(refusal, source: id.rawValue)
    }
  }

  public func perform(_ action: ActionCall) async throws {
    let name = try action.text("order")
    guard var key = index[name] else { throw ActionError("there is no order \(name)") }
    if orders[key]?.order.kind == .workRequest, let raised = orders[key]?.partner { key = raised }
    guard let kept = orders[key], kept.status == .scheduled else {
      throw ActionError("order \(name) is \(orders[key]?.status.rawValue ?? "gone"), not scheduled")
    }
    carryOut(key)
    wake.yield()
  }

  /// Plans what can be planned and publishes what there is to tell, until cancelled.
  public func work() async throws {
    for await _ in calls {
      plan()
      while !outbox.isEmpty {
        await port.publish(outbox.removeFirst(), from: id, logger: logger)
      }
    }
  }

  /// Adds an event on an order to what is to be published.
  func tell(_ verb: Verb, _ key: String) {
    guard var kept = orders[key] else { return }
    for index in kept.order.works.indices { kept.order.works[index].lastModifiedDateTime = now() }
    orders[key] = kept
    outbox.append(
      .event(
        verb, kept.order.kind.noun, [kept.order.element], source: id.rawValue, correlationID: kept.correlationID))
  }

  func publish(_ readings: [MeterReading], correlationID: String?) {
    outbox.append(
      .event(
        .created, MeterReadings.noun, [MeterReadings(readings).element], source: id.rawValue,
        correlationID: correlationID))
  }

  /// Sets the status of an order and of its tasks, and tells of it.
  func set(_ status: WorkStatus, _ key: String) {
    guard var kept = orders[key] else { return }
    kept.order.set(status)
    orders[key] = kept
    if status.isOver { roster.release(key) }
    tell(status == .cancelled ? .canceled : status == .closed ? .closed : .changed, key)
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[1], path[2]) {
    case ("crews", let crew, _): return String(Set(roster.bookings.filter { $0.crew == crew }.map(\.order)).count)
    case (_, "open", ""): return String(orders.values.count { !$0.status.isOver })
    case (_, let name, "status"): return index[name].flatMap { orders[$0] }?.status.rawValue
    default: return index[path[1]].flatMap { orders[$0] }?.order.works.first?.tasks.first?.crews.first?.label
    }
  }
}

extension WorkOrder {
  mutating func set(_ status: WorkStatus) {
    for index in works.indices {
      works[index].statusKind = status.rawValue
      for task in works[index].tasks.indices { works[index].tasks[task].statusKind = status.rawValue }
    }
  }
}
