// Messages that come a second time.
import CIMModel
import IECMessage
import Logging

extension Bus {
  /// Whether a message is new, or what its sender is to be told again.
  enum Novelty {
    case new([EntryID])
    case known(Outcome)
  }

  /// Commits the unit of a new message, or finds what was said to the first of its kind.
  func admit(_ unit: JournalUnit, _ intake: Intake) async throws -> Novelty {
    var hasWaited = false
    while true {
      switch try await journal.admit(unit) {
      case .written(let ids, let reused):
        guard !ids.isEmpty else { throw BusError(.storage, "the journal gave no number to an entry") }
        if let reused {
          logger.info(
            "MessageID \(intake.message.header?.messageID ?? "") was used before, with other content",
            metadata: ["from": "\(intake.sender)", "entry": "\(ids[0])", "before": "\(reused)"])
        }
        return .new(ids)
      case .duplicate(let original):
        if let outcome = try await storedOutcome(of: original, intake) {
          noteDuplicate(intake)
          return .known(outcome)
        }
        // An earlier run was cut short while it was being answered. What is left of that run is put away as dead, and
        // then this message is a new one.
        guard !hasWaited else {
          throw BusError(
            .busy, "entry \(original), which is the same message, is being answered", replyCode: "5.1",
            retryAfter: configuration.retryAfter)
        }
        hasWaited = true
        _ = try? await within(configuration.syncDeadline) { [lifecycle] in await lifecycle.recovered.value() }
      }
    }
  }

  /// What the sender of this entry was told; nil for a synchronous request without an answer.
  private func storedOutcome(of original: EntryID, _ intake: Intake) async throws -> Outcome? {
    guard let first = try await journal.replies(to: original, limit: 1).first else {
      let header = intake.message.header
      return header?.verb.role == .request && header?.asyncReplyFlag != true ? nil : .accepted(original)
    }
    guard let form = try await journal.form(of: first.id) else { return .accepted(original) }
    do {
      return .reply(original, try coder.decode(form))
    } catch {
      throw BusError(.coding, "the stored reply \(first.id) cannot be read", cause: error)
    }
  }

  /// Waits for what another copy of the same request is answered.
  func outcomeOfOther(_ outcome: Promise<Result<Outcome, any Error>>) async throws -> Outcome {
    // Its own call is bounded by the deadline of synchronous requests; the commit of the answer comes on top.
    let result = try? await within(configuration.syncDeadline + .seconds(5)) { await outcome.value() }
    guard let result else {
      throw BusError(
        .busy, "the same message is being answered", replyCode: "5.1", retryAfter: configuration.retryAfter)
    }
    return try result.get()
  }

  func noteDuplicate(_ intake: Intake) {
    logger.info(
      "a message has come a second time and is answered as the first was",
      metadata: ["from": "\(intake.sender)", "messageID": "\(intake.message.header?.messageID ?? "")"])
  }
}
