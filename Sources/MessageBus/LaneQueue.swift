// What waits in memory for one participant: by priority, then in order.

/// Several queues, one a priority; the highest is emptied first.
struct LaneQueue: Sendable {
  private var normal = Fifo<Lane.Item>()
  private var others: [Priority: Fifo<Lane.Item>] = [:]
  /// Bytes of the messages in it and of those taken out and not dealt with, as they came.
  private(set) var bytes = 0

  var isEmpty: Bool { normal.isEmpty && others.isEmpty }
  var count: Int { others.isEmpty ? normal.count : others.values.reduce(normal.count) { $0 + $1.count } }

  mutating func append(_ item: Lane.Item) {
    bytes += item.bytes
    if item.priority == .normal { normal.append(item) } else { others[item.priority, default: Fifo()].append(item) }
  }

  /// The lowest priority in it.
  var lowest: Priority? {
    let lowest = others.keys.min()
    return normal.isEmpty ? lowest : min(lowest ?? .normal, .normal)
  }

  /// Up to so many of the highest priority there is.
  mutating func take(_ limit: Int) -> [Lane.Item] {
    guard let highest = others.keys.max(), highest > .normal || normal.isEmpty else { return normal.take(limit) }
    let taken = others[highest]?.take(limit) ?? []
    if others[highest]?.isEmpty ?? true { others[highest] = nil }
    return taken
  }

  /// Those of a message that was taken out are free again.
  mutating func forget(bytes count: Int) { bytes -= count }

  /// Puts items of one priority back before the others of it.
  mutating func putBack(_ items: ArraySlice<Lane.Item>) {
    guard let priority = items.first?.priority else { return }
    if priority == .normal {
      normal.putBack(items)
    } else {
      others[priority, default: Fifo()].putBack(items)
    }
  }
}
