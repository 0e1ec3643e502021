// Cancelling an asynchronous request: by its transaction, or by its CorrelationID.
import CIMModel
import IECMessage
import Logging
import Synchronization

extension Bus {
  /// The asynchronous request that a cancel message means.
  ///
  /// It is named by an ID of kind transaction in Payload or Request (the id is in the acknowledgement of the request), or,
  /// where the message names no object at all, by the CorrelationID it shares with it. Objects named by mRID are the
  /// server's: such a message is routed like any other.
  ///
  /// - Returns: nil where the message means an object; else the id it names.
  /// - SeeAlso: IEC 61968-9, Annex M (M.2)
  func transaction(cancelledBy message: Message) -> String? {
    guard message.verb == .cancel, message.kind == .request || message.kind == .message else { return nil }
    var ids = message.request?.ids ?? []
    if case .ids(let more)? = message.payload?.content { ids += more }
    if let id = ids.first(where: { $0.kind == .transaction }) { return id.value }
    let namesObjects = !ids.isEmpty || message.payload != nil || !(message.request?.objects.isEmpty ?? true)
    return namesObjects ? nil : message.header?.correlationID
  }

  /// Ends an asynchronous request of this sender: its requester gets its final reply, FAILED 6.5.
  ///
  /// - Returns: nil where it is with its server already and a server of `cancel` for the noun should be asked.
  func cancel(_ transaction: String, _ intake: Intake, _ header: Header) async throws -> Outcome? {
    guard let request = try await journal.openRequest(correlationID: transaction), request.from == intake.sender,
      !request.deliveries.isEmpty
    else {
      throw Router.NoRoute(
        code: "2.15", reason: "\(intake.sender) has no open request with the transaction \(transaction)")
    }
    guard withdraw(request) else {
      if case .success = state.withLock({ $0.route(header.verb, header.noun, from: intake.sender) }) { return nil }
      let server = request.deliveries.first?.participant.rawValue ?? "a participant"
      throw Router.NoRoute(
        code: "5.2", reason: "\(server) is at work on it and takes no cancel \(header.noun)")
    }
    let reply = intake.message.reply(
      .ok, ids: [ObjectID(transaction, kind: .transaction)], source: configuration.name)
    var unit = JournalUnit(entries: [try entry(intake, state: .done)])
    let isLate = header.asyncReplyFlag == true
    let answer = isLate ? acknowledgement(of: intake.message) : reply
    unit.entries.append(try entry(answer, from: name, at: intake.received, answers: .sibling(0)))
    if isLate {
      unit.entries.append(
        try entry(reply, from: name, at: intake.received, answers: .sibling(0), to: intake.sender))
    }
    if isLate { unit.entries[2].priority = await priority(of: reply, from: name, to: [intake.sender]) }
    let ids: [EntryID]
    switch try await admit(unit, intake) {
    case .known(let outcome): return outcome
    case .new(let written): ids = written
    }
    publish(.accepted, ids[0], intake)
    if isLate, ids.count > 2 {
      let item = Lane.Item(
        entry: ids[2], kind: .reply, priority: unit.entries[2].priority, bytes: unit.entries[2].body.count, from: name,
        received: intake.received, message: reply)
      state.withLock { state in
        state.keepPlaces([intake.sender])
        state.enqueue(item, to: [intake.sender])
      }
    }
    await conclude(request, NewEntry.Cause(code: "6.5", reason: "cancelled by \(intake.sender)"))
    return .reply(ids[0], answer)
  }

  /// Keeps an asynchronous request from its server.
  ///
  /// - Returns: false where its server has it already.
  private func withdraw(_ request: JournalEntry) -> Bool {
    guard request.deliveries.allSatisfy({ $0.state == .pending && $0.attempts == 0 }) else { return false }
    return state.withLock { $0.withdraw(request.id) }
  }
}

/// Asynchronous requests between the lane and their server.
struct RequestsUnderWay: Sendable {
  /// Numbers kept of requests that were withdrawn and never met again: they were read from the journal no more.
  private static let limit = 10_000

  private var begun: Set<EntryID> = []
  private var withdrawn: Set<EntryID> = []

  /// - Returns: false where the request was withdrawn.
  mutating func begin(_ entry: EntryID) -> Bool {
    guard withdrawn.remove(entry) == nil else { return false }
    begun.insert(entry)
    return true
  }

  mutating func end(_ entry: EntryID) { begun.remove(entry) }

  /// - Returns: false where its server has it already.
  mutating func withdraw(_ entry: EntryID) -> Bool {
    guard !begun.contains(entry) else { return false }
    if withdrawn.count >= Self.limit, let oldest = withdrawn.min() { withdrawn.remove(oldest) }
    withdrawn.insert(entry)
    return true
  }
}
