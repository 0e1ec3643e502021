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
