// What an envelope is written into: a tree, or at once the text, which spares small messages the tree.
import CIMCodec
import CIMModel

/// Takes the parts of an envelope in the order of the document.
protocol EnvelopeSink {
  /// Begins an element whose parts follow.
  mutating func begin(_ name: String, in namespace: String)
  /// Ends the element that was begun last.
  mutating func end()
  /// An element with a text and nothing else.
  mutating func leaf(_ name: String, in namespace: String, _ text: String)
  mutating func add(_ element: Element)
}

extension EnvelopeSink {
  /// A leaf in the envelope's own namespace.
  mutating func leaf(_ name: String, _ text: String) { leaf(name, in: Envelope.namespace, text) }

  /// The same, left out where there is no text.
  mutating func leaf(_ name: String, _ text: String?) {
    if let text { leaf(name, text) }
  }

  mutating func leaf(_ name: String, _ flag: Bool?) {
    if let flag { leaf(name, flag ? "true" : "false") }
  }

  mutating func add(_ elements: [Element]) {
    for element in elements { add(element) }
  }
}

extension XMLWriter: EnvelopeSink {}

/// Makes a tree.
struct TreeOfEnvelope: EnvelopeSink {
  private var open: [Element] = []
  private(set) var root = Element("", in: "")

  mutating func begin(_ name: String, in namespace: String) { open.append(Element(name, in: namespace)) }

  mutating func end() {
    if let element = open.popLast() { add(element) }
  }

  mutating func leaf(_ name: String, in namespace: String, _ text: String) {
    add(Element(name, in: namespace, text: text))
  }

  mutating func add(_ element: Element) {
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }
}
