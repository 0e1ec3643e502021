// How a participant fares, for operators.
public import CIMModel

/// What the bus knows of the condition of one participant.
public struct ParticipantHealth: Sendable, Hashable {
  public enum Circuit: String, Sendable, Hashable, Codable {
    /// It is called as messages come.
    case closed
    /// It was out of reach time and again: it is tried now and then, and its messages are held.
    case open
  }

  public var id: ParticipantID
  public var circuit: Circuit
  /// Since when it is out of reach, and why; nil while it is not.
  public var outageSince: Timestamp?
  public var outageReason: String?
  /// When it is tried next.
  public var nextTry: Timestamp?
  /// Messages that wait for it.
  public var backlog: Int
  /// Synchronous requests that it has to answer.
  public var requestsUnderWay: Int
  /// When it last took or answered something, in this run of the bus.
  public var lastSuccess: Timestamp?

  public init(
    id: ParticipantID, circuit: Circuit, outageSince: Timestamp? = nil, outageReason: String? = nil,
    nextTry: Timestamp? = nil, backlog: Int, requestsUnderWay: Int, lastSuccess: Timestamp? = nil
  ) {
    self.id = id
    self.circuit = circuit
    self.outageSince = outageSince
    self.outageReason = outageReason
    self.nextTry = nextTry
    self.backlog = backlog
    self.requestsUnderWay = requestsUnderWay
    self.lastSuccess = lastSuccess
  }
}
