// The envelope in the order of the schema, as a tree or as text.
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
    var tree = TreeOfEnvelope()
    write(to: &tree, named: name, in: namespace)
    return tree.root
  }

  /// - SeeAlso: `element(named:in:)`
  func write(to sink: inout some EnvelopeSink, named name: String? = nil, in namespace: String = Envelope.namespace) {
    sink.begin(name ?? kind.rawValue, in: namespace)
    if let header, kind != .fault { header.write(to: &sink, in: namespace) }
    if let request { request.write(to: &sink, in: namespace, isTyped: namespace != Envelope.namespace) }
    if let reply { reply.write(to: &sink, in: namespace) }
    if let payload { payload.write(to: &sink, in: namespace) }
    sink.end()
  }
}

extension Header {
  func write(to sink: inout some EnvelopeSink, in namespace: String) {
    sink.begin("Header", in: namespace)
    sink.leaf("Verb", verb.rawValue)
    sink.leaf("Noun", noun)
    sink.leaf("Revision", revision)
    if let replay = replayDetection {
      sink.begin("ReplayDetection", in: Envelope.namespace)
      sink.leaf("Nonce", replay.nonce)
      sink.leaf("Created", replay.created.xmlText)
      sink.end()
    }
    sink.leaf("Context", context)
    sink.leaf("Timestamp", timestamp?.xmlText)
    sink.leaf("Source", source)
    sink.leaf("AsyncReplyFlag", asyncReplyFlag)
    sink.leaf("ReplyAddress", replyAddress)
    sink.leaf("AckRequired", ackRequired)
    if let user {
      sink.begin("User", in: Envelope.namespace)
      sink.leaf("UserID", user.userID)
      sink.leaf("Organization", user.organization)
      sink.end()
    }
    sink.leaf("MessageID", messageID)
    sink.leaf("CorrelationID", correlationID)
    sink.leaf("Comment", comment)
    for property in properties {
      sink.begin("Property", in: Envelope.namespace)
      sink.leaf("Name", property.name)
      sink.leaf("Value", property.value)
      sink.end()
    }
    sink.add(extensions)
    sink.end()
  }
}

extension Request {
  /// In strongly typed queries StartTime, EndTime, Option and ID belong to the typed namespace, and ID is plain text.
  func write(to sink: inout some EnvelopeSink, in namespace: String, isTyped: Bool) {
    let isQuery = isTyped && namespace.contains("/Get")
    let inner = isQuery ? namespace : Envelope.namespace
    sink.begin("Request", in: namespace)
    if let startTime { sink.leaf("StartTime", in: inner, startTime.xmlText) }
    if let endTime { sink.leaf("EndTime", in: inner, endTime.xmlText) }
    for option in options {
      sink.begin("Option", in: inner)
      sink.leaf("name", option.name)
      sink.leaf("value", option.value)
      sink.end()
    }
    for id in ids {
      if isQuery { sink.leaf("ID", in: inner, id.value) } else { sink.add(id.element(named: "ID")) }
    }
    sink.add(objects)
    sink.end()
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
  func write(to sink: inout some EnvelopeSink, in namespace: String) {
    sink.begin("Reply", in: namespace)
    sink.leaf("Result", result.rawValue)
    for error in errors { error.write(to: &sink) }
    for id in ids { sink.add(id.element(named: "ID")) }
    sink.add(extensions)
    sink.leaf("operationId", operationId.map(String.init))
    sink.end()
  }
}

extension ReplyError {
  func write(to sink: inout some EnvelopeSink) {
    sink.begin("Error", in: Envelope.namespace)
    sink.leaf("code", code)
    sink.leaf("level", level?.rawValue)
    sink.leaf("reason", reason)
    sink.leaf("details", details)
    sink.leaf("xpath", xpath)
    sink.leaf("stackTrace", stackTrace)
    if let location {
      sink.begin("Location", in: Envelope.namespace)
      sink.leaf("node", location.node)
      sink.leaf("pipeline", location.pipeline)
      sink.leaf("stage", location.stage)
      sink.end()
    }
    if let id { sink.add(id.element(named: "ID")) }
    if let relatedID { sink.add(relatedID.element(named: "relatedID")) }
    sink.leaf("operationId", operationId.map(String.init))
    sink.end()
  }
}

extension Payload {
  /// In strongly typed messages the alternatives are elements of the typed namespace.
  func write(to sink: inout some EnvelopeSink, in namespace: String) {
    sink.begin("Payload", in: namespace)
    switch content {
    case .objects(let objects): sink.add(objects)
    case .detached(let objects): sink.add(objects.roots)
    case .operationSet(let set): set.write(to: &sink, in: namespace)
    case .compressed(let text): sink.leaf("Compressed", in: namespace, text)
    case .ids(let ids):
      for id in ids { sink.add(id.element(named: "ID")) }
    }
    if let format { sink.leaf("Format", in: namespace, format) }
    sink.end()
  }
}

extension OperationSet {
  func write(to sink: inout some EnvelopeSink, in namespace: String) {
    sink.begin("OperationSet", in: namespace)
    sink.leaf("enforceMsgSequence", enforceMsgSequence)
    sink.leaf("enforceTransactionalIntegrity", enforceTransactionalIntegrity)
    for operation in operations {
      sink.begin("Operation", in: Envelope.namespace)
      sink.leaf("operationId", String(operation.operationId))
      sink.leaf("noun", operation.noun)
      sink.leaf("verb", operation.verb)
      sink.leaf("elementOperation", operation.elementOperation)
      if let object = operation.object { sink.add(object) }
      sink.end()
    }
    sink.end()
  }
}
