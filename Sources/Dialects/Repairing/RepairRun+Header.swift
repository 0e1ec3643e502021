// The header: verb, noun, and what stands elsewhere instead of in it.
import CIMProfiles
import CIMSchema
import IECMessage

extension RepairRun {
  private static let valueLimit = 256

  /// Puts verb and noun right and fills fields from HTTP and SOAP headers.
  mutating func repairHeader(_ message: inout DocumentNode, _ shape: MessageShape) {
    // The wrapped form has its message one level further down.
    if message.namespace == Envelope.wrapper, message.children.count == 1, message.children[0].name == "message" {
      log.enter(message.children[0])
      repairHeader(&message.children[0], shape)
      log.leave()
      return
    }
    guard let index = message.index(of: "Header") else { return }
    var roots = payloadRoots(of: message)
    log.enter(message.children[index])
    var header = message.children[index]
    repairVerb(&header, shape)
    // A set under another verb than execute is a contradiction that nobody can resolve (rule R6).
    if let verb = header.child("Verb")?.text, !verb.hasPrefix("execute"), verb != Verb.reply.rawValue {
      roots.removeAll { $0 == "OperationSet" }
    }
    repairNoun(&header, shape, roots)
    repairReplyAddress(&header)
    fillFields(&header)
    message.children[index] = header
    log.leave()
    repairOperations(&message)
  }

  /// A Header for a message that came without; verb and noun are filled in like all others.
  mutating func addHeader(_ message: inout DocumentNode) {
    log.note(message.line, "a Header was added, for there was none")
    message.children.insert(DocumentNode("Header", in: message.namespace, line: message.line), at: 0)
  }

  // MARK: Verb

  private mutating func repairVerb(_ header: inout DocumentNode, _ shape: MessageShape) {
    guard let index = header.index(of: "Verb") else {
      guard let verb = defaultVerb(shape) else { return }
      log.note(header.line, "the Verb '\(verb.rawValue)' was added, for there was none")
      header.children.insert(
        DocumentNode("Verb", in: Envelope.namespace, line: header.line, text: verb.rawValue), at: 0)
      return
    }
    let node = header.children[index]
    let text = node.trimmedText
    log.enter(node)
    defer { log.leave() }
    guard let verb = standardVerb(text, shape), verb.rawValue != node.text else { return }
    header.children[index].text = verb.rawValue
    log.note(node.line, "the Verb '\(text.shortened)' was read as '\(verb.rawValue)'")
  }

  private func defaultVerb(_ shape: MessageShape) -> Verb? {
    shape.kind == .response ? .reply : shape.verb ?? facts.verb ?? dialect.barePayloadVerb.flatMap { words.verb($0) }
  }

  /// The verb for a word in this kind of message; nil where it is refused or nobody can tell.
  private func standardVerb(_ text: String, _ shape: MessageShape) -> Verb? {
    if words.refuses(text) { return nil }
    let word = words.verb(text)
    switch shape.kind {
    // Some answer with the request's verb or its past tense; what is meant is plain.
    case .response: return .reply
    case .request:
      guard let word else { return shape.verb }
      return word.role == .request ? word : word.presentTense ?? shape.verb ?? word
    case .event:
      guard let word else { return shape.verb }
      return word.role == .event ? word : word.pastTense ?? shape.verb ?? word
    case .message, .fault: return word
    }
  }

  /// Verbs of operations follow that of the message (IEC 61968-9, Annex K).
  private mutating func repairOperations(_ message: inout DocumentNode) {
    guard let payload = message.index(of: "Payload"),
      let set = message.children[payload].index(of: "OperationSet")
    else { return }
    log.enter(message.children[payload])
    log.enter(message.children[payload].children[set])
    for index in message.children[payload].children[set].children.indices {
      let operation = message.children[payload].children[set].children[index]
      guard let place = operation.children.firstIndex(where: { $0.name == "verb" && isEnvelope($0.namespace) }),
        let verb = words.verb(operation.children[place].trimmedText),
        verb.rawValue != operation.children[place].text, verb != .reply
      else { continue }
      log.enter(operation)
      log.note(
        operation.children[place].line,
        "the verb '\(operation.children[place].text.shortened)' was read as '\(verb.rawValue)'")
      log.leave()
      message.children[payload].children[set].children[index].children[place].text = verb.rawValue
    }
    log.leave()
    log.leave()
  }

  // MARK: Noun

  /// Names of what the message carries, without "Get" in front.
  private func payloadRoots(of message: DocumentNode) -> [String] {
    let payload = message.child("Payload")?.children ?? []
    var roots = payload.filter { !isEnvelopePart($0) }.map(\.name)
    if payload.contains(where: { $0.name == "OperationSet" && isEnvelopePart($0) }) {
      roots.append("OperationSet")
    }
    if roots.isEmpty {
      let objects = message.child("Request")?.children ?? []
      roots = objects.filter { schemas.isProfile(SchemaName($0.namespace, $0.name)) }.map(\.name)
    }
    return roots.map { root in
      let noun = String(root.dropFirst(3))
      return root.hasPrefix("Get") && schemas.profile(noun) != nil ? noun : root
    }
  }

  private mutating func repairNoun(_ header: inout DocumentNode, _ shape: MessageShape, _ roots: [String]) {
    let evident = Set(roots).count == 1 ? roots.first : nil
    guard let index = header.index(of: "Noun") else {
      guard let noun = evident ?? shape.noun ?? facts.noun else { return }
      let place = header.index(of: "Verb").map { $0 + 1 } ?? 0
      log.note(header.line, "the Noun '\(noun)' was added, for there was none")
      header.children.insert(DocumentNode("Noun", in: Envelope.namespace, line: header.line, text: noun), at: place)
      return
    }
    let node = header.children[index]
    let text = node.trimmedText
    guard let noun = standardNoun(text, evident, shape), noun != node.text else { return }
    log.enter(node)
    log.note(node.line, "the Noun '\(text.shortened)' was read as '\(noun)'")
    log.leave()
    header.children[index].text = noun
  }

  private func standardNoun(_ text: String, _ evident: String?, _ shape: MessageShape) -> String? {
    let isEmpty = text.isEmpty || words.isPlaceholder(text) || text.uppercased() == "NA"
    if isEmpty { return evident ?? shape.noun ?? facts.noun }
    let mapped = words.noun(text) ?? text
    if let evident {
      // "GetMeterReadings" over a MeterReadings payload is in use and no mistake (rule R2); a typed set keeps its noun.
      if mapped == evident || mapped == "Get" + evident || mapped.hasSuffix("OperationSet") { return mapped }
      // The payload decides: it is what a receiver works with.
      if schemas.profile(evident) != nil || evident == "OperationSet" { return evident }
    }
    if schemas.profile(mapped) != nil { return mapped }
    let folded = looseName(mapped)
    return schemas.nouns.first { looseName($0) == folded } ?? mapped
  }

  /// Without case, blanks and plural: "meter reading" for "MeterReadings".
  private func looseName(_ text: String) -> String {
    let letters = text.lowercased().filter { !$0.isWhitespace }
    return letters.hasSuffix("s") ? String(letters.dropLast()) : letters
  }

  // MARK: Fields from elsewhere

  /// "NONE" for no address: rule R7 and the registered addresses of the partner decide then.
  private mutating func repairReplyAddress(_ header: inout DocumentNode) {
    guard let index = header.index(of: "ReplyAddress"), header.children[index].trimmedText.uppercased() == "NONE" else {
      return
    }
    log.enter(header.children[index])
    log.note(header.children[index].line, "the ReplyAddress 'NONE' was left out: it is no address")
    log.leave()
    header.children.remove(at: index)
  }

  /// Fields that the envelope lacks, from HTTP headers by the dialect's table and from SOAP headers.
  private mutating func fillFields(_ header: inout DocumentNode) {
    let known = Dictionary(facts.headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
    for (name, field) in dialect.headerFields.sorted(by: { $0.key < $1.key }) {
      guard let value = known[name.lowercased()] else { continue }
      fill(&header, field, value, "the HTTP header \(name)")
    }
    for block in soapHeaders { fill(&header, from: block, depth: 3) }
  }

  private mutating func fill(_ header: inout DocumentNode, from block: DocumentNode, depth: Int) {
    let isAddressing = block.namespace.contains("/addressing")
    switch block.name.lowercased() {
    case "messageid": fill(&header, "MessageID", block.trimmedText, "the SOAP header \(block.name)")
    case "correlationid": fill(&header, "CorrelationID", block.trimmedText, "the SOAP header \(block.name)")
    case "relatesto" where isAddressing:
      fill(&header, "CorrelationID", block.trimmedText, "the SOAP header \(block.name)")
    default:
      // Credentials and signatures are not looked into.
      guard depth > 0, !block.namespace.contains("wss") else { return }
      for child in block.children.prefix(32) { fill(&header, from: child, depth: depth - 1) }
    }
  }

  private mutating func fill(_ header: inout DocumentNode, _ field: String, _ value: String, _ source: String) {
    let value = value.trimmed
    guard !value.isEmpty, value.utf8.count <= Self.valueLimit,
      value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { return }
    let steps = field.split(separator: "/").map(String.init)
    guard let first = steps.first, steps.count <= 2 else { return }
    let line = header.line
    if let present = header.child(first) {
      let isEmpty = present.isLeaf && present.trimmedText.isEmpty || words.isPlaceholder(present)
      if !isEmpty { return }
    }
    header.children.removeAll { $0.name == first }
    var node = DocumentNode(first, in: Envelope.namespace, line: line)
    node.isAdded = true
    if steps.count == 2 {
      node.children = [DocumentNode(steps[1], in: Envelope.namespace, line: line, text: value)]
    } else {
      node.text = value
    }
    header.children.append(node)
    log.note(line, "\(field) '\(value.shortened)' was taken from \(source)")
  }

  // MARK: Payloads without envelope

  /// A profile's root alone: in its own namespace, and in an envelope where verb and noun are known.
  mutating func repairBarePayload(_ node: inout DocumentNode) {
    alignPayload(&node)
    guard let verb = facts.verb ?? dialect.barePayloadVerb.flatMap({ words.verb($0) }) else { return }
    let isQuery = verb == .get
    let kind: MessageKind =
      switch verb.role {
      case .request: .request
      case .event: .event
      case .response: .response
      }
    log.note(node.line, "an envelope was put around '\(node.found)', which had none")
    let part = DocumentNode(isQuery ? "Request" : "Payload", in: Envelope.namespace, line: node.line, children: [node])
    let header = DocumentNode(
      "Header", in: Envelope.namespace, line: node.line,
      children: [DocumentNode("Verb", in: Envelope.namespace, line: node.line, text: verb.rawValue)])
    var parts = [header, part]
    if kind == .response {
      let result = DocumentNode("Result", in: Envelope.namespace, line: node.line, text: Reply.Result.ok.rawValue)
      parts.insert(DocumentNode("Reply", in: Envelope.namespace, line: node.line, children: [result]), at: 1)
    }
    node = DocumentNode(kind.rawValue, in: Envelope.namespace, line: node.line, children: parts)
    repairParts(&node, MessageShape(kind: kind, noun: facts.noun))
  }
}
