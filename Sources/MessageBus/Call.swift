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
  let request: Message
  let sender: ParticipantID
  let key: InboxKey?
  /// What its sender is told, for those who have sent the same request meanwhile.
  let outcome = Promise<Result<Outcome, any Error>>()
  private let answer = Promise<Answer>()

  init(server: any Participant, request: Message, sender: ParticipantID, key: InboxKey?) {
    self.server = server
    self.request = request
    self.sender = sender
    self.key = key
  }

  /// Asks the participant; cancels the question when the sender has ceased to wait.
  func perform() async {
    guard answer.current == nil else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        do {
          answer.resolve(.reply(try await server.answer(request, from: sender)))
        } catch {
          answer.resolve(.failed(error))
        }
      }
      group.addTask { [self] in _ = await answer.value() }
      await group.next()
      group.cancelAll()
    }
  }

  func stop() { answer.resolve(.stopped) }

  /// The answer, at the latest when the deadline has passed or the waiting task is cancelled.
  func value(within deadline: Duration) async -> Answer {
    async let timer: Void = {
      do { try await Task.sleep(for: deadline) } catch { return }
      answer.resolve(.timedOut)
    }()
    let found = await answer.value()
    if let found { return found }
    // Cancelled: the sender has gone, the question goes with it.
    answer.resolve(.timedOut)
    await timer
    return answer.current ?? .timedOut
  }
}
