// How a component is doing, as the bus sees it.
public import CIMModel
public import MessageBus

/// The health of one component at one moment.
public struct ComponentHealth: Sendable, Hashable {
  /// Whether it is on the bus now.
  public var isJoined: Bool
  /// Messages that wait for it; nil where unknown.
  public var backlog: Int?
  /// When it last took or answered a message; nil where it has not, or where unknown.
  public var lastDelivery: Timestamp?
  /// Open: it is out of reach, and its messages are held. Nil where unknown.
  public var circuit: ParticipantHealth.Circuit?
  /// Why it is out of reach.
  public var reason: String?

  public init(
    isJoined: Bool, backlog: Int? = nil, lastDelivery: Timestamp? = nil, circuit: ParticipantHealth.Circuit? = nil,
    reason: String? = nil
  ) {
    self.isJoined = isJoined
    self.backlog = backlog
    self.lastDelivery = lastDelivery
    self.circuit = circuit
    self.reason = reason
  }

  /// Of a participant that has joined.
  public init(_ health: ParticipantHealth) {
    self.init(
      isJoined: true, backlog: health.backlog, lastDelivery: health.lastSuccess, circuit: health.circuit,
      reason: health.outageReason)
  }

  /// "joined, 3 waiting, last delivery 2026-01-01T00:00:00Z, out of reach: no answer".
  public var text: String {
    var parts = [isJoined ? "joined" : "absent"]
    if let backlog { parts.append("\(backlog) waiting") }
    if let lastDelivery { parts.append("last delivery \(lastDelivery.xmlText)") }
    if circuit == .open { parts.append("out of reach" + (reason.map { ": \($0)" } ?? "")) }
    return parts.joined(separator: ", ")
  }
}
