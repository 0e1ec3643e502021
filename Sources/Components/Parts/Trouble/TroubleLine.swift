// Outage management's line for trouble calls: from tickets to an incident, a repair and a time of restoration.
import CIMModel
public import IECMessage
import Logging
public import MessageBus
import MeterSimulator

/// Takes trouble tickets, makes one incident of those behind one transformer, asks work management for its repair, and
/// tells customers' systems when power is expected back: by `changed UnplannedOutages` where there is an outage.
///
/// Serves `create TroubleTickets`. Publishes `changed` and `closed TroubleTickets`, `created` and `changed
/// IncidentInformation`. 10,000 tickets and incidents at most.
///
/// A service location is known by its usage point or meter: the simulation has one for each.
///
/// Reply codes: 1.7 no ticket, or one without place; 2.16 an unknown place; 3.2 too many tickets; 5.2 a ticket that is there
/// already.
///
/// - SeeAlso: IEC 61968-3 and -8
public actor TroubleLine: SystemPart {
  private struct Incident {
    var number: Int
    var transformer: String
    var tickets: [TroubleTicket] = []
    /// Where each ticket's trouble is: meters of the fleet.
    var meters: [Int] = []
    /// Of the request for its repair.
    var correlationID: String?
    var restoration: Timestamp?
    var isOver = false

    var name: String { "INC-\(number)" }
    var repair: String { name + "-repair" }
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let fleet: MeterFleet
  private let outages: OutageManagement?
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  private var incidents: [Incident] = []
  private var known: Set<String> = []
  /// Incidents nobody has been told of yet, tickets that joined one, and orders that came along.
  private var fresh: [Int] = []
  private var joined: [(incident: Int, ticket: Int)] = []
  private var repairs: [Int] = []
  private var news: [(incident: Int, status: String)] = []
  private let wake: AsyncStream<Void>.Continuation
  private let calls: AsyncStream<Void>
  private static let limit = 10_000

  init(
    id: ParticipantID, fleet: MeterFleet, outages: OutageManagement?, port: any MessagePort, logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.fleet = fleet
    self.outages = outages
    self.port = port
    self.logger = logger
    self.now = now
    interests = [
      .serves([.create], [TroubleTicket.noun]),
      .subscribes([.created, .changed], [WorkOrder.Kind.maintenanceOrder.noun]),
      .subscribes([.changed], [WorkOrder.Kind.workRequest.noun]),
    ]
    (calls, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public static let actions: [ActionDescription] = [
    .init("settle", ["incident"], "power is back: an incident is over, and so are its tickets")
  ]

  public static let facts: [FactDescription] = [
    .init("incidents/*/state", "open or over: an incident by name, e.g. INC-1"),
    .init("incidents/*/tickets", "its tickets"),
    .init("incidents/*/restoration", "when power is expected back"),
    .init("incidents/count", "incidents there have been"),
  ]

  // MARK: Tickets

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    do {
      let roots = (request.payload?.objects ?? []).filter { $0.name == TroubleTicket.noun }
      try take(roots.flatMap { $0.all("TroubleTicket") }.map(TroubleTicket.init))
      wake.yield()
      return request.reply(.ok, source: id.rawValue)
    } catch let refusal as Refusal {
      return request.refused(refusal, source: id.rawValue)
    }
  }

  private func take(_ tickets: [TroubleTicket]) throws {
    guard !tickets.isEmpty else {
      throw Refusal("1.7", "the Payload holds no TroubleTicket", at: "\(TroubleTicket.noun)/TroubleTicket")
    }
    guard known.count + tickets.count <= Self.limit else {
      throw Refusal("3.2", "\(known.count) tickets are kept", at: TroubleTicket.noun)
    }
    var placed: [(ticket: TroubleTicket, meter: Int)] = []
    var seen: Set<String> = []
    for (number, ticket) in tickets.enumerated() {
      let path = "\(TroubleTicket.noun)/" + Refusal.step("TroubleTicket", number)
      var ticket = ticket
      if ticket.identifiers.isEmpty { ticket.mRID = UUIDText.random() }
      if let twice = ticket.identifiers.first(where: { known.contains($0) || seen.contains($0) }) {
        throw Refusal("5.2", "there is a ticket \(twice) already", at: path)
      }
      guard let place = ticket.serviceLocation, !place.identifiers.isEmpty else {
        throw Refusal("1.7", "a ticket without ServiceLocation", at: path + "/ServiceLocation")
      }
      guard let meter = place.identifiers.lazy.compactMap({ [fleet] in fleet.index(of: $0) }).first else {
        throw Refusal("2.16", "there is no service location \(place.label)", at: path + "/ServiceLocation")
      }
      seen.formUnion(ticket.identifiers)
      placed.append((ticket, meter))
    }
    known.formUnion(seen)
    for (ticket, meter) in placed { join(ticket, meter) }
  }

  private func join(_ ticket: TroubleTicket, _ meter: Int) {
    let index: Int
    let transformer = fleet[meter].transformerName
    if let open = incidents.firstIndex(where: { $0.transformer == transformer && !$0.isOver }) {
      index = open
    } else {
      index = incidents.count
      incidents.append(Incident(number: index + 1, transformer: transformer))
      fresh.append(index)
    }
    var ticket = ticket
    ticket.status = "assigned"
    ticket.incident = IdentifiedObject(names: [incidents[index].name])
    incidents[index].tickets.append(ticket)
    incidents[index].meters.append(meter)
    joined.append((index, incidents[index].tickets.count - 1))
  }

  // MARK: What follows

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    guard let kind = WorkOrder.Kind(noun: event.noun ?? ""), let correlationID = event.header?.correlationID,
      let index = incidents.firstIndex(where: { $0.correlationID == correlationID && !$0.isOver })
    else { return }
    for work in WorkOrder.read(kind, event.payload?.objects ?? []).flatMap(\.works) {
      if kind == .maintenanceOrder {
        // How the crew gets on is no news for customers; another time is.
        let restoration = work.timeSchedules.lazy.compactMap(\.interval.end).first
        guard event.verb == .created || restoration != incidents[index].restoration else { continue }
        incidents[index].restoration = restoration
        news.append((index, "assigned"))
      } else if work.statusKind == WorkStatus.completed.rawValue {
        news.append((index, "fieldComplete"))
      }
    }
    wake.yield()
  }

  /// Tells of incidents and asks for repairs, until cancelled.
  public func work() async throws {
    for await _ in calls {
      while await doNext() {}
    }
  }

  /// First incidents, then their tickets, then what is asked of others.
  ///
  /// - Returns: whether there was something to do.
  private func doNext() async -> Bool {
    if !fresh.isEmpty {
      let index = fresh.removeFirst()
      await tellIncident(.created, index, "open", reference(await outage(at: incidents[index].meters)))
      repairs.append(index)
    } else if !joined.isEmpty {
      let (index, ticket) = joined.removeFirst()
      incidents[index].tickets[ticket].unplannedOutage = reference(
        await outage(at: [incidents[index].meters[ticket]]))
      await tell(.changed, index, [ticket])
    } else if !repairs.isEmpty {
      await askRepair(repairs.removeFirst())
    } else if !news.isEmpty {
      let (index, status) = news.removeFirst()
      await tellOutage(index, status)
    } else {
      return false
    }
    return true
  }

  private func askRepair(_ index: Int) async {
    let incident = incidents[index]
    var work = Work(kind: "repair", statusKind: WorkStatus.approved.rawValue, requestDateTime: now())
    work.tasks = [
      WorkTask(
        subject: "no power behind \(incident.transformer)", taskKind: "investigate",
        assets: [
          .init(
            IdentifiedObject(names: [incident.transformer]), critical: "true", utcNumber: incident.transformer)
        ])
    ]
    let order = WorkOrder(.workRequest, IdentifiedObject(names: [incident.repair]), works: [work])
    let request = Message.request(.create, order.kind.noun, [order.element], source: id.rawValue)
    incidents[index].correlationID = request.correlation
    let reply = await port.ask(request, from: id)
    if reply.reply?.result != .ok {
      logger.notice("\(id): no repair of \(incident.name): \(reply.reply?.errors.first?.reason ?? "no reason")")
    }
  }

  /// The outage that is open at one of these meters: of a device that feeds it, nearest the source, or of its service.
  private func outage(at meters: [Int]) async -> Outage? {
    let open = await outages?.openOutages ?? []
    let places = meters.map { fleet[$0] }
    let devices = Set(places.flatMap { [$0.transformerName, $0.sectionName, $0.feederName] })
    let identifiers = Set(places.flatMap { [$0.mRID, $0.name] })
    let ofDevice = open.filter { $0.kind != "service" && devices.contains($0.device) }
    return ofDevice.max { $0.metersOnTransformer < $1.metersOnTransformer }
      ?? open.first { $0.kind == "service" && !identifiers.isDisjoint(with: $0.metersOut) }
  }

  private func reference(_ outage: Outage?) -> IdentifiedObject? { outage.map { IdentifiedObject(names: [$0.id]) } }

  private func tell(_ verb: Verb, _ index: Int, _ tickets: [Int]) async {
    let payload = TroubleTicket.payload(tickets.map { incidents[index].tickets[$0] })
    await port.publish(.event(verb, TroubleTicket.noun, [payload], source: id.rawValue), from: id, logger: logger)
  }

  private func tellIncident(_ verb: Verb, _ index: Int, _ state: String, _ outage: IdentifiedObject?) async {
    let incident = incidents[index]
    var root = Element("IncidentInformation", in: customerNamespace("IncidentInformation"))
    let time = now()
    root.append("Incident") { element in
      element.append("lastModifiedDateTime", time)
      element.append("subject", "no power behind \(incident.transformer)")
      element.append("Names") { $0.append("name", incident.name) }
      element.append("Outage", outage)
      element.append("status") { $0.append("value", state) }
      for ticket in incident.tickets {
        element.append("TroubleTickets", IdentifiedObject(mRID: ticket.mRID, names: ticket.names))
      }
    }
    await port.publish(
      .event(verb, "IncidentInformation", [root], source: id.rawValue), from: id, logger: logger)
  }

  /// When power is expected back, and how far the crew is; nothing where no outage is open.
  private func tellOutage(_ index: Int, _ crew: String) async {
    let incident = incidents[index]
    guard let outage = await outage(at: incident.meters) else { return }
    var root = Element("UnplannedOutages", in: networkNamespace("UnplannedOutages"))
    let time = now()
    root.append("UnplannedOutage") { element in
      element.append("lastModifiedDateTime", time)
      element.append("outageKind", outage.state.rawValue)
      element.append("statusKind", crew)
      if let restoration = incident.restoration {
        element.append("EstimatedRestorationTime") {
          $0.append("confidenceKind", crew == "fieldComplete" ? "high" : "low")
          $0.append("ert", restoration)
          $0.append("ertSource", "work management")
        }
      }
      element.append("Incident", IdentifiedObject(names: [incident.name]))
      element.append("Names") { $0.append("name", outage.id) }
      for ticket in incident.tickets {
        element.append("TroubleTicket", IdentifiedObject(mRID: ticket.mRID, names: ticket.names))
      }
    }
    await port.publish(
      .event(.changed, "UnplannedOutages", [root], source: id.rawValue), from: id, logger: logger)
  }

  public func perform(_ action: ActionCall) async throws {
    let name = try action.text("incident")
    guard let index = incidents.firstIndex(where: { $0.name == name && !$0.isOver }) else {
      throw ActionError("no incident \(name) is open")
    }
    guard await outage(at: incidents[index].meters) == nil else {
      throw ActionError("\(incidents[index].transformer) has no power yet: \(name) is not over")
    }
    incidents[index].isOver = true
    let time = now()
    for ticket in incidents[index].tickets.indices {
      incidents[index].tickets[ticket].status = "closed"
      incidents[index].tickets[ticket].resolvedDateTime = time
    }
    await tellIncident(.changed, index, "over", incidents[index].tickets.first?.unplannedOutage)
    await tell(.closed, index, Array(incidents[index].tickets.indices))
    let named = WorkOrder(.workRequest, IdentifiedObject(names: [incidents[index].repair]), works: [])
    let closed = await port.ask(.request(.close, named.kind.noun, [named.element], source: id.rawValue), from: id)
    guard closed.reply?.result != .ok else { return }
    // Nobody has finished it, and nobody needs to.
    let cancelled = await port.ask(
      .request(.cancel, named.kind.noun, [named.element], source: id.rawValue), from: id)
    if cancelled.reply?.result != .ok {
      logger.notice("\(id): \(named.object.label) stays open: \(cancelled.reply?.errors.first?.reason ?? "no reason")")
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    if path[1] == "count" { return String(incidents.count) }
    guard let incident = incidents.first(where: { $0.name == path[1] }) else { return nil }
    switch path[2] {
    case "state": return incident.isOver ? "over" : "open"
    case "tickets": return String(incident.tickets.count)
    default: return incident.restoration?.xmlText
    }
  }
}
