// Which element of a document is the message, and what its root has to be called.
import CIMProfiles
import CIMSchema
import IECMessage

extension RepairRun {
  /// How many wrappers are taken off at most.
  private static let wrapperLimit = 6
  /// How far below a wrapper a message is looked for.
  private static let searchDepth = 4

  // MARK: Wrappers

  /// Replaces a wrapper by the message in it: an operation of the partner's own, a Request around a message, a string
  /// argument that holds one.
  mutating func unwrap(_ node: inout DocumentNode) {
    for _ in 0..<Self.wrapperLimit {
      if node.isLeaf {
        guard let inner = embedded(in: node) else { return }
        log.note(node.line, "the message that '\(node.found)' holds as text was read as XML")
        node = inner
        log.enter(inner)
        continue
      }
      if isMessage(node) || isWrapped(node) || isLoneRequest(node) { return }
      guard let next = wrappedMessage(in: node) else { return }
      log.note(node.line, "the wrapper '\(node.found)' around the message was taken off")
      node = node.children[next]
      log.enter(node)
    }
  }

  /// A message has a Header, or, as a fault, a Reply alone; a Request may stand alone too.
  private func isMessage(_ node: DocumentNode) -> Bool {
    if node.index(of: "Header") != nil { return true }
    if schemas.isProfile(SchemaName(node.namespace, node.name)) || isMapped(node) { return true }
    return MessageShape.kind(named: node.name) == .fault && node.index(of: "Reply") != nil
  }

  /// `Request/message/Header` and its kin, in whatever namespaces.
  private func isWrapped(_ node: DocumentNode) -> Bool {
    guard ["Request", "Response", "PublishEvent"].contains(node.name), node.children.count == 1 else { return false }
    let inner = node.children[0]
    return inner.name == "message" && inner.index(of: "Header") != nil
  }

  /// A Request with no message around it or in it.
  private func isLoneRequest(_ node: DocumentNode) -> Bool {
    func hasHeader(_ node: DocumentNode, _ depth: Int) -> Bool {
      node.children.prefix(8).contains { $0.name.lowercased() == "header" || depth > 0 && hasHeader($0, depth - 1) }
    }
    return node.name.lowercased() == "request" && isEnvelope(node.namespace) && !hasHeader(node, Self.searchDepth)
  }

  /// The child in which a message stands, where there is exactly one such.
  private func wrappedMessage(in node: DocumentNode) -> Int? {
    var found: Int?
    for (index, child) in node.children.enumerated() where holdsMessage(child, depth: Self.searchDepth) {
      if found != nil { return nil }
      found = index
    }
    return found
  }

  private func holdsMessage(_ node: DocumentNode, depth: Int) -> Bool {
    if node.isLeaf { return node.text.utf8.first { $0 > 0x20 } == 0x3C }
    if isMessage(node) { return true }
    // Wide levels are lists of objects, not wrappers.
    guard depth > 0, node.children.count <= 8 else { return false }
    return node.children.contains { holdsMessage($0, depth: depth - 1) }
  }

  /// The message that stands in an element as text, escaped or in CDATA; out of its SOAP envelope, if it has one.
  private func embedded(in node: DocumentNode) -> DocumentNode? {
    let text = node.trimmedText
    // What stands before it counts for the lines only.
    let skipped = node.text.utf8.prefix { $0 <= 0x20 }.count { $0 == 0x0A }
    guard text.utf8.first == 0x3C,
      let root = try? NodeReader.read(Array(text.utf8), limits: limits, firstLine: node.line + skipped)
    else { return nil }
    guard root.name == "Envelope" else { return root }
    return root.children.last { $0.name == "Body" }?.children.first
  }

  // MARK: The root

  /// Gives the message's root its standard name; nil where the element is no message.
  mutating func takeShape(_ node: inout DocumentNode) -> MessageShape? {
    if isWrapped(node) { return shapeWrapped(&node) }
    guard node.index(of: "Header") != nil || MessageShape.kind(named: node.name) != nil else { return nil }
    if var shape = shapeTyped(&node) {
      if shape.kind == .event, node.index(of: "Reply") != nil {
        log.note(node.line, "'\(node.found)' carries a Reply: it was read as a response")
        shape = MessageShape(kind: .response, noun: shape.noun)
        node.name = (shape.noun ?? "") + "ResponseMessage"
      }
      return shape
    }
    guard var kind = kind(of: node) else { return nil }
    if isLoneRequest(node) {
      log.note(node.line, "a message was put around the Request, which had none")
      node = DocumentNode("RequestMessage", in: Envelope.namespace, line: node.line, children: [node])
    }
    // What a typed root says is worth knowing where its form has to go.
    let typed = TypedNamespace(standardTyped(node.namespace)).flatMap { MessageShape(typed: node.name, $0) }
    if kind == .event, node.index(of: "Reply") != nil {
      log.note(node.line, "an event cannot carry a Reply: '\(node.found)' was read as a response")
      kind = .response
    }
    rename(&node, kind.rawValue, Envelope.namespace)
    if kind != .fault, node.index(of: "Header") == nil { addHeader(&node) }
    return MessageShape(kind: kind, verb: typed?.verb, noun: typed?.noun)
  }

  private mutating func shapeWrapped(_ node: inout DocumentNode) -> MessageShape? {
    let kind: MessageKind =
      switch node.name {
      case "PublishEvent": .event
      case "Response": .response
      default: .request
      }
    guard isEnvelope(node.namespace) || isEnvelope(node.children[0].namespace) else { return nil }
    rename(&node, node.name, Envelope.wrapper)
    log.enter(node.children[0])
    rename(&node.children[0], "message", Envelope.wrapper)
    log.leave()
    return MessageShape(kind: kind)
  }

  /// Strongly typed messages stay what they are if there is a schema for them.
  private mutating func shapeTyped(_ node: inout DocumentNode) -> MessageShape? {
    let namespace = standardTyped(node.namespace)
    guard let typed = TypedNamespace(namespace), let shape = MessageShape(typed: node.name, typed),
      schemas.resolve(SchemaName(namespace, node.name)) != nil
    else { return nil }
    rename(&node, node.name, namespace)
    return shape
  }

  /// The drafts' typed namespaces differ by "www." only.
  func standardTyped(_ namespace: String) -> String {
    let draft = "http://www.iec.ch/TC57/"
    return namespace.hasPrefix(draft) ? "http://iec.ch/TC57/" + namespace.dropFirst(draft.count) : namespace
  }

  private func kind(of node: DocumentNode) -> MessageKind? {
    let typed = TypedNamespace(standardTyped(node.namespace))
    guard isEnvelope(node.namespace) || typed != nil || node.child("Header").map({ isHeader($0) }) == true else {
      return nil
    }
    if let named = MessageShape.kind(named: node.name) { return named }
    if let shape = typed.flatMap({ MessageShape(typed: node.name, $0) }) { return shape.kind }
    if node.index(of: "Reply") != nil { return .response }
    switch node.child("Header")?.child("Verb").flatMap({ words.verb($0.trimmedText) })?.role {
    case .request: return .request
    case .event: return .event
    case .response: return .response
    case nil: return nil
    }
  }

  /// Under a root of the partner's own, only a header with a verb makes a message, and only in a namespace that the
  /// dialect knows.
  private func isHeader(_ header: DocumentNode) -> Bool {
    header.child("Verb").map { isEnvelope($0.namespace) } ?? false
  }

  mutating func rename(_ node: inout DocumentNode, _ name: String, _ namespace: String) {
    if node.name != name { log.note(node.line, "the root '\(node.found)' was read as '\(name)'") }
    if node.namespace != namespace { noteNamespace(node, as: namespace) }
    node.name = name
    node.namespace = namespace
  }

  mutating func noteNamespace(_ node: DocumentNode, as namespace: String) {
    let from = node.namespace.isEmpty ? "no namespace" : "namespace '\(node.namespace)'"
    log.noteOnce(node.line, "\(from) was read as '\(namespace)'")
  }

  /// `Request` inside `Request`: the inner one's content is what is meant.
  mutating func flattenRequest(_ message: inout DocumentNode) {
    guard let index = message.index(of: "Request") else { return }
    log.enter(message.children[index])
    for _ in 0..<Self.wrapperLimit {
      let request = message.children[index]
      guard let inner = request.index(of: "Request"),
        isEnvelope(request.children[inner].namespace)
          || request.children[inner].namespace == request.namespace
      else { break }
      log.note(request.children[inner].line, "'Request' inside 'Request' was taken off")
      message.children[index].children.replaceSubrange(inner...inner, with: request.children[inner].children)
    }
    log.leave()
  }
}
