// From an element tree to a message. Lenient by design: validity was judged before, and what can be understood of an
// invalid message serves to answer it.
public import CIMModel

/// Why an element tree yields no message.
public struct EnvelopeError: Error, Sendable, Hashable {
  public var message: String
  /// Reply code of IEC 61968-9, Annex B.
  public var replyCode: String
  /// Path below the envelope's root.
  public var path: String
}

extension Message {
  /// Reads the envelope's parts, which are found by local name: in strongly typed messages they are in the noun's own
  /// namespace.
  ///
  /// - Parameter kind: what the root said.
  /// - Throws: `EnvelopeError` where there is no header, verb or reply to make a message of.
  public init(reading root: Element, as kind: MessageKind) throws(EnvelopeError) {
    self.init(kind: kind)
    if kind != .fault {
      guard let element = root["Header"] else {
        throw EnvelopeError(message: "the message has no Header", replyCode: "1.5", path: "Header")
      }
      header = try Header(reading: element)
    }
    request = root["Request"].map { Request(reading: $0) }
    if let element = root["Reply"] { reply = try Reply(reading: element) }
    payload = root["Payload"].flatMap { Payload(reading: $0) }
  }
}

private func flag(_ text: String?) -> Bool? {
  switch text {
  case "true", "1": return true
  case "false", "0": return false
  default: return nil
  }
}

extension Header {
  init(reading element: Element) throws(EnvelopeError) {
    let parts = HeaderParts(element.children)
    guard let verbText = parts.text(.verb) else {
      throw EnvelopeError(message: "the Header has no Verb", replyCode: "1.5", path: "Header/Verb")
    }
    guard let verb = Verb(rawValue: verbText) else {
      let folded = Verb(rawValue: verbText.lowercased()).map { "; write it '\($0.rawValue)'" } ?? ""
      throw EnvelopeError(message: "'\(verbText)' is no verb\(folded)", replyCode: "2.9", path: "Header/Verb")
    }
    self.init(verb: verb, noun: parts.text(.noun) ?? "")
    revision = parts.text(.revision)
    if let replay = parts[.replayDetection], let nonce = replay.text("Nonce"),
      let created = replay.text("Created").flatMap({ Timestamp(xmlText: $0) })
    {
      replayDetection = ReplayDetection(nonce: nonce, created: created)
    }
    context = parts.text(.context)
    timestamp = parts.text(.timestamp).flatMap { Timestamp(xmlText: $0) }
    source = parts.text(.source)
    asyncReplyFlag = flag(parts.text(.asyncReplyFlag))
    replyAddress = parts.text(.replyAddress)
    ackRequired = flag(parts.text(.ackRequired))
    if let user = parts[.user], let id = user.text("UserID") {
      self.user = User(userID: id, organization: user.text("Organization"))
    }
    messageID = parts.text(.messageID)
    correlationID = parts.text(.correlationID)
    comment = parts.text(.comment)
    if parts[.property] != nil {
      properties = element.all("Property").compactMap { property in
        property.text("Name").map { Property(name: $0, value: property.text("Value")) }
      }
    }
    extensions = element.children.filter { $0.namespace != element.namespace && $0.namespace != Envelope.namespace }
  }
}

extension Request {
  init(reading element: Element) {
    self.init(
      startTime: element.text("StartTime").flatMap { Timestamp(xmlText: $0) },
      endTime: element.text("EndTime").flatMap { Timestamp(xmlText: $0) },
      options: element.all("Option").compactMap { option in
        option.text("name").map { Option(name: $0, value: option.text("value")) }
      },
      ids: element.all("ID").map { ObjectID(reading: $0) },
      objects: element.children.filter { $0.namespace != Envelope.namespace && $0.namespace != element.namespace })
  }
}

extension ObjectID {
  init(reading element: Element) {
    self.init(
      element.text, kind: element.attribute("kind").flatMap { Kind(rawValue: $0) },
      idType: element.attribute("idType"), idAuthority: element.attribute("idAuthority"),
      objectType: element.attribute("objectType"))
  }
}

extension Reply {
  init(reading element: Element) throws(EnvelopeError) {
    guard let text = element.text("Result"), let result = Result(rawValue: text) else {
      throw EnvelopeError(
        message: "the Reply's Result must be OK, PARTIAL or FAILED", replyCode: "1.8", path: "Reply/Result")
    }
    self.init(result: result)
    errors = element.all("Error").map { ReplyError(reading: $0) }
    ids = element.all("ID").map { ObjectID(reading: $0) }
    extensions = element.children.filter { $0.namespace != Envelope.namespace && $0.namespace != element.namespace }
    operationId = element.text("operationId").flatMap { Int($0) }
  }
}

extension ReplyError {
  init(reading element: Element) {
    self.init(code: element.text("code") ?? "")
    level = element.text("level").flatMap { Level(rawValue: $0) }
    reason = element.text("reason")
    details = element.text("details")
    xpath = element.text("xpath")
    stackTrace = element.text("stackTrace")
    location = element["Location"].map {
      Location(node: $0.text("node"), pipeline: $0.text("pipeline"), stage: $0.text("stage"))
    }
    id = element["ID"].map { ObjectID(reading: $0) }
    relatedID = element["relatedID"].map { ObjectID(reading: $0) }
    operationId = element.text("operationId").flatMap { Int($0) }
  }
}

extension Payload {
  /// Nil where the Payload is empty.
  init?(reading element: Element) {
    let format = element.text("Format")
    if let set = element["OperationSet"], set.namespace == Envelope.namespace || set.namespace == element.namespace {
      self.init(.operationSet(OperationSet(reading: set)), format: format)
    } else if let compressed = element.text("Compressed") {
      self.init(.compressed(compressed), format: format)
    } else {
      let own = [Envelope.namespace, element.namespace]
      let objects = element.children.filter { !own.contains($0.namespace) }
      let ids = element.children.filter { own.contains($0.namespace) && $0.name == "ID" }
      if !objects.isEmpty {
        self.init(.objects(objects), format: format)
      } else if !ids.isEmpty {
        self.init(.ids(ids.map { ObjectID(reading: $0) }), format: format)
      } else {
        return nil
      }
    }
  }
}

extension OperationSet {
  init(reading element: Element) {
    self.init(
      enforceMsgSequence: flag(element.text("enforceMsgSequence")),
      enforceTransactionalIntegrity: flag(element.text("enforceTransactionalIntegrity")),
      operations: element.all("Operation").compactMap { operation in
        guard let id = operation.text("operationId").flatMap({ Int($0) }) else { return nil }
        return Operation(
          operationId: id, noun: operation.text("noun"), verb: operation.text("verb"),
          elementOperation: flag(operation.text("elementOperation")),
          object: operation.children.first { $0.namespace != Envelope.namespace && $0.namespace != element.namespace })
      })
  }
}
