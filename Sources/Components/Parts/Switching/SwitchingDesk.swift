// Network operations: plans switching for work, carries it out, and tells of the outage it makes.
import CIMModel
public import IECMessage
import Logging
public import MessageBus
import MeterSimulator

/// Network operations' desk for planned outages of transformers.
///
/// Serves `create SwitchingPlanRequests` and `create PlannedOutages`, out of both of which it makes a plan, `cancel
/// PlannedOutages`, and `change SafetyDocuments`, by which a clearance is handed back. Publishes SwitchingPlans,
/// SwitchingOrders, OperationalTags, SafetyDocuments, PlannedOutages and PlannedOutageNotifications. Nothing is put back
/// while a clearance is out at the transformer. 1,000 plans at most; the oldest that are over give way.
///
/// Known limit: switching here does not move the simulated meters' power.
///
/// Reply codes: 1.7 no request, or one without transformer or period; 2.29 an unknown transformer or document; 3.2 too many
/// plans; 5.2 an outage that is there already; 6.1 an outage that overlaps itself or another, one of several transformers, a
/// clearance that is not out, an outage that has begun and is cancelled.
///
/// - SeeAlso: IEC 61968-3
public actor SwitchingDesk: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = [
    .serves([.create], ["SwitchingPlanRequests", "PlannedOutages"]), .serves([.cancel], ["PlannedOutages"]),
    .serves([.change], ["SafetyDocuments"]),
  ]
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  private let fleet: MeterFleet
  private var plans: [SwitchingPlan] = []
  /// Plans there have been.
  private var planCount = 0
  private var outbox: [Message] = []
  private let wake: AsyncStream<Void>.Continuation
  private let calls: AsyncStream<Void>
  private static let limit = 1_000

  init(
    id: ParticipantID, fleet: MeterFleet, port: any MessagePort, logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.fleet = fleet
    self.port = port
    self.logger = logger
    self.now = now
    (calls, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public static let actions: [ActionDescription] = [
    .init("isolate", ["plan"], "the steps of a plan are carried out until the clearance is issued"),
    .init("reenergise", ["plan"], "the steps back into service, once the clearance is released"),
  ]

  public static let facts: [FactDescription] = [
    .init("switching/*/state", "planned, inProgress, completed or cancelled: a plan by name, e.g. SP-1"),
    .init("switching/*/steps", "steps of a plan that were carried out"),
    .init("clearances/open", "clearances that are out"),
  ]

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    defer { wake.yield() }
    do {
      let roots = (request.payload?.objects ?? []).filter { $0.name == request.noun }
      switch request.noun {
      case "SafetyDocuments": try release(roots, request)
      case "PlannedOutages" where request.verb == .cancel: try cancel(roots, request)
      default: return request.reply(.ok, ids: try plan(roots, request), source: id.rawValue)
      }
      return request.reply(.ok, source: id.rawValue)
    } catch let refusal as Refusal {
      return request.refused(refusal, source: id.rawValue)
    }
  }

  // MARK: Planning

  private func plan(_ roots: [Element], _ request: Message) throws -> [ObjectID] {
    let noun = request.noun ?? ""
    let object = String(noun.dropLast())
    let wanted = roots.flatMap { $0.all(object) }
    guard !wanted.isEmpty else { throw Refusal("1.7", "the Payload holds no \(object)", at: "\(noun)/\(object)") }
    var made: [SwitchingPlan] = []
    for (number, element) in wanted.enumerated() {
      made.append(
        try plan(
          element, number: planCount + made.count + 1, among: plans + made,
          at: "\(noun)/\(Refusal.step(object, number))"))
    }
    while plans.count + made.count > Self.limit, let oldest = plans.firstIndex(where: \.isOver) {
      plans.remove(at: oldest)
    }
    guard plans.count + made.count <= Self.limit else {
      throw Refusal("3.2", "\(plans.count) plans are kept", at: noun)
    }
    let time = now()
    for plan in made {
      tell(.created, plan.plan(modified: time), request.correlation)
      tell(.created, plan.outage("predicted", modified: time), request.correlation)
      tell(.created, plan.notification(modified: time), request.correlation)
    }
    plans += made
    planCount += made.count
    return made.map { plan in
      plan.request == nil
        ? ObjectID(plan.requested.mRID ?? plan.outage, objectType: "PlannedOutage")
        : ObjectID(plan.name, objectType: "SwitchingPlan")
    }
  }

  private func plan(
    _ element: Element, number: Int, among plans: [SwitchingPlan], at path: String
  ) throws -> SwitchingPlan {
    let isRequest = element.name == "SwitchingPlanRequest"
    let (what, when) =
      isRequest ? ("equipmentToBeIsolated", "outageDateTimeInterval") : ("Equipments", "estimatedPeriod")
    guard isRequest || element.all(what).count <= 1 else {
      throw Refusal(
        "6.1", "one transformer for each outage: name the others in outages of their own", at: "\(path)/\(what)[2]")
    }
    let requested = isRequest ? IdentifiedObject() : IdentifiedObject(element)
    let known = Set(plans.flatMap(\.outageIdentifiers))
    if let twice = requested.identifiers.first(where: known.contains) {
      throw Refusal("5.2", "there is an outage \(twice) already", at: path)
    }
    let named = isRequest ? element.text(what).map { [$0] } : element[what].map { IdentifiedObject($0).identifiers }
    guard let identifiers = named, !identifiers.isEmpty else {
      throw Refusal("1.7", "it is not said which transformer", at: "\(path)/\(what)")
    }
    guard let transformer = identifiers.lazy.compactMap({ [fleet] in fleet.transformer(of: $0) }).first else {
      throw Refusal("2.29", "there is no transformer \(identifiers[0])", at: "\(path)/\(what)")
    }
    let period = element[when].map(DateTimeInterval.init)
    guard let start = period?.start, let end = period?.end else {
      throw Refusal("1.7", "it is not said from when until when", at: "\(path)/\(when)")
    }
    guard start < end else {
      throw Refusal(
        "6.1", "the outage ends at \(end.xmlText), before it begins at \(start.xmlText)", at: "\(path)/\(when)")
    }
    let dark = Set(element.objects("DeEnergizedUsagePoint").flatMap(\.identifiers))
    for (index, point) in element.objects("EnergizedUsagePoint").enumerated()
    where point.identifiers.contains(where: dark.contains) {
      throw Refusal(
        "6.1", "usage point \(point.label) has power and has none: name it once",
        at: "\(path)/\(Refusal.step("EnergizedUsagePoint", index))")
    }
    let meters = fleet.topology.meters(onTransformer: transformer).map { fleet[$0] }
    let name = meters.first?.transformerName ?? identifiers[0]
    if let other = plans.first(where: { $0.overlaps(name, start, end) }) {
      throw Refusal(
        "6.1",
        "\(name) is out from \(other.start.xmlText) to \(other.end.xmlText) already, by \(other.outage): take another time",
        at: "\(path)/\(when)")
    }
    return SwitchingPlan(
      number: number, request: isRequest ? IdentifiedObject(element) : nil, requested: requested,
      purpose: element.text("purpose") ?? element.text("reason"), transformer: name, start: start, end: end,
      usagePoints: meters.map { IdentifiedObject(mRID: $0.usagePointMRID, names: [$0.usagePointName]) }, created: now())
  }

  /// Gives up outages that nobody has begun with.
  private func cancel(_ roots: [Element], _ request: Message) throws {
    let wanted = roots.flatMap { $0.all("PlannedOutage") }
    let path = "PlannedOutages/"
    guard !wanted.isEmpty else {
      throw Refusal("1.7", "the Payload holds no PlannedOutage", at: path + "PlannedOutage")
    }
    let found = try wanted.enumerated().map { number, element in
      let object = IdentifiedObject(element)
      let place = path + Refusal.step("PlannedOutage", number)
      guard let index = plans.firstIndex(where: { $0.outageIdentifiers.contains(where: object.identifiers.contains) })
      else {
        throw Refusal("2.29", "there is no outage \(object.label)", at: place)
      }
      guard plans[index].state == "planned" || plans[index].isCancelled else {
        throw Refusal("6.1", "\(object.label) is \(plans[index].state): it cannot be cancelled", at: place)
      }
      return index
    }
    let time = now()
    for index in found where !plans[index].isCancelled {
      plans[index].isCancelled = true
      tell(.canceled, plans[index].plan(modified: time), request.correlation)
      tell(.canceled, plans[index].outage("closed", modified: time), request.correlation)
    }
  }

  // MARK: Carrying out

  public func perform(_ action: ActionCall) async throws {
    let name = try action.text("plan")
    guard let index = plans.firstIndex(where: { $0.name == name }) else {
      throw ActionError("there is no plan \(name)")
    }
    if action.name == "isolate" {
      guard plans[index].state == "planned" else { throw ActionError("\(name) is \(plans[index].state), not planned") }
      if let other = plans.first(where: { $0.transformer == plans[index].transformer && $0.state == "inProgress" }) {
        throw ActionError("\(other.name) has \(other.transformer) out of service: it comes first")
      }
      tell(.created, plans[index].order(modified: now()), nil)
      for step in SwitchingPlan.Action.allCases.prefix(4) { carryOut(step, index) }
    } else {
      guard plans[index].executed[.releaseClearance] != nil, plans[index].state == "inProgress" else {
        throw ActionError("\(plans[index].clearance) is not released: somebody may be at work")
      }
      if let other = plans.first(where: { $0.transformer == plans[index].transformer && $0.isCleared }) {
        throw ActionError("\(other.clearance) is out at \(other.transformer): somebody may be at work")
      }
      for step in SwitchingPlan.Action.allCases.suffix(3) { carryOut(step, index) }
      let time = now()
      tell(.closed, plans[index].plan(modified: time), nil)
      tell(.closed, plans[index].outage("closed", modified: time), nil)
    }
    wake.yield()
  }

  /// Does a step, and tells of it and of what it brings about.
  private func carryOut(_ step: SwitchingPlan.Action, _ index: Int) {
    let time = now()
    plans[index].executed[step] = time
    let plan = plans[index]
    switch step {
    case .openSwitch: tell(.changed, plan.outage("confirmed", modified: time), nil)
    case .placeTag: tell(.created, plan.operationalTag(modified: time), nil)
    case .issueClearance: tell(.created, plan.safetyDocument, nil)
    case .releaseClearance: tell(.changed, plan.safetyDocument, nil)
    case .removeTag: tell(.deleted, plan.operationalTag(modified: time), nil)
    case .closeSwitch: tell(.changed, plan.outage("restored", modified: time), nil)
    case .ground, .removeGround: break
    }
    tell(.changed, plan.plan(modified: time), nil)
  }

  /// Takes clearances back.
  private func release(_ roots: [Element], _ request: Message) throws {
    var found: [Int] = []
    for (number, element) in roots.flatMap({ $0.all("ClearanceDocument") }).enumerated() {
      let path = "SafetyDocuments/" + Refusal.step("ClearanceDocument", number)
      let object = IdentifiedObject(element)
      guard let index = plans.firstIndex(where: { object.identifiers.contains($0.clearance) }) else {
        throw Refusal("2.29", "there is no clearance \(object.label)", at: path)
      }
      guard element.text("releasedDateTime") != nil else {
        throw Refusal("1.7", "a change of a clearance releases it", at: path + "/releasedDateTime")
      }
      guard plans[index].isCleared else { throw Refusal("6.1", "\(object.label) is not out", at: path) }
      found.append(index)
    }
    guard !found.isEmpty else {
      throw Refusal("1.7", "the Payload holds no ClearanceDocument", at: "SafetyDocuments/ClearanceDocument")
    }
    for index in found where plans[index].isCleared { carryOut(.releaseClearance, index) }
  }

  private func tell(_ verb: Verb, _ element: Element, _ correlationID: String?) {
    outbox.append(.event(verb, element.name, [element], source: id.rawValue, correlationID: correlationID))
  }

  public func work() async throws {
    for await _ in calls {
      while !outbox.isEmpty { await port.publish(outbox.removeFirst(), from: id, logger: logger) }
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    if path[0] == "clearances" { return String(plans.count(where: \.isCleared)) }
    guard let plan = plans.first(where: { $0.name == path[1] }) else { return nil }
    return path[2] == "state" ? plan.state : String(plan.executed.count)
  }
}
