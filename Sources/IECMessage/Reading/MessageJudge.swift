// What a document is, and the verdicts on it: SOAP or bare, generic, wrapped, strongly typed, or a profile alone.
import CIMCodec
import CIMModel
import CIMProfiles
import CIMSchema
import XMLPull

/// The state of judging one document.
struct MessageJudge {
  let schemas: SchemaLibrary
  let document: DecodedDocument
  /// Nil: compressed payloads are refused.
  let unpacker: (any PayloadUnpacker)?
  let decoders: DecoderPool
  /// A profile was found in compressed content.
  var hasUnpackedProfile = false
  var result = Inspection(verdict: .valid)
  /// Breaches found here, beside those of the schemas.
  var own: [(DecodedDocument.Scope, Violation)] = []

  init(_ reader: MessageReader, document: DecodedDocument) {
    schemas = reader.schemas
    unpacker = reader.unpacker
    decoders = reader.decoders
    self.document = document
  }

  mutating func run(_ root: Element) {
    let body = unwrapSOAP(root)
    if let body { recognise(body) }
    nameUnknownPayloads()
    unpackPayload()
    conclude()
  }

  // MARK: SOAP

  /// The message inside the SOAP Body, or the root itself.
  private mutating func unwrapSOAP(_ root: Element) -> Element? {
    guard root.name == "Envelope", let version = soapVersion(root.namespace) else {
      if root.name == "Envelope" && root.namespace.contains("soap") {
        add(
          .envelope, "soap.version", "/Envelope",
          "the SOAP namespace '\(root.namespace)' is neither that of SOAP 1.1 nor that of SOAP 1.2", "1.8")
        return nil
      }
      return root
    }
    result.soap = version
    let parts = root.children.filter { $0.namespace == root.namespace }
    result.soapHeaders = parts.first { $0.name == "Header" }?.children ?? []
    guard let body = parts.last, body.name == "Body", parts.filter({ $0.name == "Body" }).count == 1 else {
      add(.envelope, "soap.body", "/Envelope", "a SOAP Envelope must end with exactly one Body", "1.8")
      return nil
    }
    guard let message = body.children.first else {
      add(.envelope, "soap.empty", "/Envelope/Body", "the SOAP Body is empty: a message must stand in it", "1.8")
      return nil
    }
    if body.children.count > 1 {
      add(
        .envelope, "soap.several", "/Envelope/Body/\(body.children[1].name)",
        "the SOAP Body holds \(body.children.count) elements; document/literal allows one", "1.8")
    }
    return message
  }

  private func soapVersion(_ namespace: String) -> SOAPVersion? {
    [SOAPVersion.v1_1, .v1_2].first { $0.namespace == namespace }
  }

  // MARK: Which message?

  private mutating func recognise(_ root: Element) {
    result.root = (root.namespace, root.name)
    if schemas.isEnvelope(root.namespace), let kind = MessageKind(rawValue: root.name) {
      result.form = .generic
      read(root, as: kind)
      checkSchema(of: root, "the envelope's schema")
    } else if root.namespace == Envelope.wrapper, let inner = root["message"] {
      result.form = .wrapped
      read(inner, as: root.name == "PublishEvent" ? .event : root.name == "Response" ? .response : .request)
      checkSchema(of: root, "the schema of wrapped messages")
    } else if let typed = TypedNamespace(root.namespace), let kind = kind(ofTyped: root.name, typed) {
      result.form = .typed(namespace: root.namespace)
      read(root, as: kind)
      checkSchema(of: root, "a schema for the strongly typed messages of '\(typed.name)'")
    } else if schemas.isProfile(SchemaName(root.namespace, root.name)) {
      result.form = .profile
      result.noun = root.name
    } else if let noun = schemas.profile(root.name), root["Header"] == nil {
      result.noun = root.name
      result.payloadRoots = [root.name]
      add(
        .payload, "profile.unknown", "/" + root.name,
        "'\(root.name)' is in \(Self.namespaceText(root.namespace)), for which no schema is loaded: \(Self.advice(noun))",
        "2.5")
    } else {
      // Something may still be recognised in it, so that a refusal can be correlated.
      if let header = root["Header"] ?? root["header"] { noteHeader(header) }
      unknownEnvelope(
        root,
        MessageKind(rawValue: root.name) == nil
          ? "it is none of the envelopes that are known" + otherEdition(root)
          : "the envelope of edition 1 is in '\(Envelope.namespace)'; that of another edition is read when its schema is "
            + "loaded (--schemas DIR)")
    }
  }

  /// Where a message looks like one of another edition: what to do about it.
  private func otherEdition(_ root: Element) -> String {
    guard root.namespace.contains("TC57"), root["Header"] != nil, TypedNamespace(root.namespace) == nil else {
      return ""
    }
    return "; those of other editions are taken from partners with 'mode: tolerant' in the configuration file"
  }

  /// Without a schema nothing of the envelope was judged, which must not pass for valid.
  private mutating func checkSchema(of root: Element, _ what: String) {
    if schemas.resolve(SchemaName(root.namespace, root.name)) == nil {
      unknownEnvelope(root, "\(what) is not loaded")
    }
  }

  private func kind(ofTyped name: String, _ typed: TypedNamespace) -> MessageKind? {
    if name == typed.noun + "ResponseMessage" { return .response }
    if name == typed.noun + "FaultMessage" { return .fault }
    if typed.isQuery {
      if name == typed.name + "RequestMessage" { return .request }
      if name == typed.name + "ResponseMessage" { return .response }
      if name == typed.name + "FaultMessage" { return .fault }
    }
    guard name.hasSuffix(typed.noun) else { return nil }
    let word = name.dropLast(typed.noun.count)
    return Verb.allCases.first { $0.capitalized == word }.flatMap { verb in
      switch verb.role {
      case .request: return .request
      case .event: return .event
      case .response: return nil
      }
    }
  }

  private mutating func unknownEnvelope(_ root: Element, _ why: String) {
    let position = document.unknown.first { $0.parent.isEmpty }?.position
    own.append(
      (
        .envelope,
        Violation(
          line: result.soap == nil ? position?.line ?? 1 : 1, column: result.soap == nil ? position?.column ?? 1 : 1,
          path: "/" + root.name, rule: "envelope.unknown",
          message: "'\(root.name)' in namespace '\(root.namespace)' cannot be taken as a message: \(why)",
          replyCode: "1.8")
      ))
  }

  private mutating func read(_ root: Element, as kind: MessageKind) {
    if let header = root["Header"] { noteHeader(header) }
    do throws(EnvelopeError) {
      result.message = try Message(reading: root, as: kind)
    } catch {
      // The schema's own words are there already; without a schema these are the only ones.
      if !document.findings.contains(where: { $0.scope == .envelope }) {
        add(.envelope, "envelope.incomplete", "/\(root.name)/\(error.path)", error.message, error.replyCode)
      }
    }
  }

  private mutating func noteHeader(_ header: Element) {
    func text(_ name: String) -> String? {
      header.children.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name }?.text
    }
    result.noun = text("noun")
    result.messageID = text("messageid")
    result.correlationID = text("correlationid")
  }

  // MARK: Payloads

  private mutating func nameUnknownPayloads() {
    result.payloadRoots += document.profiles.map(\.local)
    for element in document.unknown where ["Payload", "Operation", "Request"].contains(element.parent) {
      result.payloadRoots.append(element.name.local)
      let advice =
        schemas.profile(element.name.local).map { Self.advice($0) }
        ?? "load its schema (--schemas DIR), or correct the name"
      own.append(
        (
          .payload,
          Violation(
            line: element.position.line, column: element.position.column, path: element.path, rule: "profile.unknown",
            message:
              "no schema is loaded for '\(element.name.local)' in \(Self.namespaceText(element.name.namespace)): \(advice)",
            replyCode: "2.5")
        ))
    }
  }

  static func namespaceText(_ namespace: String) -> String {
    namespace.isEmpty ? "no namespace" : "namespace '\(namespace)'"
  }

  static func advice(_ profile: SchemaLibrary.Profile) -> String {
    "write xmlns=\"\(profile.namespace)\", or load the schema of this namespace (--schemas DIR)"
  }

  /// What the schema of the envelope cannot know: that a payload of this name exists in a namespace of its own.
  private func advised(_ violation: Violation) -> Violation {
    guard violation.rule == "cvc-complex-type.2.4.a" else { return violation }
    let steps = violation.path.split(separator: "/")
    guard steps.count > 2, ["Payload", "Request"].contains(steps[steps.count - 2]),
      let profile = schemas.profile(String(steps[steps.count - 1]))
    else { return violation }
    var violation = violation
    violation.message = "'\(profile.noun)' is not in its own namespace: write xmlns=\"\(profile.namespace)\""
    return violation
  }

  // MARK: The verdicts

  private mutating func conclude() {
    var all = document.findings.map { ($0.scope, $0.violation) } + own
    for k in all.indices where all[k].0 == .envelope {
      all[k].1.replyCode = replyCode(for: all[k].1)
      all[k].1 = advised(all[k].1)
    }
    let envelopeIsBad = all.contains { $0.0 == .envelope }
    let payloadIsBad = all.contains { $0.0 == .payload }
    let isBare = result.form == .profile || (result.form == nil && !envelopeIsBad)
    result.envelope = isBare ? nil : envelopeIsBad ? .invalid : .valid
    result.payload = payloadIsBad ? .invalid : document.profiles.isEmpty && !hasUnpackedProfile ? nil : .valid
    result.verdict = envelopeIsBad || payloadIsBad ? .invalid : .valid
    result.violations = all.map(\.1).sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    if result.noun == nil { result.noun = result.payloadRoots.first }
  }

  /// The schema knows "invalid" only; Annex B tells header, request, verb and noun apart.
  private func replyCode(for violation: Violation) -> String {
    guard violation.replyCode == "1.8" else { return violation.replyCode }
    if violation.path.hasSuffix("/Header/Verb") { return "2.9" }
    let isIncomplete = violation.rule == "cvc-complex-type.2.4.b" || violation.message.contains("must stand before it")
    if isIncomplete && violation.path.contains("/Header") { return "1.5" }
    if isIncomplete && violation.path.contains("/Request/") { return "1.6" }
    return violation.replyCode
  }

  mutating func add(
    _ scope: DecodedDocument.Scope, _ rule: String, _ path: String, _ message: String, _ code: String
  ) {
    own.append(
      (scope, Violation(line: 1, column: 1, path: path, rule: rule, message: message, replyCode: code)))
  }
}
