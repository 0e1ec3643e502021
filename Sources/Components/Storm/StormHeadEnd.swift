// The metering system in a storm: it answers for meters, some of whose answers get lost.
import CIMModel
import IECMessage
import MessageBus
import MeterSimulator
import Synchronization

/// Serves `get MeterReadings` by a metering system, over a field network that loses answers.
final class StormHeadEnd: Participant, MessagePort {
  let id: ParticipantID = "MS"
  let interests: [Interest] = [.serves([.get], [MeterReadings.noun])]

  private struct State {
    var dice: SplitMix64
    var questions = 0
    var published = 0
  }

  private let system: MeteringSystem
  private let loss: Double
  private let state: Mutex<State>

  init(_ system: MeteringSystem, loss: Double, seed: UInt64) {
    self.system = system
    self.loss = loss
    state = Mutex(State(dice: SplitMix64(seed: seed &+ 0xA5)))
  }

  /// Requests it was asked; messages that were published through it.
  var questions: Int { state.withLock { $0.questions } }
  var published: Int { state.withLock { $0.published } }

  func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    let reply = try await system.answer(request, from: sender)
    let read = MeterReadings(objects: reply.payload?.objects ?? []).meterReadings
    let kept = state.withLock { state in
      state.questions += 1
      return read.filter { _ in Double.random(in: 0..<1, using: &state.dice) >= loss }
    }
    guard kept.count < read.count else { return reply }
    let error = ReplyError(code: "5.7", reason: "\(read.count - kept.count) meters do not answer")
    return request.outcome(
      done: !kept.isEmpty, errors: [error], limit: 10, objects: [MeterReadings(kept).element], source: id.rawValue)
  }

  /// For an OMS without bus: questions are answered at once, what it publishes is counted.
  func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
    guard message.verb?.role == .request else {
      state.withLock { $0.published += 1 }
      return .accepted(EntryID(1))
    }
    return .reply(EntryID(1), try await answer(message, from: sender))
  }
}
