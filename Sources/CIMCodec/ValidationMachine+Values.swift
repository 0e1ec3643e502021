// Attributes and simple values.
import CIMSchema
import XMLPull

/// The prefixes in scope, for values that are qualified names.
struct ReaderNamespaces: NamespaceContext {
  let table: NamespaceTable

  func namespace(ofPrefix prefix: String) -> String? {
    table.namespace(ofPrefix: prefix).map { table.names[Int($0)] }
  }
}

extension ValidationMachine {
  // MARK: Simple values

  mutating func checkValue(
    _ value: ArraySlice<UInt8>, _ type: SimpleType, _ frame: Frame, _ reader: borrowing XMLReader
  ) {
    if frame.isNil {
      if !value.isEmpty {
        report(
          "cvc-elt.3.2.1", "'\(frame.name)' is nil and must be empty", at: frame.position,
          path: path(), scope: frame.scope)
      }
      return
    }
    if value.isEmpty && !frame.hasChildren && (frame.fixed != nil || frame.defaultValue != nil) { return }
    var namespaces = ReaderNamespaces(table: reader.namespaces)
    if let own = ownNamespaces.last, own.depth == frames.count { namespaces = own.namespaces }
    let problem = value.withUnsafeBufferPointer { type.check($0, namespaces: namespaces) }
    if let problem {
      report(
        problem.rule, problem.message, at: frame.position, path: path(), scope: frame.scope)
      return
    }
    if let fixed = frame.fixed {
      let text = String(decoding: value, as: UTF8.self)
      if !type.areEqual(text, fixed, namespaces: namespaces) {
        report(
          "cvc-elt.5.2.2.2.2", "the value of '\(frame.name)' must be '\(fixed)'",
          at: frame.position, path: path(), scope: frame.scope)
      }
    }
    if type.isID || type.isIDREF || type.isIDREFS { identify(value, type, reader, scope: frame.scope) }
  }

  /// The type of an element's text; nil where the element holds elements, or is held against nothing.
  func valueType(of frame: Frame) -> SimpleType? {
    switch frame.rule {
    case .simple(let simple): return simple
    case .complex(let id):
      guard let schema = schemas[frame.schema], case .simple(let simple) = schema.complexTypes[Int(id)].content else {
        return nil
      }
      return simple
    case .lax, .skip: return nil
    }
  }

  /// Remembers the prefixes in force in the start tag whose frame was pushed last, where its value needs them.
  mutating func keepNamespaces(_ reader: borrowing XMLReader) {
    var i = 0
    while i < reader.attributeCount && !reader.attributeIsDeclaration(i) { i += 1 }
    guard i < reader.attributeCount, let frame = frames.last else { return }
    guard let type = valueType(of: frame), type.holdsQualifiedNames else { return }
    ownNamespaces.append((frames.count, ReaderNamespaces(table: reader.namespaces)))
  }

  private mutating func identify(
    _ value: ArraySlice<UInt8>, _ type: SimpleType, _ reader: borrowing XMLReader, scope: DecodedDocument.Scope
  ) {
    let words = value.split(whereSeparator: XMLCharacters.isSpace).map { String(decoding: $0, as: UTF8.self) }
    for word in words {
      if !type.isID {
        identifiers.want(word, at: reader.position)
      } else if !identifiers.declare(word) {
        report(
          "cvc-id.2", "the ID '\(word)' stands twice in this document", at: reader.position, path: path(), scope: scope)
      }
    }
  }

  // MARK: Attributes of XML Schema's own

  /// xsi:type and xsi:nil.
  mutating func applyInstanceAttributes(
    _ reader: borrowing XMLReader, _ target: inout ChildTarget, _ frame: inout Frame
  ) {
    for i in 0..<reader.attributeCount
    where reader.attributeNamespace(i) == NamespaceTable.xsi && !reader.attributeIsDeclaration(i) {
      let value = String(decoding: reader.attributeValue(i), as: UTF8.self)
      switch String(decoding: reader.attributeLocalName(i), as: UTF8.self) {
      case "type": applyType(value, at: reader.attributePosition(i), reader, &target, frame)
      case "nil":
        let word = value.filter { !$0.isWhitespace }
        guard let declaration = target.declaration else { continue }
        if !["true", "false", "1", "0"].contains(word) {
          report(
            "cvc-datatype-valid.1.2.1", "'\(value)' is no boolean: xsi:nil is true or false",
            at: reader.attributePosition(i), path: path(leaf: frame.name), scope: frame.scope)
          continue
        }
        if !declaration.isNillable {
          report(
            "cvc-elt.3.1", "'\(frame.name)' may not carry xsi:nil: it is not nillable", at: reader.attributePosition(i),
            path: path(leaf: frame.name), scope: frame.scope)
        } else if word == "true" || word == "1" {
          frame.isNil = true
        }
      default: break
      }
    }
  }

  private mutating func applyType(
    _ value: String, at position: XMLPosition, _ reader: borrowing XMLReader, _ target: inout ChildTarget,
    _ frame: Frame
  ) {
    if case .skip = target.rule { return }
    let word = value.filter { !$0.isWhitespace }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    let prefix = parts.count == 2 ? String(parts[0]) : ""
    guard parts.count <= 2, let id = reader.namespaces.namespace(ofPrefix: prefix) else {
      report(
        "cvc-elt.4.1", "xsi:type '\(value)' is no qualified name with a declared prefix", at: position,
        path: path(leaf: frame.name), scope: frame.scope)
      return
    }
    let name = SchemaName(reader.namespaces.names[Int(id)], String(parts[parts.count - 1]))
    let schema = schemas[target.schema]
    let named: TypeReference?
    if name.namespace == SchemaName.xsd {
      named = name.local == "anyType" ? .any : SimpleType.builtin(name.local).map { .simple($0) }
    } else if let id = schema?.namedComplexTypes[name] {
      named = .complex(id)
    } else {
      named = schema?.namedSimpleTypes[name].map { .simple($0) }
    }
    guard let named else {
      report(
        "cvc-elt.4.2", "xsi:type '\(value)' names a type that no loaded schema defines: leave xsi:type out",
        at: position, path: path(leaf: frame.name), scope: frame.scope)
      return
    }
    if let declaration = target.declaration, !allows(named, for: declaration, in: schema) {
      report(
        "cvc-elt.4.3", "xsi:type '\(value)' is not derived from the type of '\(frame.name)', or may not be used here",
        at: position, path: path(leaf: frame.name), scope: frame.scope)
      return
    }
    if case .complex(let id) = named, let type = schema?.complexTypes[Int(id)], type.isAbstract {
      report(
        "cvc-type.2", "the type '\(value)' is abstract and cannot be used", at: position, path: path(leaf: frame.name),
        scope: frame.scope)
    }
    target.rule = Self.rule(of: named)
  }

  private func allows(_ type: TypeReference, for declaration: ElementDeclaration, in schema: Schema?) -> Bool {
    switch (type, declaration.type) {
    case (_, .any): return true
    case (.simple(let derived), .simple(let base)):
      return derived.isDerived(from: base) && (derived === base || !declaration.block.contains("restriction"))
    case (.complex(let derived), .complex(let base)):
      guard let schema, let steps = schema.derivations(from: derived, to: base) else { return false }
      return steps.isDisjoint(with: declaration.block.union(schema.complexTypes[Int(base)].block))
    case (.complex(let derived), .simple(let base)):
      guard let schema, !declaration.block.contains("extension") else { return false }
      var here: Schema.ComplexTypeID? = derived
      while let id = here {
        if let simple = schema.complexTypes[Int(id)].simpleBase { return simple.isDerived(from: base) }
        here = schema.complexTypes[Int(id)].base
      }
      return false
    default: return false
    }
  }

  // MARK: Attributes

  /// Attributes of the element whose frame was pushed last.
  mutating func checkAttributes(_ reader: borrowing XMLReader) {
    guard let frame = frames.last else { return }
    switch frame.rule {
    case .lax, .skip: return
    case .simple:
      for i in 0..<reader.attributeCount where isOrdinary(i, reader) {
        let advice =
          String(decoding: reader.attributeLocalName(i), as: UTF8.self) == "ref"
          ? ": write its value between the tags, <\(frame.name)>…</\(frame.name)>" : ""
        report(
          "cvc-type.3.1.1", "'\(frame.name)' has a simple type and takes no attributes\(advice)",
          at: reader.attributePosition(i),
          path: path(leaf: "@" + String(decoding: reader.attributeQualifiedName(i), as: UTF8.self)), scope: frame.scope)
      }
    case .complex(let id):
      guard let schema = schemas[frame.schema] else { return }
      let uses = schema.complexTypes[Int(id)].attributes
      var seen: Set<Int> = []
      for i in 0..<reader.attributeCount where isOrdinary(i, reader) {
        if let k = use(of: i, among: uses, reader) {
          seen.insert(k)
          checkAttribute(i, uses[k], frame, reader)
        } else {
          checkWildcardAttribute(i, schema.complexTypes[Int(id)].anyAttribute, schema, frame, reader, uses)
        }
      }
      for (k, use) in uses.enumerated() where use.isRequired && !seen.contains(k) {
        report(
          "cvc-complex-type.4", "'\(frame.name)' lacks the attribute '\(use.name.local)'", at: reader.position,
          path: path(), scope: frame.scope, replyCode: frame.scope == .payload ? "1.7" : "1.8")
      }
    }
  }

  private func isOrdinary(_ i: Int, _ reader: borrowing XMLReader) -> Bool {
    if reader.attributeIsDeclaration(i) { return false }
    guard reader.attributeNamespace(i) == NamespaceTable.xsi else { return true }
    // XML Schema Part 1, 2.6: of its own namespace these four may stand anywhere, and nothing else.
    let name = String(decoding: reader.attributeLocalName(i), as: UTF8.self)
    return !["type", "nil", "schemaLocation", "noNamespaceSchemaLocation"].contains(name)
  }

  func use(of i: Int, among uses: [AttributeUse], _ reader: borrowing XMLReader) -> Int? {
    let local = reader.attributeLocalName(i)
    let namespace = reader.attributeNamespace(i)
    for k in uses.indices where uses[k].name.local.utf8.elementsEqual(local) {
      if uses[k].name.namespace == reader.namespaces.names[Int(namespace)] { return k }
    }
    return nil
  }

  private mutating func checkAttribute(_ i: Int, _ use: AttributeUse, _ frame: Frame, _ reader: borrowing XMLReader) {
    let namespaces = ReaderNamespaces(table: reader.namespaces)
    let value = reader.attributeValue(i)
    if let problem = use.type.check(value, namespaces: namespaces) {
      report(
        problem.rule, problem.message, at: reader.attributePosition(i), path: path(leaf: "@" + use.name.local),
        scope: frame.scope)
      return
    }
    if let fixed = use.fixed,
      !use.type.areEqual(String(decoding: value, as: UTF8.self), fixed, namespaces: namespaces)
    {
      report(
        "cvc-attribute.4", "the attribute '\(use.name.local)' must be '\(fixed)'", at: reader.attributePosition(i),
        path: path(leaf: "@" + use.name.local), scope: frame.scope)
    }
    if use.type.isID || use.type.isIDREF || use.type.isIDREFS {
      identify(Array(value)[...], use.type, reader, scope: frame.scope)
    }
  }

  private mutating func checkWildcardAttribute(
    _ i: Int, _ wildcard: Wildcard?, _ schema: Schema, _ frame: Frame, _ reader: borrowing XMLReader,
    _ uses: [AttributeUse]
  ) {
    let namespace = reader.namespaces.names[Int(reader.attributeNamespace(i))]
    let local = String(decoding: reader.attributeLocalName(i), as: UTF8.self)
    guard let wildcard, wildcard.admits(namespace) else {
      let allowed = uses.map { "'\($0.name.local)'" }.joined(separator: ", ")
      report(
        "cvc-complex-type.3.2.2",
        "'\(frame.name)' takes no attribute '\(local)'" + (allowed.isEmpty ? "" : "; it takes \(allowed)"),
        at: reader.attributePosition(i), path: path(leaf: "@" + local), scope: frame.scope)
      return
    }
    if wildcard.process == .skip { return }
    if let global = schema.globalAttributes[SchemaName(namespace, local)] {
      checkAttribute(i, global, frame, reader)
    } else if wildcard.process == .strict {
      report(
        "cvc-complex-type.3.2.2", "no schema declares the attribute '\(local)'", at: reader.attributePosition(i),
        path: path(leaf: "@" + local), scope: frame.scope)
    }
  }
}

extension SimpleType {
  /// Whether values mean something only together with the prefixes in force.
  var holdsQualifiedNames: Bool {
    switch variety {
    case .any: false
    case .atomic(let primitive): primitive == .QName || primitive == .NOTATION
    case .list(let item): item.holdsQualifiedNames
    case .union(let members): members.contains(where: \.holdsQualifiedNames)
    }
  }
}
