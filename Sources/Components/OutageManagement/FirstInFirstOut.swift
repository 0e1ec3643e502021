// A queue whose ends cost the same however long it is.

/// Elements in the order in which they came.
struct FirstInFirstOut<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { head == elements.count }
  var first: Element? { isEmpty ? nil : elements[head] }
  var all: ArraySlice<Element> { elements[head...] }

  mutating func append(_ element: Element) { elements.append(element) }

  /// Changes the newest element that fits, among the last thousand.
  mutating func changeLast(where fits: (Element) -> Bool, _ change: (inout Element) -> Void) {
    guard let place = elements[head...].suffix(1_000).lastIndex(where: fits) else { return }
    change(&elements[place])
  }

  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head]
    head += 1
    // What was taken out goes when it is half: each element is moved once at most.
    if head * 2 >= elements.count, head > 32 || isEmpty {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}
