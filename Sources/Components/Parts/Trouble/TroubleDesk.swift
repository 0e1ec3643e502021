// Where customers call: opens trouble tickets, and keeps what becomes of them.
import CIMModel
public import IECMessage
import Logging
public import MessageBus

/// The customer system's side of TroubleTickets and IncidentInformation; 10,000 tickets at most.
///
/// - SeeAlso: IEC 61968-8; the profiles are provisional
public actor TroubleDesk: SystemPart {
  private struct Ticket {
    var state: String?
    var incident: String?
    var outage: String?
    var resolved: String?

    var isOver: Bool { state == "closed" || state == "refused" }
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  /// By mRID.
  private var tickets: [String: Ticket] = [:]
  /// Status by name.
  private var incidents: [String: String] = [:]
  private static let limit = 10_000

  init(id: ParticipantID, port: any MessagePort, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.logger = logger
    self.now = now
    interests = [
      .subscribes([.changed, .closed], [TroubleTicket.noun]),
      .subscribes([.created, .changed], ["IncidentInformation"]),
    ]
  }

  public static let actions: [ActionDescription] = [
    .init("openTicket", ["ticket", "meter"], optional: ["comment"], "a customer calls: there is no power")
  ]

  public static let facts: [FactDescription] = [
    .init("tickets/*/state", "open, assigned, closed or refused: a ticket by mRID"),
    .init("tickets/*/incident", "the incident it belongs to"),
    .init("tickets/*/outage", "the outage it belongs to, where one was found"),
    .init("tickets/*/resolved", "when power was back"),
    .init("incidents/*/state", "state of an incident by name"),
  ]

  public func perform(_ action: ActionCall) async throws {
    let mRID = try action.text("ticket")
    guard tickets[mRID] == nil else { throw ActionError("there is a ticket \(mRID) already") }
    if tickets.count >= Self.limit, let over = tickets.first(where: { $0.value.isOver })?.key { tickets[over] = nil }
    guard tickets.count < Self.limit else { throw ActionError("\(tickets.count) tickets are kept") }
    let ticket = TroubleTicket(
      mRID: mRID, comment: action["comment"] ?? "no power", dateTimeOfReport: now(),
      serviceLocation: IdentifiedObject(mRID: try action.text("meter")))
    tickets[mRID] = Ticket(state: "open")
    let reply = await port.ask(
      .request(.create, TroubleTicket.noun, [TroubleTicket.payload([ticket])], source: id.rawValue), from: id)
    if reply.reply?.result != .ok { tickets[mRID]?.state = "refused" }
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for root in event.payload?.objects ?? [] {
      for element in root.all("Incident") {
        let name = IdentifiedObject(element).label
        if incidents[name] == nil, incidents.count >= Self.limit {
          guard let over = incidents.first(where: { $0.value == "over" })?.key else {
            logger.warning("\(id): incident \(name) is not kept: \(incidents.count) are open")
            continue
          }
          incidents[over] = nil
        }
        incidents[name] = element.at("status", "value")?.text
      }
      for ticket in root.all("TroubleTicket").map(TroubleTicket.init) {
        guard let mRID = ticket.mRID, tickets[mRID] != nil else { continue }
        tickets[mRID] = Ticket(
          state: ticket.status, incident: ticket.incident?.label, outage: ticket.unplannedOutage?.label,
          resolved: ticket.resolvedDateTime?.xmlText)
      }
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    if path[0] == "incidents" { return incidents[path[1]] }
    let ticket = tickets[path[1]]
    switch path[2] {
    case "state": return ticket?.state
    case "incident": return ticket?.incident
    case "outage": return ticket?.outage
    default: return ticket?.resolved
    }
  }
}
