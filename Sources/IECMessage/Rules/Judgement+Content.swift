// Rules about reply, operations and payload: R9 to R15, R21 to R23.
import CIMModel

extension Judgement {
  /// R9, R10, R11, R22.
  mutating func checkReply() {
    guard let reply = message.reply else { return }
    let clause = EnvelopeRules.Clause.reply
    switch reply.result {
    case .ok:
      if let error = reply.errors.first(where: { $0.level == .fatal || $0.level == .catastrophic }) {
        find("R9", .warn, clause, "1.8", "the Result is OK, but error \(error.code) is \(error.level?.rawValue ?? "")")
      }
    case .failed:
      if reply.errors.isEmpty { find("R10", .warn, clause, "1.8", "the Result is FAILED, but there is no Error") }
    case .partial:
      let failures = reply.errors.filter { !$0.code.hasPrefix("0.") }
      if reply.errors.isEmpty { find("R11", .warn, clause, "1.8", "the Result is PARTIAL, but there is no Error") }
      if failures.count == reply.errors.count, reply.ids.isEmpty, !hasPayload {
        find("R11", .warn, clause, "1.8", "the Result is PARTIAL, but nothing tells what succeeded")
      }
    }
    if let codes = context.replyCodes {
      for error in reply.errors where !codes.contains(error.code) {
        find("R22", .note, EnvelopeRules.Clause.replyCodes, "1.8", "\(error.code) is no reply code of the tables")
      }
    }
    if let known = context.requestOperationIDs {
      let named = Set(reply.errors.compactMap(\.operationId) + [reply.operationId].compactMap { $0 })
      for id in named.subtracting(known).sorted() {
        find("R12", .warn, EnvelopeRules.Clause.operations, "2.15", "the request has no operationId \(id)")
      }
    }
  }

  /// R12, R13.
  mutating func checkOperations(_ header: Header) {
    let clause = EnvelopeRules.Clause.operations
    var seen: Set<Int> = []
    for operation in operations {
      let id = operation.operationId
      if !seen.insert(id).inserted {
        find("R12", .reject, clause, "2.15", "operationId \(id) is used more than once")
      }
      if let text = operation.verb {
        if let verb = Verb(rawValue: text) {
          if (isRequest && verb.role != .request) || (isEvent && verb.role != .event) {
            find("R13", .reject, clause, "2.9", "operation \(id): \(text) does not fit a \(message.kind.rawValue)")
          }
        } else {
          find("R13", .reject, clause, "2.9", "operation \(id): \(text) is no verb")
        }
      } else {
        find("R13", .reject, clause, "2.9", "operation \(id) has no verb")
      }
      if (operation.noun ?? "").isEmpty { find("R13", .warn, clause, "2.5", "operation \(id) has no noun") }
      if operation.object == nil { find("R13", .warn, clause, "1.7", "operation \(id) has no object") }
    }
  }

  /// R14, R15, R21, R23.
  mutating func checkPayload(_ header: Header) {
    let clause = EnvelopeRules.Clause.payload
    if let namespaces = context.namespaces {
      for object in message.payload?.roots ?? [] {
        guard let known = namespaces(object.name, header.revision), !known.contains(object.namespace) else { continue }
        let name = object.namespace.isEmpty ? "no namespace" : "the namespace \(object.namespace)"
        find("R14", .warn, clause, "1.9", "\(object.name) is in \(name), which is not known for it")
      }
    }
    if case .compressed(let text)? = message.payload?.content {
      if !(context.isValidCompressed?(text) ?? isBase64(text)) {
        find("R15", .warn, clause, "1.8", "the compressed content cannot be unpacked")
      }
    }
    checkIDs()
    checkFormat()
  }

  private mutating func checkIDs() {
    check(message.request?.ids ?? [])
    if let reply = message.reply {
      check(reply.ids)
      for error in reply.errors {
        check(error.id)
        check(error.relatedID)
      }
    }
    if case .ids(let named)? = message.payload?.content { check(named) }
  }

  private mutating func check(_ ids: [ObjectID]) {
    for id in ids { check(id) }
  }

  private mutating func check(_ id: ObjectID?) {
    guard let id, id.kind == .uuid, !isUUID(id.value) else { return }
    find("R21", .warn, EnvelopeRules.Clause.request, "1.8", "the ID \(id.value) is of kind uuid, but is none")
  }

  private mutating func checkFormat() {
    guard let format = message.payload?.format, let content = message.payload?.content else { return }
    // RDF is written in XML; what is compressed may be anything.
    let isMarkup = ["XML", "RDF"].contains(format.uppercased())
    let fits: Bool =
      switch content {
      case .objects(let objects): isMarkup || objects.isEmpty
      case .operationSet, .ids, .detached: isMarkup
      case .compressed: true
      }
    if !fits {
      find("R23", .warn, EnvelopeRules.Clause.payload, "1.8", "the Format is \(format), but the content is XML")
    }
  }
}

/// Base64 text with padding, white space allowed.
private func isBase64(_ text: String) -> Bool {
  var count = 0
  var padding = 0
  for byte in text.utf8 {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: continue
    case UInt8(ascii: "="): padding += 1
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"):
      if padding > 0 { return false }
    default: return false
    }
    count += 1
  }
  return count > 0 && count % 4 == 0 && padding <= 2
}
