// Strict writer: what Busbar sends is valid to the letter.
import CIMCodec
import CIMModel
public import CIMProfiles

/// The kinds of SOAP fault.
public enum SOAPFaultCode: Sendable, Hashable {
  /// The sender's mistake: Client in SOAP 1.1, Sender in 1.2.
  case sender
  /// Ours: Server in SOAP 1.1, Receiver in 1.2.
  case receiver
  case mustUnderstand
  case versionMismatch
}

/// Why a message cannot be written.
public struct WritingError: Error, Sendable, Hashable {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// Writes messages in every form the reader reads.
public struct MessageWriter: Sendable {
  public let schemas: SchemaLibrary

  public init(schemas: SchemaLibrary = .standard) { self.schemas = schemas }

  /// The message as UTF-8 XML.
  ///
  /// - Parameters:
  ///   - form: `.typed` names the root after verb and noun for requests and events, `{Noun}ResponseMessage` and
  ///     `{Noun}FaultMessage` else; `.profile` writes the payload's first object alone.
  ///   - soap: wraps it in a SOAP envelope of this version.
  /// - Throws: `WritingError` where the message does not fit the form.
  public func write(_ message: Message, as form: MessageForm = .generic, soap: SOAPVersion? = nil) throws(WritingError)
    -> [UInt8]
  {
    if case .detached? = message.payload?.content {
      throw WritingError("the objects of the message are not in memory: attach them, or write it in pieces")
    }
    // What nearly all answers are: no tree is made of them.
    if case .generic = form, soap == nil {
      var writer = XMLWriter()
      message.write(to: &writer)
      writer.finish()
      return writer.bytes
    }
    return wrap(try element(message, as: form), soap, Self.prefixes(form))
  }

  /// In the forms that have a namespace of their own, the envelope's gets a prefix, declared once.
  private static func prefixes(_ form: MessageForm) -> [String: String] {
    switch form {
    case .typed, .wrapped: return [Envelope.namespace: "msg"]
    case .generic, .profile: return [:]
    }
  }

  private func element(_ message: Message, as form: MessageForm) throws(WritingError) -> Element {
    switch form {
    case .generic: return message.element()
    case .wrapped:
      let name: String
      switch message.kind {
      case .event: name = "PublishEvent"
      case .response: name = "Response"
      case .request, .message: name = "Request"
      case .fault: return message.element()
      }
      var inner = message.element()
      inner.name = "message"
      inner.namespace = Envelope.wrapper
      return Element(name, in: Envelope.wrapper, children: [inner])
    case .typed(let namespace):
      guard let typed = TypedNamespace(namespace) else {
        throw WritingError("'\(namespace)' is no namespace of strongly typed messages")
      }
      return message.element(named: try typedName(message, typed), in: namespace)
    case .profile:
      guard let object = message.payload?.objects.first ?? message.request?.objects.first else {
        throw WritingError("the message has no object that could stand alone")
      }
      return object
    }
  }

  private func typedName(_ message: Message, _ typed: TypedNamespace) throws(WritingError) -> String {
    let query = typed.isQuery ? schemas.queryNames(of: typed) : nil
    switch message.kind {
    case .response: return (query?.answers ?? typed.noun) + "ResponseMessage"
    case .fault: return (query?.answers ?? typed.noun) + "FaultMessage"
    case .request, .event, .message:
      guard let verb = message.header?.verb, verb != .reply else {
        throw WritingError("a strongly typed message is named after its verb, and this one has none that fits")
      }
      if verb == .get, let query { return query.request }
      return verb.capitalized + typed.noun
    }
  }

  private func wrap(_ element: Element, _ soap: SOAPVersion?, _ prefixes: [String: String]) -> [UInt8] {
    guard let soap else { return XMLWriter.write(element, prefixes: prefixes) }
    let body = Element("Body", in: soap.namespace, children: [element])
    return XMLWriter.write(
      Element("Envelope", in: soap.namespace, children: [body]),
      prefixes: prefixes.merging([soap.namespace: "soap"]) { own, _ in own })
  }

  /// A SOAP fault.
  ///
  /// - Parameters:
  ///   - reason: for people; never more of our inside than the sender must know.
  ///   - detail: a message of kind `fault`, which carries the reply code.
  public func writeFault(
    soap: SOAPVersion, code: SOAPFaultCode, reason: String, detail: Message?, form: MessageForm = .generic
  ) -> [UInt8] {
    let namespace = soap.namespace
    var details: [Element] = []
    if let detail {
      if case .typed = form, let typed = try? element(detail, as: form) {
        details = [typed]
      } else {
        details = [detail.element()]
      }
    }
    var fault = Element("Fault", in: namespace)
    switch soap {
    case .v1_1:
      let local = [
        SOAPFaultCode.sender: "Client", .receiver: "Server", .mustUnderstand: "MustUnderstand",
        .versionMismatch: "VersionMismatch",
      ]
      // In SOAP 1.1 the parts of a fault are in no namespace.
      fault.children = [
        Element("faultcode", in: "", text: "soap:" + (local[code] ?? "Server")),
        Element("faultstring", in: "", text: reason),
      ]
      if !details.isEmpty { fault.children.append(Element("detail", in: "", children: details)) }
    case .v1_2:
      let local = [
        SOAPFaultCode.sender: "Sender", .receiver: "Receiver", .mustUnderstand: "MustUnderstand",
        .versionMismatch: "VersionMismatch",
      ]
      let language = Element.Attribute(
        namespace: "http://www.w3.org/XML/1998/namespace", name: "lang", value: "en")
      fault.children = [
        Element(
          "Code", in: namespace,
          children: [Element("Value", in: namespace, text: "soap:" + (local[code] ?? "Receiver"))]),
        Element(
          "Reason", in: namespace, children: [Element("Text", in: namespace, attributes: [language], text: reason)]),
      ]
      if !details.isEmpty { fault.children.append(Element("Detail", in: namespace, children: details)) }
    }
    return wrap(fault, soap, Self.prefixes(form))
  }
}

/// The bus's journal keeps messages in the generic form.
public struct MessageXMLCoder: MessageCoder {
  private let reader: MessageReader
  private let writer: MessageWriter

  /// - Parameter reader: the one that reads messages as they come in, so that their bytes read the same again.
  public init(reader: MessageReader = MessageReader()) {
    self.reader = reader
    writer = MessageWriter(schemas: reader.schemas)
  }

  public func encode(_ message: Message) throws -> [UInt8] { try writer.write(message) }

  /// - Throws: `WritingError` where the bytes hold no message.
  public func decode(_ source: any DocumentSource) throws -> Message {
    try reader.inspect(source).message ?? decode(source.whole())
  }

  /// - Throws: `WritingError` where the bytes hold no message.
  public func decode(_ bytes: [UInt8]) throws -> Message {
    let inspection = reader.read(bytes)
    guard let message = inspection.message else {
      throw WritingError(inspection.violations.first?.message ?? "the bytes hold no message")
    }
    return message
  }
}
