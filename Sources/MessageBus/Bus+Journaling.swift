// From messages to journal entries and activities.
import CIMModel
import IECMessage

extension Bus {
  /// Commits a unit and gives the number of its first entry.
  func commit(_ unit: JournalUnit) async throws -> EntryID {
    guard let id = try await journal.write(unit).first else {
      throw BusError(.storage, "the journal gave no number to an entry")
    }
    return id
  }

  /// - Parameter delivered: the message may have to be read again for a delivery.
  func entry(_ intake: Intake, state: JournalEntry.State, delivered: Bool = false) throws -> NewEntry {
    if intake.raw == nil, case .detached(let objects)? = intake.message.payload?.content {
      // It reads back as it is: only a message as it came has its objects detached.
      var new = entry(intake, body: [], form: nil, state: state)
      new.document = objects.source
      return new
    }
    let body = try intake.raw ?? encode(intake.message)
    var form: [UInt8]?
    if intake.raw != nil, delivered, !intake.readsBack {
      let encoded = try encode(intake.message)
      if encoded != body { form = encoded }
    }
    return entry(intake, body: body, form: form, state: state)
  }

  private func entry(
    _ intake: Intake, body: [UInt8], form: [UInt8]?, state: JournalEntry.State
  ) -> NewEntry {
    var new = entry(
      intake.message, from: intake.sender, at: intake.received, body: body, form: form, state: state)
    new.digest = intake.digest
    new.note = intake.note
    new.replays = intake.replays
    return new
  }

  /// An entry for a reply.
  func entry(
    _ reply: Message, from: ParticipantID, at time: Timestamp, answers: NewEntry.Answered,
    to requester: ParticipantID? = nil
  ) throws -> NewEntry {
    var entry = entry(reply, from: from, at: time, body: try encode(reply), form: nil, state: .done)
    entry.answers = answers
    if let requester { entry.deliveries = [requester] }
    entry.deliveryKind = .reply
    return entry
  }

  private func entry(
    _ message: Message, from: ParticipantID, at time: Timestamp, body: [UInt8], form: [UInt8]?,
    state: JournalEntry.State
  ) -> NewEntry {
    NewEntry(
      received: time, from: from, kind: message.kind, verb: message.verb, noun: message.noun,
      messageID: message.header?.messageID, correlationID: message.header?.correlationID,
      source: message.header?.source,
      body: body, form: form, state: state)
  }

  func encode(_ message: Message) throws -> [UInt8] {
    do {
      return try coder.encode(message)
    } catch {
      throw BusError(.coding, "\(message.kind.rawValue) cannot be written", cause: error)
    }
  }

  func publish(_ activity: @autoclosure () -> Activity) {
    if broadcast.isObserved { broadcast.publish(activity()) }
  }

  func publish(
    _ step: Activity.Step, _ entry: EntryID, _ intake: Intake, to: ParticipantID? = nil, cause: NewEntry.Cause? = nil
  ) {
    publish(
      activity(
        step, entry, intake.message, from: intake.sender, to: to, since: step == .delivered ? intake.received : nil,
        cause: cause))
  }

  func publish(
    reply: Message, _ entry: EntryID, from: ParticipantID, to: ParticipantID?, since: Timestamp
  ) {
    publish(activity(.replied, entry, reply, from: from, to: to, since: since))
  }

  func activity(
    _ step: Activity.Step, _ entry: EntryID, _ message: Message, from: ParticipantID, to: ParticipantID?,
    since: Timestamp? = nil, cause: NewEntry.Cause? = nil
  ) -> Activity {
    let now = Timestamp.now()
    return Activity(
      step: step, entry: entry, time: now, from: from, to: to, kind: message.kind, verb: message.verb,
      noun: message.noun, messageID: message.header?.messageID, correlationID: message.header?.correlationID,
      latency: since.map { now.seconds(since: $0) }, result: message.reply?.result,
      code: cause?.code ?? message.reply?.errors.first?.code,
      reason: cause?.reason ?? message.reply?.errors.first?.reason)
  }
}
