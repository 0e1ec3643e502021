// Reads the objects of a payload part by part out of a message.
import CIMCodec
import CIMModel
import XMLPull

/// One reading of a message as its bytes come, in which only one part of an object is a tree at a time.
struct PartWalk: ~Copyable {
  private let path: [DetachedObjects.PathStep]
  private var reader: XMLReader
  /// Open elements of the document.
  private var depth = 0
  /// How many of them are those of the path.
  private var matched = 0
  /// Of the envelope: objects are what is of another namespace.
  private var own: [String] = []
  private var isInObject = false
  private var counts: [String: Int] = [:]
  /// Open elements of a part.
  private var open: [Element] = []
  private var isDone = false

  init(path: [DetachedObjects.PathStep], limits: XMLLimits) {
    self.path = path
    reader = XMLReader(limits: limits)
  }

  mutating func feed(_ bytes: UnsafeRawBufferPointer, _ take: (DetachedObjects.Step) throws -> Void) throws {
    guard !isDone else { return }
    reader.feed(bytes)
    try drain(take)
  }

  mutating func finish(_ take: (DetachedObjects.Step) throws -> Void) throws {
    guard !isDone else { return }
    reader.finish()
    try drain(take)
  }

  private mutating func drain(_ take: (DetachedObjects.Step) throws -> Void) throws {
    while !isDone {
      switch try reader.next() {
      case .startTag: try start(take)
      case .endTag: try end(take)
      case .text:
        if !open.isEmpty { open[open.count - 1].text += String(decoding: reader.text, as: UTF8.self) }
      case .endOfDocument: isDone = true
      case .needInput: return
      }
    }
  }

  private mutating func start(_ take: (DetachedObjects.Step) throws -> Void) throws {
    defer { depth += 1 }
    if !open.isEmpty || isInObject && depth == path.count + 1 {
      open.append(element())
    } else if matched == path.count, depth == path.count {
      guard !own.contains(reader.namespaces.names[Int(reader.namespace)]) else { return }
      isInObject = true
      counts = [:]
      try take(.begin(element()))
    } else if matched == depth, depth < path.count, step == path[depth] {
      matched += 1
      if matched == path.count {
        own = [Envelope.namespace, step.namespace]
      }
    }
  }

  private mutating func end(_ take: (DetachedObjects.Step) throws -> Void) throws {
    depth -= 1
    if var element = open.popLast() {
      if !element.children.isEmpty { element.text = "" }
      guard open.isEmpty else {
        open[open.count - 1].children.append(element)
        return
      }
      let index = (counts[element.name] ?? 0) + 1
      counts[element.name] = index
      return try take(.part(element, index: index))
    }
    if isInObject, depth == path.count {
      isInObject = false
      return try take(.end)
    }
    if depth < matched {
      // The Payload has ended: nothing behind it is asked for.
      if matched == path.count { isDone = true }
      matched = depth
    }
  }

  private var step: DetachedObjects.PathStep {
    DetachedObjects.PathStep(
      name: String(decoding: reader.localName, as: UTF8.self),
      namespace: reader.namespaces.names[Int(reader.namespace)])
  }

  private func element() -> Element {
    let step = step
    return Element(step.name, in: step.namespace, attributes: reader.elementAttributes)
  }
}
