// What is known of the condition of the participants.
import CIMModel
import IECMessage
import Logging
import Synchronization

extension Bus {
  /// How each participant fares, in the order of joining.
  public func health() async -> [ParticipantHealth] {
    state.withLock { $0.joined }.map { lane in
      let isOpen = lane.circuit.isOpen(threshold: configuration.outagesToOpen)
      return ParticipantHealth(
        id: lane.participant.id, circuit: isOpen ? .open : .closed, outageSince: lane.circuit.since,
        outageReason: lane.circuit.reason, nextTry: isOpen ? lane.circuit.until : nil, backlog: lane.waiting,
        requestsUnderWay: lane.calls, lastSuccess: lane.lastSuccess)
    }
  }

  func noteSuccess(_ id: ParticipantID) {
    if state.withLock({ $0.noteSuccess(id) }) { logger.notice("\(id) is back") }
  }

  /// - Returns: how long to leave the participant alone.
  @discardableResult
  func noteOutage(_ id: ParticipantID, _ reason: String) -> Duration {
    let (pause, isNew) = state.withLock { $0.noteOutage(id, reason) }
    if isNew { logger.warning("\(id) is out of reach: \(reason); what is for it is held") }
    return pause
  }
}
