// The queue of one participant.
import CIMModel
import IECMessage
import Synchronization

/// What waits for one participant, in the order of the journal.
///
/// A lane has two modes. `reading`: it takes pages of pending deliveries out of the journal, as after a start or when
/// more waits than fits its window. Otherwise what is accepted is queued in memory at once. It changes from reading to
/// queueing when a page comes back short and nothing was accepted while it was read.
struct Lane {
  /// Names one lane of one participant; a participant that leaves and joins again has a new one.
  struct Ticket: Sendable {
    var participant: any Participant
    var id: ParticipantID
    var generation: Int
    /// Fires when there may be something to deliver; ends with the lane.
    var signal: AsyncStream<Void>
    /// Set when the participant has left.
    var left: Promise<Void>
    /// Set when something more urgent waits than what is being delivered.
    var overtaking: Overtaking
  }

  final class Overtaking: Sendable {
    private let flag = Atomic(false)
    var isDue: Bool { flag.load(ordering: .relaxed) }
    func set(_ isDue: Bool) { flag.store(isDue, ordering: .relaxed) }
  }

  /// One delivery to be made.
  struct Item: Sendable {
    var entry: EntryID
    var kind: DeliveryKind
    var priority = Priority.normal
    /// Of the message as it came.
    var bytes = 0
    var attempts = 0
    var nextTry: Timestamp?
    var from: ParticipantID
    var received: Timestamp
    var message: Message
  }

  let participant: any Participant
  let generation: Int
  let signal: AsyncStream<Void>.Continuation
  let left: Promise<Void>
  let overtaking = Overtaking()
  var queue = LaneQueue()
  /// Of what is being delivered.
  var underWay: Priority?
  /// While reading: all that is more urgent than this is in the queue; nil: all is.
  var barrier = Priority.highest as Priority?
  /// The most urgent that was left to the journal since the page under way was asked for.
  var skipped: Priority?
  /// Queued while reading: pages that are read meanwhile have them too.
  var ahead: Set<EntryID> = []
  var reading = true
  /// Something was accepted since the page that is being read was asked for.
  var missed = false
  /// Every pending delivery up to here has been read from the journal: whoever queues it late must not queue it again.
  var readUpTo = EntryID(0)
  /// Admitted, but not committed yet.
  var reserved = 0
  /// Committed and not settled, as far as is known.
  var backlog = 0
  /// Synchronous requests under way.
  var calls = 0
  var circuit = Circuit()
  var lastSuccess: Timestamp?

  var waiting: Int { reserved + backlog }

  /// Takes in what was just committed for this lane.
  mutating func add(_ item: Item, window: Int, bytes: Int) {
    reserved = max(reserved - 1, 0)
    if !reading, queue.count >= window || queue.bytes + item.bytes > bytes && !queue.isEmpty {
      reading = true
      barrier = nil
      skipped = nil
    }
    if reading {
      backlog += 1
      missed = true
      if item.entry > readUpTo, !addAhead(item, window, bytes) {
        barrier = max(barrier ?? item.priority, item.priority)
        skipped = max(skipped ?? item.priority, item.priority)
      }
    } else if item.entry > readUpTo {
      backlog += 1
      queue.append(item)
      if let underWay, item.priority > underWay { overtaking.set(true) }
    }
    signal.yield()
  }

  /// Queues what is more urgent than the pages before it, unless something as urgent was left to the journal.
  private mutating func addAhead(_ item: Item, _ window: Int, _ bytes: Int) -> Bool {
    guard item.priority > queue.lowest ?? .normal || item.priority > .normal else { return false }
    if let barrier, item.priority <= barrier { return false }
    guard ahead.count < window, queue.bytes < bytes else { return false }
    queue.append(item)
    ahead.insert(item.entry)
    if let underWay, item.priority > underWay { overtaking.set(true) }
    return true
  }

  /// The next deliveries of the queue; nil where the journal is to be read first.
  mutating func take(_ limit: Int) -> [Item]? {
    overtaking.set(false)
    guard queue.isEmpty, reading else {
      let items = queue.take(limit)
      underWay = items.first?.priority
      return items
    }
    underWay = nil
    missed = false
    skipped = nil
    return nil
  }

  /// What was taken has been dealt with but for the rest, which something overtakes.
  mutating func settle(_ items: [Item], rest: ArraySlice<Item>) {
    for item in items.dropLast(rest.count) {
      queue.forget(bytes: item.bytes)
      if !ahead.isEmpty { ahead.remove(item.entry) }
    }
    queue.putBack(rest)
  }

  /// Takes in a page read from the journal.
  ///
  /// - Parameters:
  ///   - newest: the newest entry when it was read.
  ///   - isLast: nothing more was pending.
  ///   - lowest: the priority of its last delivery, which may have been unreadable.
  mutating func add(page: [Item], newest: EntryID, isLast: Bool, lowest: Priority?) {
    for item in page where !ahead.contains(item.entry) { queue.append(item) }
    readUpTo = max(readUpTo, newest)
    barrier = [isLast ? nil : lowest, skipped].compactMap { $0 }.max()
    if isLast, !missed {
      reading = false
      backlog = queue.count
    }
    missed = false
  }
}
