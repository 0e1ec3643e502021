// A synchronous request on its way to the participant that answers it.
import IECMessage

/// One synchronous request: made by its sender, carried out by a child task of `run()`, so that a participant that does
/// not come back keeps neither the sender nor the bus waiting.
final class Call: Sendable {
  enum Answer: Sendable {
    case reply(Message)
    case failed(any Error)
    case timedOut
    case stopped
  }

  let server: any Participant
  let serverID: ParticipantID
  let request: Message
  let sender: ParticipantID
  let key: InboxKey?
  /// What its sender is told, for those who have sent the same request meanwhile.
  let outcome = Promise<Result<Outcome, any Error>>()
  private let expires: ContinuousClock.Instant
  private let answer = Promise<Answer>()

  init(
    server: any Participant, id: ParticipantID, request: Message, sender: ParticipantID, key: InboxKey?,
    expires: ContinuousClock.Instant
  ) {
    self.expires = expires
    self.server = server
    serverID = id
    self.request = request
    self.sender = sender
    self.key = key
  }

  /// Asks the participant; cancels the question when the sender has ceased to wait.
  ///
  /// - Parameter attachments: hand the request to the participant as it takes it.
  func perform(_ attachments: Attachments) async {
    guard answer.current == nil else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        do {
          let reply = try await attachments.hand(request, to: server) { try await server.answer($0, from: sender) }
          answer.resolve(.reply(reply))
        } catch {
          answer.resolve(.failed(error))
        }
      }
      _ = await answer.value()
      group.cancelAll()
    }
  }

  func stop() { answer.resolve(.stopped) }

  /// The answer, at the latest when `expire` finds that its time is over or the waiting task is cancelled.
  func value() async -> Answer {
    if let found = await answer.value() { return found }
    // Cancelled: the sender has gone, the question goes with it.
    answer.resolve(.timedOut)
    return answer.current ?? .timedOut
  }

  /// Ends the waiting if its time is over.
  func expire(_ now: ContinuousClock.Instant) {
    if expires <= now { answer.resolve(.timedOut) }
  }
}
