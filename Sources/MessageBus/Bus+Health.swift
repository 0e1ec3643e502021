// What is known of the condition of the participants.
import CIMModel
import IECMessage
import Logging

extension Bus {
  /// How each participant fares, in the order of joining.
  public func health() -> [ParticipantHealth] {
    participants.compactMap { participant in
      guard let lane = lanes[participant.id] else { return nil }
      let isOpen = lane.circuit.isOpen(threshold: configuration.outagesToOpen)
      return ParticipantHealth(
        id: participant.id, circuit: isOpen ? .open : .closed, outageSince: lane.circuit.since,
        outageReason: lane.circuit.reason, nextTry: isOpen ? lane.circuit.until : nil, backlog: lane.waiting,
        requestsUnderWay: lane.calls, lastSuccess: lane.lastSuccess)
    }
  }

  func noteSuccess(_ id: ParticipantID) {
    guard var lane = lanes[id] else { return }
    lane.lastSuccess = .now()
    let wasOpen = lane.circuit.succeed(threshold: configuration.outagesToOpen)
    lanes[id] = lane
    if wasOpen { logger.notice("\(id) is back") }
  }

  /// - Returns: how long to leave the participant alone.
  @discardableResult
  func noteOutage(_ id: ParticipantID, _ reason: String) -> Duration {
    guard var circuit = lanes[id]?.circuit else { return configuration.backoff.maximum }
    let pause = configuration.backoff.pause(afterAttempts: circuit.outages + 1)
    let isNew = circuit.fail(reason, at: .now(), pause: pause, threshold: configuration.outagesToOpen)
    lanes[id]?.circuit = circuit
    if isNew { logger.warning("\(id) is out of reach: \(reason); what is for it is held") }
    return pause
  }
}
