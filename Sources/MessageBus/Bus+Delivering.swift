// The way of a message out of the bus: one worker per participant, in order, with retry.
import CIMModel
import IECMessage
import Logging
import Synchronization

extension Bus {
  /// Delivers what waits for one participant until it leaves or the bus stops.
  func work(_ ticket: Lane.Ticket) async {
    let watch = DeliveryWatch(deadline: configuration.deliveryDeadline)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watch.watch() }
      await work(ticket, watch)
      group.cancelAll()
    }
  }

  private func work(_ ticket: Lane.Ticket, _ watch: DeliveryWatch) async {
    await countBacklog(ticket)
    for await _ in ticket.signal {
      while lifecycle.accepting, ticket.left.current == nil, !Task.isCancelled {
        do {
          let items = try await take(ticket)
          if items.isEmpty { break }
          let goesOn = await deliver(items, ticket, watch)
          let requests = items.filter { $0.kind == .request }.map(\.entry)
          if !requests.isEmpty { state.withLock { $0.end(requests: requests) } }
          guard goesOn else { return }
        } catch {
          logger.error("the journal cannot be read for \(ticket.id): \(error)")
          guard await lifecycle.pause(configuration.backoff.maximum) else { return }
        }
      }
    }
  }

  // MARK: What to deliver

  private func countBacklog(_ ticket: Lane.Ticket) async {
    guard let counts = try? await journal.pendingCounts() else { return }
    _ = state.withLock { state in
      state.withLane(ticket) { lane in
        if lane.reading { lane.backlog = counts[ticket.id] ?? 0 }
      }
    }
  }

  /// The next deliveries in order, out of the queue or, where the lane is reading, out of the journal.
  private func take(_ ticket: Lane.Ticket) async throws -> [Lane.Item] {
    let (batch, limit, bytes) = (configuration.settleBatch, configuration.window, configuration.windowBytes)
    while true {
      let queued = state.withLock { state in state.withLane(ticket) { lane in lane.take(batch) } }
      guard let queued else { return [] }
      if let items = queued { return items }
      let page = try await journal.pending(for: ticket.id, limit: limit, bytes: bytes)
      let items = try await decode(page.deliveries, for: ticket.id)
      let isThere: Void? = state.withLock { state in
        if page.deliveries.contains(where: { $0.priority != .normal }) { state.usesPriorities = true }
        return state.withLane(ticket) { lane in
          lane.add(
            page: items, newest: page.newest, isLast: page.isLast, lowest: page.deliveries.last?.priority)
        }
      }
      guard isThere != nil else { return [] }
    }
  }

  /// Reads the messages back; one that cannot be read is buried, so that it does not hold up the others.
  private func decode(
    _ page: [PendingDelivery], for participant: ParticipantID
  ) async throws -> [Lane.Item] {
    var items: [Lane.Item] = []
    for pending in page {
      do {
        items.append(
          Lane.Item(
            entry: pending.entry, kind: pending.kind, priority: pending.priority,
            bytes: pending.document?.byteCount ?? pending.form.count,
            attempts: pending.attempts, nextTry: pending.nextTry, from: pending.from, received: pending.received,
            message: try pending.document.map { try coder.decode($0) } ?? coder.decode(pending.form)))
      } catch let error as BusError where error.code == .storage {
        // The disk may have it another time.
        throw error
      } catch {
        logger.error("journal entry \(pending.entry) cannot be read: \(error)")
        let cause = NewEntry.Cause(code: "1.8", reason: "the journaled message cannot be read")
        let dead = Settlement(pending.entry, participant, .dead(attempts: pending.attempts, cause, at: .now()))
        _ = await persist(JournalUnit(settlements: [dead]))
      }
    }
    return items
  }

  private func settled(_ count: Int, _ ticket: Lane.Ticket) {
    _ = state.withLock { state in state.withLane(ticket) { lane in lane.backlog = max(lane.backlog - count, 0) } }
  }

  // MARK: Delivering

  private enum Attempt {
    case taken
    case answered(Message)
    case failed(code: String, reason: String)
    /// The participant is out of reach; the message is as good as ever.
    case outage(reason: String)
    /// The participant will not have it, now or later.
    case refused(code: String, reason: String)
    /// Nothing is known: the bus stopped meanwhile.
    case stopped
  }

  /// Delivers these in order and commits what became of them.
  ///
  /// Where something more urgent comes in between, the rest goes back to the queue.
  ///
  /// - Returns: false when the bus stops or the participant has left; what is not settled is delivered another time.
  private func deliver(_ items: [Lane.Item], _ ticket: Lane.Ticket, _ watch: DeliveryWatch) async -> Bool {
    // Successes are committed together: after a crash they are delivered once more, which every receiver must bear.
    var unit = JournalUnit()
    var rest = items[...]
    while let item = rest.first, !ticket.overtaking.isDue {
      let run = rest.prefix { $0.kind != .request && $0.nextTry == nil }
      var failure: Attempt?
      if !run.isEmpty {
        let id = ticket.id
        let (taken, stop) = await attempt(run, ticket, watch)
        for item in run.prefix(taken) {
          unit.settlements.append(Settlement(item.entry, id, .done))
          publish(.delivered, item, to: id)
        }
        if taken > 0 { noteSuccess(id) }
        rest = rest.dropFirst(taken)
        failure = stop
        if stop == nil { continue }
      }
      guard await deliver(rest.first ?? item, failure, ticket, &unit) else {
        _ = await commit(&unit, ticket)
        return false
      }
      rest = rest.dropFirst()
    }
    guard await commit(&unit, ticket) else { return false }
    _ = state.withLock { state in state.withLane(ticket) { lane in lane.settle(items, rest: rest) } }
    return true
  }

  /// Hands a run of events and late replies over, one after the other, under one watch instead of a timer each.
  ///
  /// - Returns: how many were taken, and what became of the next one; nil when all were taken or it was not tried.
  private func attempt(
    _ run: ArraySlice<Lane.Item>, _ ticket: Lane.Ticket, _ watch: DeliveryWatch
  ) async -> (taken: Int, next: Attempt?) {
    let participant = ticket.participant
    let course = await watch.run { [self] () -> Attempt? in
      for item in run {
        guard lifecycle.accepting, ticket.left.current == nil, !Task.isCancelled else { return .stopped }
        if ticket.overtaking.isDue { return nil }
        do {
          try await attachments.hand(item.message, to: participant) { message in
            watch.begin()
            switch item.kind {
            case .event, .request: try await participant.receive(message, from: item.from)
            case .reply: try await participant.receive(reply: message, from: item.from)
            }
          }
        } catch {
          watch.fail()
          return outcome(of: error, item, participant.id)
        }
        watch.end()
      }
      return nil
    }
    if course.isOverdue {
      return (course.taken, .failed(code: "4.1", reason: "\(participant.id) did not take it in time"))
    }
    return (course.taken, course.result ?? nil)
  }

  private func commit(_ unit: inout JournalUnit, _ ticket: Lane.Ticket) async -> Bool {
    guard !unit.settlements.isEmpty else { return true }
    defer { unit = JournalUnit() }
    guard await persist(unit) != nil else { return false }
    settled(unit.settlements.count, ticket)
    return true
  }

  /// - Parameter failure: what came of a first attempt that was made already.
  private func deliver(
    _ first: Lane.Item, _ failure: Attempt?, _ ticket: Lane.Ticket, _ unit: inout JournalUnit
  ) async -> Bool {
    var failure = failure
    var item = first
    let id = ticket.id
    while lifecycle.accepting, ticket.left.current == nil {
      if let nextTry = item.nextTry {
        let wait = min(max(nextTry.seconds(since: .now()), 0), configuration.backoff.maximum / .seconds(1))
        if wait > 0 { guard await lifecycle.pause(.seconds(wait)) else { return false } }
      }
      if item.kind == .request, item.received < expiry(.now()) { return await drop(item, ticket, &unit) }
      if item.kind == .request, !state.withLock({ $0.begin(request: item.entry) }) {
        // It was cancelled, and its requester has been told.
        settled(1, ticket)
        return true
      }
      if item.kind == .request, item.attempts == 0 { publish(.delivered, item, to: id) }
      let attempt: Attempt
      if let made = failure { attempt = made } else { attempt = await self.attempt(item, ticket.participant) }
      failure = nil
      switch attempt {
      case .stopped: return false
      case .taken:
        noteSuccess(id)
        unit.settlements.append(Settlement(item.entry, id, .done))
        publish(.delivered, item, to: id)
        return true
      case .answered(let reply):
        noteSuccess(id)
        if item.received < expiry(.now()), await !isPending(item, ticket) {
          return await keep(late: reply, item, ticket)
        }
        unit.settlements.append(Settlement(item.entry, id, .done))
        return await finish(item, reply, from: id, ticket, &unit)
      case .failed(let code, let reason):
        item.attempts += 1
        if item.attempts >= configuration.attempts {
          return await bury(item, NewEntry.Cause(code: code, reason: reason), ticket, &unit)
        }
        let pause = configuration.backoff.pause(afterAttempts: item.attempts)
        let cause = NewEntry.Cause(code: code, reason: reason)
        guard await postpone(&item, cause, pause, ticket, &unit) else { return false }
      case .outage(let reason):
        if item.kind == .request { state.withLock { $0.end(requests: [item.entry]) } }
        let pause = noteOutage(id, reason)
        let cause = NewEntry.Cause(code: "4.1", reason: reason)
        if item.received.advanced(by: configuration.holdDeadline) < .now() {
          return await bury(item, cause, ticket, &unit)
        }
        guard await postpone(&item, cause, pause, ticket, &unit) else { return false }
      case .refused(let code, let reason):
        noteSuccess(id)
        item.attempts += 1
        return await bury(item, NewEntry.Cause(code: code, reason: reason), ticket, &unit)
      }
    }
    return false
  }

  /// Makes it durable that a delivery is to be tried again, with what was settled before it.
  private func postpone(
    _ item: inout Lane.Item, _ cause: NewEntry.Cause, _ pause: Duration, _ ticket: Lane.Ticket,
    _ unit: inout JournalUnit
  ) async -> Bool {
    let id = ticket.id
    let nextTry = Timestamp.now().advanced(by: pause)
    item.nextTry = nextTry
    publish(.retrying, item, to: id, cause: cause)
    let settledBefore = unit.settlements.count
    unit.settlements.append(
      Settlement(item.entry, id, .retry(attempts: item.attempts, nextTry: nextTry, error: cause.reason)))
    guard await persist(unit) != nil else { return false }
    settled(settledBefore, ticket)
    unit = JournalUnit()
    return true
  }

  private func isPending(_ item: Lane.Item, _ ticket: Lane.Ticket) async -> Bool {
    let deliveries = try? await journal.entry(item.entry)?.deliveries
    return deliveries?.contains { $0.participant == ticket.id && $0.state == .pending } ?? false
  }

  /// Answers 4.1 to the sender of a request that has waited too long, unless that has been done already.
  private func drop(_ item: Lane.Item, _ ticket: Lane.Ticket, _ unit: inout JournalUnit) async -> Bool {
    if await isPending(item, ticket) {
      return await bury(item, NewEntry.Cause(code: "4.1", reason: "no reply came in time"), ticket, &unit)
    }
    settled(1, ticket)
    return true
  }

  private func attempt(_ item: Lane.Item, _ participant: any Participant) async -> Attempt {
    let id = participant.id
    do {
      let deadline = configuration.deliveryDeadline
      switch item.kind {
      case .event:
        try await attachments.hand(item.message, to: participant) { message in
          try await within(deadline) { try await participant.receive(message, from: item.from) }
        }
        return .taken
      case .reply:
        try await attachments.hand(item.message, to: participant) { message in
          try await within(deadline) { try await participant.receive(reply: message, from: item.from) }
        }
        return .taken
      case .request:
        let answer = try await attachments.hand(item.message, to: participant) { message in
          try await within(deadline) { try await participant.answer(message, from: item.from) }
        }
        guard let reply = item.message.correlated(answer, from: id) else {
          return .failed(code: "5.3", reason: "\(id) gave no reply")
        }
        return .answered(reply)
      }
    } catch is DeadlineExceeded {
      return .failed(code: "4.1", reason: "\(id) did not take it in time")
    } catch {
      return outcome(of: error, item, id)
    }
  }

  private func outcome(of error: any Error, _ item: Lane.Item, _ id: ParticipantID) -> Attempt {
    if Task.isCancelled { return .stopped }
    guard let error = error as? any DeliveryFailure else {
      logger.warning(
        "\(id) failed to take entry \(item.entry): \(error)", metadata: ["attempt": "\(item.attempts + 1)"])
      return .failed(code: "5.3", reason: "\(id) failed to take it")
    }
    logger.info("\(id) did not take entry \(item.entry): \(error.reason)")
    switch error.kind {
    case .outage: return .outage(reason: error.reason)
    case .refusal: return .refused(code: error.replyCode ?? "5.3", reason: error.reason)
    case .failure: return .failed(code: error.replyCode ?? "5.3", reason: error.reason)
    }
  }

  // MARK: Asynchronous requests

  /// Journals the reply to an asynchronous request, with what else is to be committed, and sends it on its way.
  private func finish(
    _ item: Lane.Item, _ reply: Message, from replier: ParticipantID, _ ticket: Lane.Ticket, _ unit: inout JournalUnit
  ) async -> Bool {
    // The requester has an acknowledgement of the bus's own; the final reply comes as a message of its own.
    if reply.isAcknowledgement { return true }
    let now = Timestamp.now()
    do {
      unit.entries = [try entry(reply, from: replier, at: now, answers: .entry(item.entry), to: item.from)]
    } catch {
      logger.error("the reply of \(replier) cannot be journaled: \(error)", metadata: ["entry": "\(item.entry)"])
      let failed = failure(of: item.message, "5.3", "\(replier) gave a reply that cannot be written", item.entry)
      guard let new = try? entry(failed, from: name, at: now, answers: .entry(item.entry), to: item.from) else {
        return true
      }
      unit.entries = [new]
    }
    if reply.isFinalReply { unit.states = [StateChange(item.entry, .done, at: now)] }
    return await forward(reply, from: replier, to: item.from, since: item.received, ticket, &unit)
  }

  /// Keeps a reply whose requester has been told 4.1 already as a dead letter: one request has one final reply.
  private func keep(late reply: Message, _ item: Lane.Item, _ ticket: Lane.Ticket) async -> Bool {
    settled(1, ticket)
    guard var new = try? entry(reply, from: ticket.id, at: .now(), answers: .entry(item.entry)) else {
      return true
    }
    new.state = .dead
    new.deadLetter = NewEntry.Cause(code: "4.1", reason: "the reply came after its time")
    return await persist(JournalUnit(entries: [new])) != nil
  }

  /// Gives a delivery up. The sender of a request is told so.
  private func bury(
    _ item: Lane.Item, _ cause: NewEntry.Cause, _ ticket: Lane.Ticket, _ unit: inout JournalUnit
  ) async -> Bool {
    let id = ticket.id
    let now = Timestamp.now()
    unit.settlements.append(Settlement(item.entry, id, .dead(attempts: item.attempts, cause, at: now)))
    publish(.dead, item, to: id, cause: cause)
    logger.error("entry \(item.entry) for \(id) is dead: \(cause.reason)", metadata: ["attempts": "\(item.attempts)"])
    guard item.kind == .request else { return await commit(&unit, ticket) }
    let reply = failure(of: item.message, cause.code, cause.reason, item.entry)
    unit.states = [StateChange(item.entry, .dead, at: now)]
    guard let new = try? entry(reply, from: name, at: now, answers: .entry(item.entry), to: item.from) else {
      return await commit(&unit, ticket)
    }
    unit.entries = [new]
    return await forward(reply, from: name, to: item.from, since: item.received, ticket, &unit)
  }

  private func forward(
    _ reply: Message, from replier: ParticipantID, to requester: ParticipantID, since: Timestamp,
    _ ticket: Lane.Ticket, _ unit: inout JournalUnit
  ) async -> Bool {
    let settlements = unit.settlements.count
    defer { unit = JournalUnit() }
    guard await send(reply: reply, from: replier, to: requester, since: since, unit) else { return false }
    settled(settlements, ticket)
    return true
  }

  /// Commits a unit whose first entry is a reply on its way to `requester`, and queues it.
  func send(
    reply: Message, from replier: ParticipantID, to requester: ParticipantID, since: Timestamp, _ unit: JournalUnit
  ) async -> Bool {
    var unit = unit
    unit.entries[0].priority = await priority(of: reply, from: replier, to: [requester])
    state.withLock { $0.keepPlaces([requester]) }
    guard let ids = await persist(unit), let id = ids.first else {
      state.withLock { $0.cancelReservation([requester]) }
      return false
    }
    publish(reply: reply, id, from: replier, to: requester, since: since)
    let item = Lane.Item(
      entry: id, kind: .reply, priority: unit.entries[0].priority, bytes: unit.entries[0].body.count, from: replier,
      received: .now(), message: reply)
    state.withLock { $0.enqueue(item, to: [requester]) }
    return true
  }

  /// Commits, and tries again for as long as the bus runs: what was delivered must not be forgotten for a full disk.
  func persist(_ unit: JournalUnit) async -> [EntryID]? {
    var failures = 0
    while true {
      do {
        return try await journal.write(unit)
      } catch {
        failures += 1
        logger.error("the journal cannot be written: \(error)", metadata: ["failures": "\(failures)"])
        if (error as? BusError)?.code == .closed { return nil }
        guard await lifecycle.pause(configuration.backoff.pause(afterAttempts: failures)) else { return nil }
      }
    }
  }

  private func publish(
    _ step: Activity.Step, _ item: Lane.Item, to: ParticipantID, cause: NewEntry.Cause? = nil
  ) {
    publish(
      activity(
        step, item.entry, item.message, from: item.from, to: to, since: step == .delivered ? item.received : nil,
        cause: cause))
  }
}
