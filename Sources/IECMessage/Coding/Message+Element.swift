// The envelope as an element tree: what is read and written, in the order of the schema.
public import CIMModel

/// Names of the envelope's namespaces.
public enum Envelope {
  /// IEC 61968-100 edition 1.
  public static let namespace = "http://iec.ch/TC57/2011/schema/message"
  /// The wrapped form of the generic web service.
  public static let wrapper = "http://iec.ch/TC57/2011/abstract"
}

// MARK: Writing

extension Message {
  /// The message as an element of the generic envelope.
  ///
  /// - Parameters:
  ///   - name: of the root; nil: as its kind says.
  ///   - namespace: of the root and of Header, Request, Reply and Payload; their contents are in the envelope's own.
  public func element(named name: String? = nil, in namespace: String = Envelope.namespace) -> Element {
    var root = Element(name ?? kind.rawValue, in: namespace)
    if let header, kind != .fault { root.children.append(header.element(in: namespace)) }
    if let request { root.children.append(request.element(in: namespace, isTyped: namespace != Envelope.namespace)) }
    if let reply { root.children.append(reply.element(in: namespace)) }
    if let payload { root.children.append(payload.element(in: namespace)) }
    return root
  }
}

private func leaf(_ name: String, _ text: String) -> Element { Element(name, in: Envelope.namespace, text: text) }

extension Header {
  func element(in namespace: String) -> Element {
    var parts: [Element] = [leaf("Verb", verb.rawValue), leaf("Noun", noun)]
    func add(_ name: String, _ value: String?) {
      if let value { parts.append(leaf(name, value)) }
    }
    add("Revision", revision)
    if let replay = replayDetection {
      parts.append(
        Element(
          "ReplayDetection", in: Envelope.namespace,
          children: [leaf("Nonce", replay.nonce), leaf("Created", replay.created.xmlText)]))
    }
    add("Context", context)
    add("Timestamp", timestamp?.xmlText)
    add("Source", source)
    add("AsyncReplyFlag", asyncReplyFlag.map { $0 ? "true" : "false" })
    add("ReplyAddress", replyAddress)
    add("AckRequired", ackRequired.map { $0 ? "true" : "false" })
    if let user {
      parts.append(
        Element(
          "User", in: Envelope.namespace,
          children: [leaf("UserID", user.userID)] + (user.organization.map { [leaf("Organization", $0)] } ?? [])))
    }
    add("MessageID", messageID)
    add("CorrelationID", correlationID)
    add("Comment", comment)
    for property in properties {
      parts.append(
        Element(
          "Property", in: Envelope.namespace,
          children: [leaf("Name", property.name)] + (property.value.map { [leaf("Value", $0)] } ?? [])))
    }
    return Element("Header", in: namespace, children: parts + extensions)
  }
}

extension Request {
  /// In strongly typed queries StartTime, EndTime, Option and ID belong to the typed namespace, and ID is plain text.
  func element(in namespace: String, isTyped: Bool) -> Element {
    let isQuery = isTyped && namespace.contains("/Get")
    let inner = isQuery ? namespace : Envelope.namespace
    var parts: [Element] = []
    if let startTime { parts.append(Element("StartTime", in: inner, text: startTime.xmlText)) }
    if let endTime { parts.append(Element("EndTime", in: inner, text: endTime.xmlText)) }
    for option in options {
      parts.append(
        Element(
          "Option", in: inner,
          children: [leaf("name", option.name)] + (option.value.map { [leaf("value", $0)] } ?? [])))
    }
    for id in ids {
      parts.append(isQuery ? Element("ID", in: inner, text: id.value) : id.element(named: "ID"))
    }
    return Element("Request", in: namespace, children: parts + objects)
  }
}

extension ObjectID {
  func element(named name: String) -> Element {
    var attributes: [Element.Attribute] = []
    if let idType { attributes.append(Element.Attribute(name: "idType", value: idType)) }
    if let idAuthority { attributes.append(Element.Attribute(name: "idAuthority", value: idAuthority)) }
    if let kind { attributes.append(Element.Attribute(name: "kind", value: kind.rawValue)) }
    if let objectType { attributes.append(Element.Attribute(name: "objectType", value: objectType)) }
    return Element(name, in: Envelope.namespace, attributes: attributes, text: value)
  }
}

extension Reply {
  func element(in namespace: String) -> Element {
    var parts: [Element] = [leaf("Result", result.rawValue)]
    parts += errors.map(\.element)
    parts += ids.map { $0.element(named: "ID") }
    parts += extensions
    if let operationId { parts.append(leaf("operationId", String(operationId))) }
    return Element("Reply", in: namespace, children: parts)
  }
}

extension ReplyError {
  var element: Element {
    var parts: [Element] = [leaf("code", code)]
    if let level { parts.append(leaf("level", level.rawValue)) }
    if let reason { parts.append(leaf("reason", reason)) }
    if let details { parts.append(leaf("details", details)) }
    if let xpath { parts.append(leaf("xpath", xpath)) }
    if let stackTrace { parts.append(leaf("stackTrace", stackTrace)) }
    if let location {
      var places: [Element] = []
      if let node = location.node { places.append(leaf("node", node)) }
      if let pipeline = location.pipeline { places.append(leaf("pipeline", pipeline)) }
      if let stage = location.stage { places.append(leaf("stage", stage)) }
      parts.append(Element("Location", in: Envelope.namespace, children: places))
    }
    if let id { parts.append(id.element(named: "ID")) }
    if let relatedID { parts.append(relatedID.element(named: "relatedID")) }
    if let operationId { parts.append(leaf("operationId", String(operationId))) }
    return Element("Error", in: Envelope.namespace, children: parts)
  }
}

extension Payload {
  func element(in namespace: String) -> Element {
    // In strongly typed messages the alternatives are elements of the typed namespace.
    let inner = namespace
    var parts: [Element]
    switch content {
    case .objects(let objects): parts = objects
    case .operationSet(let set): parts = [set.element(in: inner)]
    case .compressed(let text): parts = [Element("Compressed", in: inner, text: text)]
    case .ids(let ids): parts = ids.map { $0.element(named: "ID") }
    }
    if let format { parts.append(Element("Format", in: inner, text: format)) }
    return Element("Payload", in: namespace, children: parts)
  }
}

extension OperationSet {
  func element(in namespace: String) -> Element {
    var parts: [Element] = []
    if let value = enforceMsgSequence { parts.append(leaf("enforceMsgSequence", value ? "true" : "false")) }
    if let value = enforceTransactionalIntegrity {
      parts.append(leaf("enforceTransactionalIntegrity", value ? "true" : "false"))
    }
    for operation in operations {
      var inner: [Element] = [leaf("operationId", String(operation.operationId))]
      if let noun = operation.noun { inner.append(leaf("noun", noun)) }
      if let verb = operation.verb { inner.append(leaf("verb", verb)) }
      if let value = operation.elementOperation { inner.append(leaf("elementOperation", value ? "true" : "false")) }
      if let object = operation.object { inner.append(object) }
      parts.append(Element("Operation", in: Envelope.namespace, children: inner))
    }
    return Element("OperationSet", in: namespace, children: parts)
  }
}
