// The life of the bus: recovery, work, expiry, and an orderly end.
import CIMModel
import IECMessage
import Logging
import Synchronization

extension Bus {
  /// Makes the deliveries, beginning with those that were pending when the last run ended, until the task is cancelled.
  ///
  /// When it is cancelled, the bus takes no new messages, gives deliveries and requests under way
  /// `BusConfiguration.drainDeadline` (5 s) to end, cancels the rest, and returns; what was not delivered stays in the
  /// journal. It returns late only where a participant ignores cancellation. A bus runs once.
  ///
  /// - Throws: `BusError` with code `.alreadyRunning`.
  public func run() async throws {
    guard lifecycle.start() else { throw BusError(.alreadyRunning, "the bus runs or has run already") }
    // A task of its own, because a cancelled task cannot wait: draining has to outlive the cancellation. It is awaited
    // here, so nothing outlives `run()`.
    let work = Task { await supervise() }
    await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      lifecycle.close()
    }
  }

  private func supervise() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.serve() }
      group.addTask {
        _ = await self.lifecycle.closing.value()
        try? await Task.sleep(for: self.configuration.drainDeadline)
      }
      await group.next()
      group.cancelAll()
      // Senders that still wait are told; what they wait for is being cancelled.
      self.stopCalls()
    }
    stopCalls()
    broadcast.finish()
  }

  /// Runs every job in a child task and ends when all have ended after the bus was told to stop.
  private func serve() async {
    await withDiscardingTaskGroup { group in
      group.addTask {
        await self.recover()
        self.lifecycle.recovered.resolve(())
      }
      group.addTask { await self.expireRequests() }
      group.addTask { await self.watchCalls() }
      for await job in lifecycle.jobs {
        group.addTask {
          switch job {
          case .call(let call): await call.perform(self.attachments)
          case .lane(let ticket): await self.work(ticket)
          }
        }
      }
      for lane in state.withLock({ $0.joined }) { lane.signal.finish() }
    }
  }

  // MARK: Requests without an answer

  /// Synchronous requests an earlier run left without a reply: their senders were told nothing and wait no more.
  private func recover() async {
    var last: EntryID?
    while lifecycle.accepting {
      guard let page = try? await journal.openRequests(after: last ?? EntryID(0), before: born, limit: 500) else {
        // A journal that cannot be read now may be so later.
        guard await lifecycle.pause(configuration.backoff.first) else { return }
        continue
      }
      guard let end = page.last else { return }
      last = end.id
      let cause = NewEntry.Cause(code: "4.1", reason: "the bus stopped before the answer came")
      let interrupted = page.filter(\.deliveries.isEmpty)
      guard !interrupted.isEmpty else { continue }
      let now = Timestamp.now()
      let unit = JournalUnit(states: interrupted.map { StateChange($0.id, .dead, at: now, deadLetter: cause) })
      guard await persist(unit) != nil else { return }
      logger.notice("\(interrupted.count) requests had been interrupted")
    }
  }

  private func watchCalls() async {
    let interval = min(max(configuration.syncDeadline / 20, .milliseconds(5)), .milliseconds(250))
    while await lifecycle.pause(interval) { expireCalls() }
  }

  /// Before this time requests were received that have had their time.
  func expiry(_ now: Timestamp) -> Timestamp {
    Timestamp(microseconds: now.microseconds - Int64(configuration.asyncDeadline / .microseconds(1)))
  }

  /// Answers 4.1 to senders of asynchronous requests whose final reply has not come in time.
  private func expireRequests() async {
    let interval = min(configuration.asyncDeadline / 4, .seconds(30))
    while await lifecycle.pause(interval) {
      var last = EntryID(0)
      while lifecycle.accepting,
        let page = try? await journal.openRequests(after: last, before: expiry(.now()), limit: 500), let end = page.last
      {
        last = end.id
        for request in page where !request.deliveries.isEmpty {
          await conclude(request, NewEntry.Cause(code: "4.1", reason: "no reply came in time"))
        }
      }
    }
  }

  /// Ends a request that has had no final reply: its requester is told FAILED, and it is delivered no more.
  func conclude(_ request: JournalEntry, _ cause: NewEntry.Cause) async {
    let now = Timestamp.now()
    var header = Header.stamped(
      .reply, request.noun ?? "", source: configuration.name, correlationID: request.correlationID ?? request.messageID)
    header.timestamp = now
    let error = ReplyError(
      code: cause.code, level: .fatal, reason: cause.reason, details: "journal entry \(request.id)")
    let reply = Message(kind: .response, header: header, reply: Reply(result: .failed, errors: [error]))
    guard let new = try? entry(reply, from: name, at: now, answers: .entry(request.id), to: request.from) else {
      return
    }
    let late = request.deliveries.filter { $0.state == .pending }.map {
      Settlement(request.id, $0.participant, .dead(attempts: $0.attempts, cause, at: now))
    }
    let unit = JournalUnit(
      entries: [new], settlements: late, states: [StateChange(request.id, .dead, at: now)])
    _ = await send(reply: reply, from: name, to: request.from, since: request.received, unit)
  }
}
