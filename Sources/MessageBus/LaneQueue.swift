// What waits in memory for one participant: by priority, then in order.

/// Several queues, one a priority; the highest is emptied first.
struct LaneQueue: Sendable {
  private var normal = Fifo<Lane.Item>()
  private var others: [Priority: Fifo<Lane.Item>] = [:]
  /// Bytes of the messages in it, as they came.
  private(set) var bytes = 0

  var isEmpty: Bool { normal.isEmpty && others.isEmpty }
  var count: Int { others.isEmpty ? normal.count : others.values.reduce(normal.count) { $0 + $1.count } }

  mutating func append(_ item: Lane.Item) {
    bytes += item.bytes
    if item.priority == .normal { normal.append(item) } else { others[item.priority, default: Fifo()].append(item) }
  }

  /// Up to so many of the highest priority there is.
  mutating func take(_ limit: Int) -> [Lane.Item] {
    let taken: [Lane.Item]
    if let highest = others.keys.max(), highest > .normal || normal.isEmpty {
      taken = others[highest]?.take(limit) ?? []
      if others[highest]?.isEmpty ?? true { others[highest] = nil }
    } else {
      taken = normal.take(limit)
    }
    for item in taken { bytes -= item.bytes }
    return taken
  }

  /// Puts items of one priority back before the others of it.
  mutating func putBack(_ items: ArraySlice<Lane.Item>) {
    guard let priority = items.first?.priority else { return }
    for item in items { bytes += item.bytes }
    if priority == .normal {
      normal.putBack(items)
    } else {
      others[priority, default: Fifo()].putBack(items)
    }
  }
}
