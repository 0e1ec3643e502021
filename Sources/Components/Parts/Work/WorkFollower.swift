// Those for whom work is done: hear how it goes, and see to it that master data follows.
import CIMModel
public import IECMessage
import Logging
import MasterData
public import MessageBus

/// Keeps what work management tells of WorkRequests, MaintenanceOrders and ServiceOrders, 10,000 at most, and, where it is
/// the customer system's, changes master data when meters have been put up or taken down: by one OperationSet, all or
/// nothing.
///
/// - SeeAlso: IEC 61968-6; IEC 61968-9, Annex K
public actor WorkFollower: SystemPart {
  private struct Followed {
    var order: WorkOrder
    var history: [String]
    /// Result of the OperationSet that followed from it.
    var result: String?
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  private let keepsMeters: Bool
  /// By every mRID and name of an order, in the order's first identifier.
  private var index: [String: String] = [:]
  private var orders: [String: Followed] = [:]
  private var waiting: [String] = []
  private let wake: AsyncStream<Void>.Continuation
  private let calls: AsyncStream<Void>
  private static let limit = 10_000

  /// - Parameter keepsMeters: whether it is the system that changes master data after work at meters.
  init(
    id: ParticipantID, keepsMeters: Bool, port: any MessagePort, logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.keepsMeters = keepsMeters
    self.port = port
    self.logger = logger
    self.now = now
    let nouns = Set(WorkOrder.Kind.allCases.map(\.noun))
    interests = [.subscribes([.created, .changed, .canceled, .closed], nouns)]
    (calls, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public static let actions: [ActionDescription] = [
    .init("closeWork", ["order"], "an order that is completed is settled"),
    .init("cancelWork", ["order"], "an order is not wanted any more"),
  ]

  public static let facts: [FactDescription] = [
    .init("work/*/status", "status it was told last of an order of Part 6, by mRID or name"),
    .init("work/*/history", "all status it was told of an order, in their order"),
    .init("work/*/crew", "crew of an order"),
    .init("work/*/readings", "values read for an order"),
    .init("work/*/masterData", "result of the change of master data that followed from an order"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    guard let kind = WorkOrder.Kind(noun: event.noun ?? "") else { return }
    for order in WorkOrder.read(kind, event.payload?.objects ?? []) {
      guard let status = order.works.first?.statusKind else { continue }
      let key = order.identifier
      guard orders[key] != nil || hasRoom() else {
        logger.warning("\(id): \(kind.rawValue) \(key) is not followed: \(orders.count) orders are")
        continue
      }
      for identifier in order.object.identifiers { index[identifier] = key }
      var followed = orders[key] ?? Followed(order: order, history: [])
      followed.order = order
      if followed.history.last != status { followed.history.append(status) }
      orders[key] = followed
      if keepsMeters, kind == .serviceOrder, status == WorkStatus.completed.rawValue, followed.result == nil {
        orders[key]?.result = "pending"
        waiting.append(key)
      }
    }
    wake.yield()
  }

  /// Whether one more order can be kept, once one that is settled has been dropped.
  private func hasRoom() -> Bool {
    guard orders.count >= Self.limit else { return true }
    let settled = orders.first { entry in
      entry.value.result != "pending"
        && entry.value.history.last.flatMap(WorkStatus.init(rawValue:))?.isSettled ?? false
    }
    guard let key = settled?.key else { return false }
    orders[key] = nil
    index = index.filter { $0.value != key }
    return true
  }

  /// Changes master data after work at meters, until cancelled.
  public func work() async throws {
    for await _ in calls {
      while !waiting.isEmpty {
        let key = waiting.removeFirst()
        guard let order = orders[key]?.order else { continue }
        guard let set = Self.changes(after: order, at: now()) else {
          logger.warning("\(id): master data cannot follow order \(key): not all of it is named by mRID")
          orders[key]?.result = Reply.Result.failed.rawValue
          continue
        }
        guard !set.isEmpty else {
          orders[key]?.result = nil
          continue
        }
        let reply = await port.ask(set.message(source: id.rawValue), from: id)
        orders[key]?.result = reply.reply?.result.rawValue
      }
    }
  }

  /// What changes in master data: meters go out of use and into it, and so do their links with the usage point.
  ///
  /// - Returns: nil where a meter or usage point has no mRID: half of it would be worse than nothing.
  private static func changes(after order: WorkOrder, at time: Timestamp) -> SetBuilder? {
    var builder = SetBuilder()
    for task in order.works.flatMap(\.tasks) {
      let takesDown = ["exchange", "remove"].contains(task.taskKind ?? "")
      let putsUp = ["exchange", "install"].contains(task.taskKind ?? "")
      guard takesDown || putsUp else { continue }
      guard task.usagePoint == nil || task.usagePoint?.mRID != nil else { return nil }
      let point = task.usagePoint?.mRID.map { ObjectKey(.usagePoint, mRID: $0) }
      if takesDown {
        guard let mRID = task.oldAsset?.object.mRID else { return nil }
        let meter = ObjectKey(.meter, mRID: mRID)
        builder.add(.change, meter, at: time, meterData("removalDate", "removed", time))
        if let point { builder.add(.close, meter, point, at: time) }
      }
      guard putsUp else { continue }
      guard !task.assets.isEmpty else { return nil }
      for asset in task.assets {
        guard let mRID = asset.object.mRID else { return nil }
        let meter = ObjectKey(.meter, mRID: mRID)
        builder.add(.change, meter, at: time, meterData("installationDate", "in use", time))
        if let point { builder.add(.create, meter, point, at: time) }
      }
    }
    return builder
  }

  private static func meterData(_ date: String, _ status: String, _ time: Timestamp) -> [Element] {
    let namespace = profileNamespace("MeterConfig")
    var lifecycle = Element("lifecycle", in: namespace)
    lifecycle.append(date, String(time.xmlText.prefix(10)))
    var state = Element("status", in: namespace)
    state.append("value", status)
    return [lifecycle, state]
  }

  public func perform(_ action: ActionCall) async throws {
    let name = try action.text("order")
    guard let order = index[name].flatMap({ orders[$0] })?.order else { throw ActionError("there is no order \(name)") }
    let named = WorkOrder(order.kind, order.object, works: [])
    _ = await port.ask(
      .request(
        action.name == "closeWork" ? .close : .cancel, order.kind.noun, [named.element], source: id.rawValue),
      from: id)
  }

  public func fact(_ path: FactPath) async -> String? {
    guard let followed = index[path[1]].flatMap({ orders[$0] }) else { return nil }
    let tasks = followed.order.works.flatMap(\.tasks)
    switch path[2] {
    case "status": return followed.history.last
    case "history": return followed.history.joined(separator: " ")
    case "crew": return tasks.first?.crews.first?.label
    case "readings":
      return String(
        tasks.reduce(0) { $0 + ($1.assets + [$1.oldAsset].compactMap { $0 }).reduce(0) { $0 + $1.readings.count } })
    default: return followed.result
    }
  }
}
