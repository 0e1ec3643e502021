// A journal that forgets, for tests and for trying things out.
public import CIMModel
import IECMessage
import Synchronization

/// Keeps everything in memory: nothing outlives the process, so nothing it acknowledges is safe.
public final class InMemoryJournal: Journal {
  fileprivate struct Stored {
    var entry: JournalEntry
    var body: [UInt8]
    var form: [UInt8]?
    var inboxKey: InboxKey?
    var priority = Priority.normal
  }

  fileprivate struct State {
    /// The entry with number n lies at n - 1.
    var stored: [Stored] = []
    /// By participant: entries whose delivery waits, rising.
    var pending: [ParticipantID: [EntryID]] = [:]
    var deadLetters: [(entry: EntryID, participant: ParticipantID?, time: Timestamp, cause: NewEntry.Cause)] = []
    var closed = false
  }

  private let state = Mutex(State())

  public init() {}

  public var isDurable: Bool { false }

  public func write(_ unit: JournalUnit) async throws -> [EntryID] {
    let unit = try Self.held(unit)
    return try access { $0.write(unit) }
  }

  /// Memory is all this journal has.
  private static func held(_ unit: JournalUnit) throws -> JournalUnit {
    guard unit.entries.contains(where: { $0.document != nil }) else { return unit }
    var unit = unit
    for index in unit.entries.indices {
      guard let document = unit.entries[index].document else { continue }
      unit.entries[index].body = try document.whole()
      unit.entries[index].document = nil
    }
    return unit
  }

  public func admit(_ unit: JournalUnit) async throws -> Admission {
    let unit = try Self.held(unit)
    return try access { state in
      var unit = unit
      guard let key = unit.entries.first?.inboxKey else { return .written(state.write(unit), reused: nil) }
      if let known = state.entry(of: key) { return .duplicate(of: known) }
      let reused = state.stored.last {
        $0.inboxKey.map { $0.sender == key.sender && $0.source == key.source && $0.messageID == key.messageID } ?? false
          && $0.entry.state.isKnownToInbox
      }?.entry.id
      if let reused { unit.entries[0].remark(reused: reused) }
      return .written(state.write(unit), reused: reused)
    }
  }

  public func entry(of key: InboxKey) async throws -> EntryID? { try access { $0.entry(of: key) } }

  public func replies(to entry: EntryID, limit: Int) async throws -> [JournalEntry] {
    try access { state in Array(state.stored.lazy.map(\.entry).filter { $0.answers == entry }.prefix(limit)) }
  }

  public func replays(of entry: EntryID, limit: Int) async throws -> [JournalEntry] {
    try access { state in Array(state.stored.lazy.map(\.entry).filter { $0.replays == entry }.prefix(limit)) }
  }

  public func pending(for participant: ParticipantID, limit: Int, bytes: Int) async throws -> PendingPage {
    try access { state in
      let waiting = (state.pending[participant] ?? []).sorted { a, b in
        let (first, second) = (state[a]?.priority ?? .normal, state[b]?.priority ?? .normal)
        return first == second ? a < b : first > second
      }
      let newest = EntryID(Int64(state.stored.count))
      var page = PendingPage(deliveries: [], isLast: true, newest: newest)
      var size = 0
      for id in waiting {
        guard page.deliveries.isEmpty || page.deliveries.count < limit && size < bytes else {
          page.isLast = false
          break
        }
        guard let stored = state[id],
          let delivery = stored.entry.deliveries.first(where: { $0.participant == participant })
        else { continue }
        let form = stored.form ?? stored.body
        size += form.count
        page.deliveries.append(
          PendingDelivery(
            entry: id, kind: delivery.kind, priority: stored.priority, attempts: delivery.attempts,
            nextTry: delivery.nextTry, from: stored.entry.from, received: stored.entry.received, form: form))
      }
      return page
    }
  }

  public func lowestPriority(
    pendingOf correlationID: String, for participants: [ParticipantID]
  ) async throws -> Priority? {
    try access { state in
      state.stored.lazy.filter { stored in
        (stored.entry.correlationID == correlationID || stored.entry.messageID == correlationID)
          && stored.entry.deliveries.contains { $0.state == .pending && participants.contains($0.participant) }
      }.map(\.priority).min()
    }
  }

  public func hasPriorities() async throws -> Bool {
    try access { state in
      state.pending.values.joined().contains { id in state[id].map { $0.priority != .normal } ?? false }
    }
  }

  public func pendingCounts() async throws -> [ParticipantID: Int] {
    try access { $0.pending.mapValues(\.count).filter { $0.value > 0 } }
  }

  public func openRequests(
    after: EntryID, before received: Timestamp, limit: Int
  ) async throws -> [JournalEntry] {
    try access { state in
      let open = state.stored.lazy.map(\.entry).filter { $0.state == .open && $0.id > after && $0.received < received }
      return Array(open.prefix(limit))
    }
  }

  public func openRequest(correlationID: String) async throws -> JournalEntry? {
    try access { state in
      state.stored.last {
        $0.entry.state == .open && ($0.entry.correlationID ?? $0.entry.messageID) == correlationID
      }?.entry
    }
  }

  public func body(of entry: EntryID) async throws -> [UInt8]? { try access { $0[entry]?.body } }

  public func form(of entry: EntryID) async throws -> [UInt8]? {
    try access { state in state[entry].map { $0.form ?? $0.body } }
  }

  public func entry(_ entry: EntryID) async throws -> JournalEntry? { try access { $0[entry]?.entry } }

  public func timeline(messageID: String, limit: Int) async throws -> [JournalEntry] {
    try timeline(limit) { $0.messageID == messageID }
  }

  public func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry] {
    try timeline(limit) { $0.correlationID == correlationID }
  }

  public func deadLetters(limit: Int) async throws -> [DeadLetter] {
    try access { state in
      state.deadLetters.reversed().prefix(limit).compactMap { dead in
        state[dead.entry].map {
          DeadLetter(entry: $0.entry, participant: dead.participant, time: dead.time, cause: dead.cause)
        }
      }
    }
  }

  public func close() async throws { state.withLock { $0.closed = true } }

  /// Every entry with its bytes, lowest first.
  func everything() throws -> [(entry: JournalEntry, body: [UInt8])] {
    try access { state in state.stored.map { ($0.entry, $0.body) } }
  }

  private func timeline(_ limit: Int, _ matches: (JournalEntry) -> Bool) throws -> [JournalEntry] {
    try access { state in
      let found = Set(state.stored.lazy.map(\.entry).filter(matches).map(\.id))
      let whole = state.stored.lazy.map(\.entry).filter { entry in
        found.contains(entry.id) || entry.answers.map(found.contains) ?? false
      }
      return Array(whole.prefix(limit))
    }
  }

  private func access<Value>(_ body: (inout State) throws -> Value) throws -> Value {
    try state.withLock { state in
      guard !state.closed else { throw BusError(.closed, "the journal is closed") }
      return try body(&state)
    }
  }
}

extension InMemoryJournal.State {
  fileprivate subscript(id: EntryID) -> InMemoryJournal.Stored? {
    let index = Int(id.rawValue) - 1
    return stored.indices.contains(index) ? stored[index] : nil
  }

  fileprivate mutating func write(_ unit: JournalUnit) -> [EntryID] {
    let first = Int64(stored.count) + 1
    for new in unit.entries { append(new, first: first) }
    for settlement in unit.settlements { settle(settlement) }
    for change in unit.states {
      self.change(change.entry) { $0.state = change.state }
      if let cause = change.deadLetter { deadLetters.append((change.entry, nil, change.at, cause)) }
    }
    return unit.entries.indices.map { EntryID(first + Int64($0)) }
  }

  fileprivate func entry(of key: InboxKey) -> EntryID? {
    stored.last { $0.inboxKey == key && $0.entry.state.isKnownToInbox }?.entry.id
  }

  fileprivate mutating func change(_ id: EntryID, _ body: (inout JournalEntry) -> Void) {
    let index = Int(id.rawValue) - 1
    if stored.indices.contains(index) { body(&stored[index].entry) }
  }

  fileprivate mutating func append(_ new: NewEntry, first: Int64) {
    let id = EntryID(Int64(stored.count) + 1)
    let answers: EntryID? =
      switch new.answers {
      case .entry(let entry): entry
      case .sibling(let index): EntryID(first + Int64(index))
      case nil: nil
      }
    let entry = JournalEntry(
      id: id, received: new.received, from: new.from, kind: new.kind, verb: new.verb, noun: new.noun,
      messageID: new.messageID, correlationID: new.correlationID, source: new.source, state: new.state,
      answers: answers, replays: new.replays, note: new.note,
      deliveries: new.deliveries.sorted { $0.rawValue < $1.rawValue }.map {
        JournalEntry.Delivery(participant: $0, kind: new.deliveryKind)
      })
    stored.append(
      InMemoryJournal.Stored(
        entry: entry, body: new.body, form: new.form, inboxKey: new.inboxKey, priority: new.priority))
    for participant in new.deliveries { pending[participant, default: []].append(id) }
    if let cause = new.deadLetter { deadLetters.append((id, nil, new.received, cause)) }
  }

  fileprivate mutating func settle(_ settlement: Settlement) {
    change(settlement.entry) { entry in
      guard let index = entry.deliveries.firstIndex(where: { $0.participant == settlement.participant }) else { return }
      switch settlement.result {
      case .done: entry.deliveries[index].state = .done
      case .retry(let attempts, let nextTry, let error):
        entry.deliveries[index].attempts = attempts
        entry.deliveries[index].nextTry = nextTry
        entry.deliveries[index].lastError = error
      case .dead(let attempts, let cause, _):
        entry.deliveries[index].state = .dead
        entry.deliveries[index].attempts = attempts
        entry.deliveries[index].lastError = cause.reason
      }
    }
    switch settlement.result {
    case .retry: return
    case .done: break
    case .dead(_, let cause, let time):
      deadLetters.append((settlement.entry, settlement.participant, time, cause))
    }
    if let index = pending[settlement.participant]?.firstIndex(of: settlement.entry) {
      pending[settlement.participant]?.remove(at: index)
    }
  }
}
