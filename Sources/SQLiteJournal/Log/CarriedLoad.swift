// What units come to when they are put together.
import CIMModel
import MessageBus

/// The units of a load put together, so that each entry is written once, as what has become of it by then.
struct CarriedLoad {
  struct Entry {
    var id: EntryID
    var new: NewEntry
    var state: JournalEntry.State
    var deliveries: [JournalEntry.Delivery]
  }

  struct DeadLetter {
    var entry: EntryID
    var participant: ParticipantID?
    var at: Timestamp
    var cause: NewEntry.Cause
  }

  /// In the order of their numbers.
  private(set) var entries: [Entry] = []
  private(set) var files: [(entry: EntryID, file: Spool.File)] = []
  /// Of entries that lie in the database already, in the order in which they came.
  private(set) var settlements: [Settlement] = []
  private(set) var states: [StateChange] = []
  /// In the order in which they came.
  private(set) var deadLetters: [DeadLetter] = []

  init(_ units: [LoggedUnit]) {
    entries.reserveCapacity(units.reduce(0) { $0 + $1.ids.count })
    for logged in units {
      for (new, id) in zip(logged.unit.entries, logged.ids) { add(new, id, logged.ids) }
      for file in logged.files where logged.ids.indices.contains(file.index) {
        files.append((logged.ids[file.index], file))
      }
      for settlement in logged.unit.settlements { add(settlement) }
      for change in logged.unit.states { add(change) }
    }
  }

  private mutating func add(_ new: NewEntry, _ id: EntryID, _ siblings: [EntryID]) {
    var deliveries: [JournalEntry.Delivery] = []
    deliveries.reserveCapacity(new.deliveries.count)
    for participant in new.deliveries where !deliveries.contains(where: { $0.participant == participant }) {
      deliveries.append(JournalEntry.Delivery(participant: participant, kind: new.deliveryKind))
    }
    var entry = Entry(id: id, new: new, state: new.state, deliveries: deliveries)
    entry.new.answers = new.answers?.entry(among: siblings).map { .entry($0) }
    entries.append(entry)
    if let cause = new.deadLetter { deadLetters.append(DeadLetter(entry: id, at: new.received, cause: cause)) }
  }

  /// Where an entry of the load is; numbers rise, with gaps where a write has failed.
  private func place(of id: EntryID) -> Int? {
    guard let first = entries.first?.id.rawValue, id.rawValue >= first else { return nil }
    var (low, high) = (0, min(entries.count, Int(id.rawValue - first) + 1))
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].id == id ? low : nil
  }

  private mutating func add(_ settlement: Settlement) {
    if case .dead(_, let cause, let time) = settlement.result {
      deadLetters.append(
        DeadLetter(entry: settlement.entry, participant: settlement.participant, at: time, cause: cause))
    }
    guard let place = place(of: settlement.entry) else {
      settlements.append(settlement)
      return
    }
    guard let index = entries[place].deliveries.firstIndex(where: { $0.participant == settlement.participant }) else {
      return
    }
    switch settlement.result {
    case .done: entries[place].deliveries[index].state = .done
    case .retry(let attempts, let nextTry, let error):
      entries[place].deliveries[index].attempts = attempts
      entries[place].deliveries[index].nextTry = nextTry
      entries[place].deliveries[index].lastError = error
    case .dead(let attempts, let cause, _):
      entries[place].deliveries[index].state = .dead
      entries[place].deliveries[index].attempts = attempts
      entries[place].deliveries[index].lastError = cause.reason
    }
  }

  private mutating func add(_ change: StateChange) {
    if let cause = change.deadLetter {
      deadLetters.append(DeadLetter(entry: change.entry, at: change.at, cause: cause))
    }
    if let place = place(of: change.entry) { entries[place].state = change.state } else { states.append(change) }
  }
}
