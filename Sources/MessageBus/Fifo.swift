// A queue with cheap removal at its front.

/// First in, first out; removal at the front costs constant time on average.
struct Fifo<Item: Sendable>: Sendable {
  private var items: [Item] = []
  private var head = 0

  var count: Int { items.count - head }
  var isEmpty: Bool { count == 0 }
  var first: Item? { isEmpty ? nil : items[head] }

  mutating func append(_ item: Item) { items.append(item) }

  /// Puts items before those that wait.
  mutating func putBack(_ returned: ArraySlice<Item>) {
    let kept = min(returned.count, head)
    items.replaceSubrange(head - kept..<head, with: returned)
    head -= kept
  }

  /// Takes up to so many items from the front.
  mutating func take(_ limit: Int) -> [Item] {
    let taken = Array(items[head..<min(items.count, head + limit)])
    head += taken.count
    if head == items.count {
      items.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 32, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    return taken
  }
}
