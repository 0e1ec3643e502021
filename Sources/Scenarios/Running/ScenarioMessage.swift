// Messages that are written in a scenario file.
import CIMCodec
import CIMModel
import CIMProfiles
import IECMessage
import MessageBus

/// A payload written in a scenario file.
enum ScenarioMessage {
  /// The root's local name; nil where the text does not begin with an element.
  static func rootName(_ xml: String) -> String? {
    guard let start = xml.firstIndex(of: "<") else { return nil }
    let name = xml[xml.index(after: start)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return name.isEmpty ? nil : String(name)
  }

  /// The element a text holds. A root without namespace is in that of its profile, or of the envelope.
  ///
  /// - Throws: `ScenarioError` `.payload` with line and column within the text.
  static func element(_ xml: String) throws(ScenarioError) -> Element {
    guard let name = rootName(xml), let open = xml.firstIndex(of: "<") else {
      throw ScenarioError(.payload, "line 1, column 1: begin with an element, e.g. <EndDeviceControls>")
    }
    var text = xml
    let tag = xml[open...].prefix { $0 != ">" }
    if !tag.contains("xmlns=") {
      let namespace =
        name == "OperationSet" ? Envelope.namespace : SchemaLibrary.standard.namespace(ofNoun: name)
      text.insert(contentsOf: " xmlns=\"\(namespace)\"", at: xml.index(open, offsetBy: name.count + 1))
    }
    let document = DocumentDecoder.decode(Array(text.utf8), resolver: SchemaLibrary.standard)
    guard document.isWellFormed, let root = document.root else {
      let violation = document.findings.first?.violation
      throw ScenarioError(
        .payload,
        "line \(violation?.line ?? 1), column \(violation?.column ?? 1): \(violation?.message ?? "this is no XML")")
    }
    return root
  }

  /// The message of a step.
  static func message(_ step: Scenario.Step, payload xml: String) throws -> Message {
    let root = try element(xml)
    let source = step.from.rawValue
    var message: Message
    if step.verb == .get {
      message = .get(step.noun, root, source: source)
    } else if step.verb.role == .event {
      message = .event(step.verb, step.noun, [root], source: source)
    } else {
      message = .request(step.verb, step.noun, [root], source: source)
    }
    if step.noun == "OperationSet" {
      let holder = Element(
        message.kind.rawValue, in: Envelope.namespace,
        children: [
          Element(
            "Header", in: Envelope.namespace,
            children: [
              Element("Verb", in: Envelope.namespace, text: step.verb.rawValue),
              Element("Noun", in: Envelope.namespace, text: step.noun),
            ]),
          Element("Payload", in: Envelope.namespace, children: [root]),
        ])
      message.payload = try Message(reading: holder, as: message.kind).payload
    }
    if case .callback = step.pattern {
      message.header?.asyncReplyFlag = true
      message.header?.replyAddress = source
    }
    return message
  }

  /// All texts at a path below the roots of a message's payload or request, e.g. "EndDeviceControl/EndDevices/mRID".
  static func texts(_ path: String, in message: Message) -> [String] {
    var elements = (message.payload?.objects ?? []) + (message.request?.objects ?? [])
    if case .operationSet(let set) = message.payload?.content { elements += set.operations.compactMap(\.object) }
    var steps = path.split(separator: "/").map(String.init)
    let attribute = steps.last.flatMap { $0.hasPrefix("@") ? String($0.dropFirst()) : nil }
    if attribute != nil { steps.removeLast() }
    for step in steps { elements = elements.flatMap { $0.all(step) } }
    guard let attribute else { return elements.map(\.text) }
    return elements.compactMap { $0.attribute(attribute) }
  }
}
