// The queue of one participant.
import CIMModel
import IECMessage

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
  }

  /// One delivery to be made.
  struct Item: Sendable {
    var entry: EntryID
    var kind: DeliveryKind
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
  var queue = Fifo<Item>()
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
  mutating func add(_ item: Item, window: Int) {
    reserved = max(reserved - 1, 0)
    if !reading, queue.count >= window { reading = true }
    if reading {
      backlog += 1
      missed = true
    } else if item.entry > readUpTo {
      backlog += 1
      queue.append(item)
    }
    signal.yield()
  }

  /// The next deliveries of the queue; nil where the journal is to be read first.
  mutating func take(_ limit: Int) -> [Item]? {
    guard queue.isEmpty, reading else { return queue.take(limit) }
    missed = false
    return nil
  }

  /// Takes in a page read from the journal.
  ///
  /// - Parameters:
  ///   - last: the number of the last delivery read, which may have been unreadable.
  ///   - short: nothing more was pending.
  mutating func add(page: [Item], upTo last: EntryID?, short: Bool) {
    for item in page { queue.append(item) }
    if let last { readUpTo = last }
    if short, !missed {
      reading = false
      backlog = queue.count
    }
    missed = false
  }
}
