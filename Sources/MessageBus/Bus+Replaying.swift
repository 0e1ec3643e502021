// What operators send again: dead letters, mended or not, and deliveries to one participant.
import CIMModel
public import IECMessage
import Synchronization

extension Bus {
  /// Sends a dead letter again, as if its sender had: judged, routed and journaled as a new entry that names the old one.
  ///
  /// - Parameters:
  ///   - entry: a message that was refused or given up.
  ///   - message: what it says, mended or as it was.
  ///   - raw: its bytes, kept in the journal; nil: the coder's form is.
  ///   - again: send it although it was sent again before, or came in a second time by itself.
  /// - Throws: `BusError` with code `.unknownEntry` or `.alreadySent`, else as `send`.
  public func resubmit(
    _ entry: EntryID, message: Message, raw: [UInt8]? = nil, again: Bool = false
  ) async throws -> Outcome {
    let original = try await original(entry)
    guard original.state == .dead else {
      throw BusError(
        .alreadySent, "entry \(entry) is no dead letter: a delivery of it is made again with replay")
    }
    var intake = try Intake(
      message, from: original.from, raw: raw, note: "sent again for entry \(entry)", replays: entry)
    if !again {
      if let earlier = try await journal.replays(of: entry, limit: 1).first {
        throw BusError(.alreadySent, "entry \(entry) was sent again before, as entry \(earlier.id)")
      }
      if let key = intake.key, let live = try await journal.entry(of: key) {
        throw BusError(.alreadySent, "the same message has come in by itself, as entry \(live)")
      }
    }
    // What is sent on purpose is no duplicate.
    intake.digest = again ? nil : intake.digest
    return try await take(intake).outcome
  }

  /// Delivers a message to one participant again, as a new entry that names the old one.
  ///
  /// - Parameter again: deliver it although the participant has it, or it was replayed to it before.
  /// - Throws: `BusError` with code `.unknownEntry`, `.alreadySent`, `.busy`, `.shuttingDown` or one of the journal's.
  public func replay(
    _ entry: EntryID, to participant: ParticipantID, again: Bool = false
  ) async throws -> Outcome {
    guard lifecycle.accepting else { throw BusError(.shuttingDown, "the bus is stopping") }
    let original = try await original(entry)
    guard let form = try await journal.form(of: entry), original.kind != nil else {
      throw BusError(.unknownEntry, "entry \(entry) never became a message: mend and resubmit it")
    }
    let known = original.deliveries.first { $0.participant == participant }
    if !again {
      if let known, known.state != .dead {
        let state = known.state == .done ? "has it already" : "is about to get it"
        throw BusError(.alreadySent, "\(participant) \(state)")
      }
      let earlier = try await journal.replays(of: entry, limit: 1_000).first { replayed in
        replayed.deliveries.contains { $0.participant == participant }
      }
      if let earlier {
        throw BusError(
          .alreadySent, "entry \(entry) was replayed to \(participant) before, as entry \(earlier.id)")
      }
    }
    guard state.withLock({ $0.hasJoined(participant) }) else {
      throw BusError(.unknownEntry, "no participant \(participant) has joined")
    }
    let message = try read(form, entry)
    guard let kind = known?.kind ?? deliveryKind(of: message) else {
      throw BusError(.unknownEntry, "entry \(entry) is a synchronous request, whose sender waits no more: resubmit it")
    }
    try state.withLock { try $0.reserve([participant]) }
    do {
      let now = Timestamp.now()
      let isRequest = kind == .request
      var new = NewEntry(
        received: now, from: original.from, kind: message.kind, verb: message.verb, noun: message.noun,
        messageID: message.header?.messageID, correlationID: message.header?.correlationID,
        source: message.header?.source, body: form, state: isRequest ? .open : .done,
        answers: original.answers.map { .entry($0) },
        deliveries: [participant], deliveryKind: kind, note: "entry \(entry) sent again", replays: entry)
      new.priority = await priority(of: message, from: original.from, to: [participant])
      let id = try await commit(JournalUnit(entries: [new]))
      let item = Lane.Item(
        entry: id, kind: kind, priority: new.priority, bytes: form.count, from: original.from, received: now,
        message: message)
      state.withLock { $0.enqueue(item, to: [participant]) }
      return .accepted(id)
    } catch {
      state.withLock { $0.cancelReservation([participant]) }
      throw error
    }
  }

  private func original(_ entry: EntryID) async throws -> JournalEntry {
    guard let found = try await journal.entry(entry) else {
      throw BusError(.unknownEntry, "the journal has no entry \(entry)")
    }
    return found
  }

  private func read(_ form: [UInt8], _ entry: EntryID) throws -> Message {
    do {
      return try coder.decode(form)
    } catch {
      throw BusError(.coding, "entry \(entry) cannot be read back: resubmit it", cause: error)
    }
  }

  private func deliveryKind(of message: Message) -> DeliveryKind? {
    switch message.kind == .response ? Verb.Role.response : message.header?.verb.role {
    case .event: return .event
    case .response: return .reply
    case .request: return message.header?.asyncReplyFlag == true ? .request : nil
    case nil: return nil
    }
  }
}
