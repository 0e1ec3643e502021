// The way of a message into the bus: rules, route, journal, and what the sender is told.
import CIMModel
public import IECMessage
import Logging
import Synchronization

extension Bus {
  /// Takes a message: judges it by the rules, routes it by verb and noun, and makes it durable.
  ///
  /// A synchronous request is answered by the participant that serves it, at the latest after
  /// `BusConfiguration.syncDeadline` (FAILED 4.1). Requests that break a rule or find no route are answered FAILED and
  /// become dead letters. An event without subscriber is accepted and marked as unrouted. What is sent before `run()`
  /// is called waits for it.
  ///
  /// A message that has come before (see `Admission`) is not processed again: its sender is told what it was told then.
  ///
  /// Cancelling the task gives up waiting for the answer, not the message.
  ///
  /// - Parameters:
  ///   - sender: who sends, as authenticated by the transport; a message is never routed back to it.
  ///   - raw: the bytes as received, kept in the journal as they came; nil: the coder's form is journaled.
  ///   - note: a remark to keep with the message, e.g. how it was put right.
  ///   - readsBack: the coder reads `raw` as this very message; otherwise its own form is kept as well where the message
  ///     may have to be read again.
  /// - Throws: `BusError` with code `.busy`, `.shuttingDown`, `.coding`, `.diskFull` or `.storage`; nothing was
  ///   acknowledged then.
  /// - SeeAlso: IEC 61968-100, 5.2.2, 5.2.4 and 5.2.5
  public func send(
    _ message: Message, from sender: ParticipantID, raw: [UInt8]?, note: String?, readsBack: Bool = false
  ) async throws -> Outcome {
    try await exchange(message, from: sender, raw: raw, note: note, readsBack: readsBack).outcome
  }

  /// The same, with the bytes of the reply: who sends it on need not write it once more.
  public func exchange(
    _ message: Message, from sender: ParticipantID, raw: [UInt8]?, note: String?, readsBack: Bool
  ) async throws -> Exchange {
    var intake = try Intake(message, from: sender, raw: raw, note: note)
    intake.readsBack = readsBack
    return try await take(intake)
  }

  /// Takes a message without a remark; what transports and components call.
  public func send(
    _ message: Message, from sender: ParticipantID, raw: [UInt8]? = nil
  ) async throws -> Outcome {
    try await send(message, from: sender, raw: raw, note: nil)
  }

  func take(_ intake: Intake) async throws -> Exchange {
    let message = intake.message
    guard lifecycle.accepting else { throw BusError(.shuttingDown, "the bus is stopping") }
    // Once a request has its final reply, a second copy of that reply would look like one that nobody waits for.
    if message.kind == .response, let key = intake.key, let known = try await journal.entry(of: key) {
      noteDuplicate(intake)
      return Exchange(outcome: .accepted(known))
    }
    if let refusal = try await judge(intake) { return try await refuse(intake, refusal.cause, refusal.errors) }
    guard let header = message.header else {
      return try await refuse(intake, .init(code: "1.5", reason: "the message has no Header"))
    }
    do {
      switch message.kind == .response ? Verb.Role.response : header.verb.role {
      case .request:
        if let transaction = transaction(cancelledBy: message),
          let outcome = try await cancel(transaction, intake, header)
        {
          return Exchange(outcome: outcome)
        }
        if header.asyncReplyFlag == true { return try await takeAsynchronous(intake, header) }
        return try await takeSynchronous(intake, header)
      case .event: return try await takeEvent(intake, header)
      case .response: return try await takeReply(intake, header)
      }
    } catch let noRoute as Router.NoRoute {
      return try await refuse(intake, .init(code: noRoute.code, reason: noRoute.reason))
    }
  }

  /// Journals bytes that were refused before they became a message - not well-formed, not valid - as a dead letter.
  ///
  /// - Parameters:
  ///   - sender: nil where it is not known.
  ///   - code: the reply code of IEC 61968-9, Annex B the sender was answered with.
  /// - Throws: as `send`.
  public func refuse(
    raw: [UInt8], from sender: ParticipantID?, code: String, reason: String
  ) async throws -> EntryID {
    try await refuse(raw, nil, from: sender, code: code, reason: reason)
  }

  /// The same for what is not in memory.
  public func refuse(
    _ document: any DocumentSource, from sender: ParticipantID?, code: String, reason: String
  ) async throws -> EntryID {
    try await refuse([], document, from: sender, code: code, reason: reason)
  }

  private func refuse(
    _ raw: [UInt8], _ document: (any DocumentSource)?, from sender: ParticipantID?, code: String, reason: String
  ) async throws -> EntryID {
    guard lifecycle.accepting else { throw BusError(.shuttingDown, "the bus is stopping") }
    let from = sender ?? ParticipantID("unknown")
    let now = Timestamp.now()
    var new = NewEntry(
      received: now, from: from, body: raw, state: .dead, deadLetter: .init(code: code, reason: reason))
    new.document = document
    let id = try await commit(JournalUnit(entries: [new]))
    publish(
      Activity(
        step: .refused, entry: id, time: now, from: from, to: nil, kind: .message, verb: nil, noun: nil, messageID: nil,
        correlationID: nil, code: code, reason: reason))
    return id
  }

  /// A message as it came in.
  struct Intake: Sendable {
    var message: Message
    var sender: ParticipantID
    var received: Timestamp
    var raw: [UInt8]?
    /// The coder reads `raw` as the message.
    var readsBack = false
    /// Nil for what is no duplicate whatever came before.
    var digest: Int64?
    var note: String?
    /// The entry that is sent again.
    var replays: EntryID?

    /// - Throws: `BusError` with code `.storage` where detached objects cannot be read.
    init(
      _ message: Message, from sender: ParticipantID, raw: [UInt8]?, note: String? = nil, replays: EntryID? = nil
    ) throws {
      self.message = message
      self.sender = sender
      received = .now()
      self.raw = raw
      do {
        digest = try MessageDigest.of(message)
      } catch {
        throw BusError(.storage, "a large message could not be read back", cause: error)
      }
      self.note = note
      self.replays = replays
    }

    /// Nil where there is no MessageID to know it by.
    var key: InboxKey? {
      guard let id = message.header?.messageID, !id.isEmpty, let digest else { return nil }
      return InboxKey(sender: sender, source: message.header?.source, messageID: id, digest: digest)
    }
  }

  // MARK: Patterns

  private func takeSynchronous(_ intake: Intake, _ header: Header) async throws -> Exchange {
    let admission = try state.withLock { state in
      try state.admitCall(
        header.verb, header.noun, request: intake.message, from: intake.sender, key: intake.key)
    }
    switch admission {
    case .joined(let outcome):
      noteDuplicate(intake)
      return Exchange(outcome: try await outcomeOfOther(outcome))
    case .made(let call):
      do {
        let (exchange, answer) = try await carryOut(call, intake)
        release(call, .success(exchange.outcome), answer)
        return exchange
      } catch {
        release(call, .failure(error))
        throw error
      }
    }
  }

  private func carryOut(_ call: Call, _ intake: Intake) async throws -> (Exchange, Call.Answer?) {
    let id: EntryID
    switch try await admit(JournalUnit(entries: [try entry(intake, state: .open)]), intake) {
    case .known(let outcome): return (Exchange(outcome: outcome), nil)
    case .new(let ids): id = ids[0]
    }
    publish(.accepted, id, intake)
    publish(.delivered, id, intake, to: call.serverID)
    if !lifecycle.hand(.call(call)) { call.stop() }
    let answer = await call.value()
    let (reply, replier) = settle(answer, of: call, entry: id)
    if replier == call.serverID { judgeReply(reply, to: intake.message, from: replier) }
    let now = Timestamp.now()
    let new = try entry(reply, from: replier, at: now, answers: .entry(id))
    let replyID = try await commit(
      JournalUnit(entries: [new], states: [StateChange(id, reply.saysNothingWasDone ? .failed : .done, at: now)]))
    publish(reply: reply, replyID, from: replier, to: intake.sender, since: intake.received)
    return (Exchange(outcome: .reply(id, reply), writtenReply: new.body), answer)
  }

  private func takeAsynchronous(_ intake: Intake, _ header: Header) async throws -> Exchange {
    let server = try state.withLock { $0.route(header.verb, header.noun, from: intake.sender) }.get()
    // The final reply comes later, on its own way (IEC 61968-100, 5.2.5).
    var ack = acknowledgement(of: intake.message)
    // By this id it can be cancelled (IEC 61968-9, Annex M).
    if let id = intake.message.correlation { ack.reply?.ids = [ObjectID(id, kind: .transaction)] }
    return try await accept(intake, state: .open, targets: [server], kind: .request, ack: ack) {
      try self.state.withLock { try $0.reserve([server]) }
    }
  }

  private func takeEvent(_ intake: Intake, _ header: Header) async throws -> Exchange {
    let targets = try state.withLock { try $0.admitEvent(header.verb, header.noun, from: intake.sender) }
    let ack = header.ackRequired == true ? acknowledgement(of: intake.message) : nil
    return try await accept(
      intake, state: targets.isEmpty ? .unrouted : .done, targets: targets, kind: .event, ack: ack)
  }

  /// A reply that comes as a message of its own: the late answer to an asynchronous request.
  private func takeReply(_ intake: Intake, _ header: Header) async throws -> Exchange {
    guard let correlationID = header.correlationID, !correlationID.isEmpty else {
      throw Router.NoRoute(code: "1.5", reason: "a reply needs the CorrelationID of its request")
    }
    guard let request = try await journal.openRequest(correlationID: correlationID),
      request.deliveries.contains(where: { $0.participant == intake.sender && $0.kind == .request })
    else {
      throw Router.NoRoute(
        code: "2.15", reason: "\(intake.sender) has no request with CorrelationID \(correlationID) to answer")
    }
    let isFinal = intake.message.isFinalReply
    return try await accept(
      intake, state: .done, targets: [request.from], kind: .reply, answers: request.id,
      closing: isFinal ? request.id : nil
    ) { try self.state.withLock { try $0.reserve([request.from]) } }
  }

  /// Commits a message with its deliveries, and queues these.
  private func accept(
    _ intake: Intake, state: JournalEntry.State, targets: [ParticipantID], kind: DeliveryKind, ack: Message? = nil,
    answers request: EntryID? = nil, closing: EntryID? = nil, reserving: () throws -> Void = {}
  ) async throws -> Exchange {
    try reserving()
    do {
      var new = try entry(intake, state: state, delivered: !targets.isEmpty)
      new.deliveries = targets
      new.deliveryKind = kind
      new.answers = request.map { .entry($0) }
      new.priority = await priority(of: intake.message, from: intake.sender, to: targets)
      var unit = JournalUnit(entries: [new])
      if let ack { unit.entries.append(try entry(ack, from: name, at: intake.received, answers: .sibling(0))) }
      if let closing { unit.states.append(StateChange(closing, .done, at: intake.received)) }
      let ids: [EntryID]
      switch try await admit(unit, intake) {
      case .known(let outcome):
        self.state.withLock { $0.cancelReservation(targets) }
        return Exchange(outcome: outcome)
      case .new(let written): ids = written
      }
      let id = ids[0]
      publish(.accepted, id, intake)
      let item = Lane.Item(
        entry: id, kind: kind, priority: new.priority, bytes: new.bodyLength, from: intake.sender,
        received: intake.received, message: intake.message)
      self.state.withLock { $0.enqueue(item, to: targets) }
      guard let ack else { return Exchange(outcome: .accepted(id)) }
      if ids.count > 1 { publish(reply: ack, ids[1], from: name, to: intake.sender, since: intake.received) }
      return Exchange(outcome: .reply(id, ack), writtenReply: unit.entries.last?.body)
    } catch {
      self.state.withLock { $0.cancelReservation(targets) }
      throw error
    }
  }

  /// How urgent a message is, which does not overtake one of its own correlation that waits for the same receiver.
  func priority(of message: Message, from sender: ParticipantID, to targets: [ParticipantID]) async -> Priority {
    let priority = configuration.priority(of: message, from: sender)
    guard let id = message.header?.correlationID, !id.isEmpty else { return priority }
    if priority == .normal {
      switch state.withLock({ $0.usesPriorities }) {
      case true?: break
      case false?: return priority
      case nil:
        let uses = (try? await journal.hasPriorities()) ?? true
        state.withLock { $0.usesPriorities = $0.usesPriorities ?? false || uses }
        if !uses { return priority }
      }
    }
    // Where the journal cannot be read, it cannot be written either.
    guard let lowest = try? await journal.lowestPriority(pendingOf: id, for: targets) else { return priority }
    return min(priority, lowest)
  }

  // MARK: Refusals

  /// Why a message is refused, and the errors of the reply where there is more than one thing to say.
  private struct Refusal {
    /// Errors of one reply; the sender is not told of more.
    static let limit = 16

    var cause: NewEntry.Cause
    var errors: [ReplyError] = []
  }

  private func judge(_ intake: Intake) async throws -> Refusal? {
    var context = configuration.ruleContext
    context.partner = intake.sender.rawValue
    context.now = intake.received
    // A participant takes late replies by its own function; only others need to say where they are to go.
    if intake.message.header?.asyncReplyFlag == true {
      context.hasReplyRoute = state.withLock { $0.hasJoined(intake.sender) }
    }
    let (nonces, sender, received) = (nonces, intake.sender.rawValue, intake.received)
    context.isFreshNonce = { nonces.note($0, from: sender, at: received) }
    if intake.message.kind == .response, let id = intake.message.header?.correlationID, !id.isEmpty {
      let isOpen = try await journal.openRequest(correlationID: id) != nil
      context.isOpenRequest = { $0 == id && isOpen }
    }
    let findings = configuration.rules.check(intake.message, context: context)
    for finding in findings where finding.severity != .note {
      logger.debug("\(finding.rule): \(finding.message)", metadata: ["from": "\(intake.sender)"])
    }
    if let first = findings.first(where: { $0.severity == .reject }) {
      return Refusal(cause: .init(code: first.replyCode, reason: first.message))
    }
    return judgeContent(intake)
  }

  /// Says in the log what is wrong with a participant's reply. It goes on all the same: the sender has a right to its
  /// answer, and reads it with the same rules.
  private func judgeReply(_ reply: Message, to request: Message, from replier: ParticipantID) {
    var context = configuration.ruleContext
    context.partner = replier.rawValue
    if case .operationSet(let set)? = request.payload?.content {
      context.requestOperationIDs = Set(set.operations.map(\.operationId))
    }
    var findings = configuration.rules.check(reply, context: context)
    findings += configuration.contentRules?.check(reply).findings ?? []
    let metadata: Logger.Metadata = ["from": "\(replier)", "messageID": "\(reply.header?.messageID ?? "")"]
    for finding in findings where finding.severity != .note {
      logger.warning("reply: \(finding.rule) at \(finding.path): \(finding.message)", metadata: metadata)
    }
  }

  private func judgeContent(_ intake: Intake) -> Refusal? {
    guard let report = configuration.contentRules?.check(intake.message), !report.findings.isEmpty else { return nil }
    let context: Logger.Metadata = [
      "from": "\(intake.sender)", "messageID": "\(intake.message.header?.messageID ?? "")",
    ]
    for finding in report.findings {
      logger.debug(
        "\(finding.severity.rawValue) \(finding.rule) at \(finding.path): \(finding.message)", metadata: context)
    }
    let rejects = report.findings.filter { $0.severity == .reject }
    if let first = rejects.first {
      let errors = rejects.prefix(Refusal.limit).map { finding in
        ReplyError(
          code: finding.replyCode, level: .fatal, reason: finding.message,
          details: finding.path + (finding.suggestion.map { "; probably \($0)" } ?? ""))
      }
      return Refusal(cause: .init(code: first.replyCode, reason: "\(first.message) at \(first.path)"), errors: errors)
    }
    // One line a message: a partner with odd codes has them in all its messages.
    if let warning = report.findings.first(where: { $0.severity == .warn }) {
      let more = report.findings.count > 1 ? ", and \(report.findings.count - 1) more findings" : ""
      logger.info("\(warning.rule) at \(warning.path): \(warning.message)\(more)", metadata: context)
    }
    return nil
  }

  private func refuse(
    _ intake: Intake, _ cause: NewEntry.Cause, _ errors: [ReplyError] = []
  ) async throws -> Exchange {
    var reply = intake.message.failure(cause.code, reason: cause.reason, source: configuration.name)
    if !errors.isEmpty { reply.reply?.errors = errors }
    // Without a header there is nothing to tie a ResponseMessage to.
    if intake.message.header == nil { reply = Message(kind: .fault, reply: reply.reply) }
    var refused = try entry(intake, state: .dead)
    refused.deadLetter = cause
    let new = try entry(reply, from: name, at: intake.received, answers: .sibling(0))
    let ids = try await journal.write(JournalUnit(entries: [refused, new]))
    guard let id = ids.first else { throw BusError(.storage, "the journal gave no number to an entry") }
    publish(.refused, id, intake, cause: cause)
    if ids.count > 1 { publish(reply: reply, ids[1], from: name, to: intake.sender, since: intake.received) }
    return Exchange(outcome: .reply(id, reply), writtenReply: new.body)
  }

  // MARK: Replies

  func acknowledgement(of message: Message) -> Message {
    message.reply(
      .ok, errors: [ReplyError(code: "0.3", level: .inform, reason: "accepted")], source: configuration.name)
  }

  /// The reply that goes back for this answer, and whose it is.
  private func settle(_ answer: Call.Answer, of call: Call, entry: EntryID) -> (Message, ParticipantID) {
    let server = call.serverID
    switch answer {
    case .reply(let message):
      if let reply = call.request.correlated(message, from: server) { return (reply, server) }
      logger.warning("\(server) answered with no reply", metadata: ["entry": "\(entry)"])
      return (failure(of: call.request, "5.3", "\(server) gave no reply", entry), name)
    case .failed(let error as any DeliveryFailure):
      logger.info("\(server) could not answer: \(error.reason)", metadata: ["entry": "\(entry)"])
      let code = error.replyCode ?? (error.kind == .outage ? "5.1" : "5.3")
      return (failure(of: call.request, code, error.reason, entry), name)
    case .failed(let error):
      logger.warning("\(server) could not answer: \(error)", metadata: ["entry": "\(entry)"])
      return (failure(of: call.request, "5.3", "\(server) could not answer", entry), name)
    case .timedOut:
      return (failure(of: call.request, "4.1", "\(server) did not answer in time", entry), name)
    case .stopped:
      return (failure(of: call.request, "5.1", "the bus is stopping", entry), name)
    }
  }

  /// FAILED by the bus. The entry number is the incident's number; what went wrong inside stays in the log.
  func failure(of request: Message, _ code: String, _ reason: String, _ entry: EntryID) -> Message {
    request.failure(code, reason: reason, details: "journal entry \(entry)", source: configuration.name)
  }
}
