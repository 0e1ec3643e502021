// Keys, uniqueness and references between elements, evaluated while the document passes by.
import CIMSchema
import XMLPull

extension ValidationMachine {
  // MARK: Start tags

  /// To be called for every start tag from the outermost element with a constraint on, its frame being the last.
  mutating func openIdentity(
    _ reader: borrowing XMLReader, namespaceID: NamespaceTable.ID, declaration: ElementDeclaration?
  ) {
    guard let frame = frames.last else { return }
    identity.names.append(SchemaName(reader.namespaces.names[Int(namespaceID)], frame.name))
    if let declaration, let schema = schemas[frame.schema] {
      for index in declaration.identityConstraints {
        let definition = schema.identityConstraints[Int(index)]
        let number = IdentityTracker.ConstraintNumber(schema: frame.schema, index: index)
        identity.activations.append(
          IdentityTracker.Activation(constraint: number, definition: definition, level: identity.level))
        if definition.kind != .keyref {
          identity.tables.append(IdentityTracker.Table(constraint: number, level: identity.level))
        }
      }
    }
    // What is skipped has no values.
    if case .skip = frame.rule { return }
    for index in identity.activations.indices where !identity.activations[index].isExhausted {
      let (names, start) = (identity.names, identity.activations[index].level - 1)
      guard identity.activations[index].definition.selector.contains(where: { $0.reaches(names, from: start) }) else {
        continue
      }
      let count = identity.activations[index].definition.fields.count
      identity.contexts.append(
        IdentityTracker.Context(
          activation: index, level: identity.level, values: Array(repeating: nil, count: count),
          texts: Array(repeating: "", count: count), matches: Array(repeating: 0, count: count)))
    }
    for index in identity.contexts.indices {
      matchFields(of: index, reader, frame, isNillable: declaration?.isNillable ?? false)
    }
  }

  private mutating func matchFields(
    of context: Int, _ reader: borrowing XMLReader, _ frame: Frame, isNillable: Bool
  ) {
    let (names, start) = (identity.names, identity.contexts[context].level - 1)
    let activation = identity.contexts[context].activation
    for field in identity.contexts[context].values.indices {
      var isElement = false
      var attributes: [IdentityPath.NameTest] = []
      for path in identity.activations[activation].definition.fields[field] where path.reaches(names, from: start) {
        if let attribute = path.attribute { attributes.append(attribute) } else { isElement = true }
      }
      if isElement {
        identity.matches.append(
          IdentityTracker.FieldMatch(
            context: context, field: field, level: identity.level, isNillable: isNillable,
            namespaces: ReaderNamespaces(table: reader.namespaces)))
      }
      if !attributes.isEmpty { matchAttributes(attributes, field, of: context, reader, frame) }
    }
  }

  private mutating func matchAttributes(
    _ tests: [IdentityPath.NameTest], _ field: Int, of context: Int, _ reader: borrowing XMLReader, _ frame: Frame
  ) {
    var uses: [AttributeUse] = []
    let schema = schemas[frame.schema]
    if case .complex(let id) = frame.rule { uses = schema?.complexTypes[Int(id)].attributes ?? [] }
    var seen: Set<SchemaName> = []
    for i in 0..<reader.attributeCount
    where !reader.attributeIsDeclaration(i) && reader.attributeNamespace(i) != NamespaceTable.xsi {
      let name = SchemaName(
        reader.namespaces.names[Int(reader.attributeNamespace(i))],
        String(decoding: reader.attributeLocalName(i), as: UTF8.self))
      seen.insert(name)
      guard tests.contains(where: { $0.accepts(name) }) else { continue }
      let type = uses.first { $0.name == name }?.type ?? schema?.globalAttributes[name]?.type
      give(
        String(decoding: reader.attributeValue(i), as: UTF8.self), type ?? SimpleType.builtin("anySimpleType"), field,
        of: context, ReaderNamespaces(table: reader.namespaces))
    }
    // An attribute that is left out has its default.
    for use in uses where !seen.contains(use.name) && tests.contains(where: { $0.accepts(use.name) }) {
      guard let value = use.fixed ?? use.defaultValue else { continue }
      give(value, use.type, field, of: context, ReaderNamespaces(table: reader.namespaces))
    }
  }

  /// One more value for a field, nil for an element that is nil; a second one is a breach.
  private mutating func give(
    _ text: String?, _ type: SimpleType?, _ field: Int, of index: Int, _ namespaces: ReaderNamespaces
  ) {
    identity.contexts[index].matches[field] += 1
    let definition = identity.activations[identity.contexts[index].activation].definition
    if identity.contexts[index].matches[field] > 1 {
      identity.contexts[index].isSpoilt = true
      // Said once, however many there are.
      guard identity.contexts[index].matches[field] == 2, let frame = frames.last else { return }
      report(
        "cvc-identity-constraint.3",
        "the field '\(definition.fieldTexts[field])' of '\(definition.name.local)' must be one value, here is a second: "
          + "leave only one", at: frame.position, path: path(), scope: frame.scope)
      return
    }
    guard let text else { return }
    guard let key = type?.key(of: text, namespaces: namespaces) else {
      // Not valid, which has been said.
      identity.contexts[index].isSpoilt = true
      return
    }
    identity.contexts[index].values[field] = key
    identity.contexts[index].texts[field] = text.count > 60 ? text.prefix(60) + "…" : text
  }

  // MARK: End tags

  /// To be called for every end tag while a constraint is open, before the frame goes.
  mutating func closeIdentity(_ value: ArraySlice<UInt8>, _ frame: Frame) {
    while let match = identity.matches.last, match.level == identity.level {
      identity.matches.removeLast()
      finish(match, value, frame)
    }
    let firstContext = identity.contexts.firstIndex { $0.level == identity.level } ?? identity.contexts.count
    for index in firstContext..<identity.contexts.count { finish(identity.contexts[index], frame) }
    identity.contexts.removeSubrange(firstContext...)
    while let activation = identity.activations.last, activation.level == identity.level {
      identity.activations.removeLast()
      if activation.definition.kind == .keyref { finish(activation, frame) }
    }
    identity.propagateTables()
    identity.names.removeLast()
    if identity.names.isEmpty {
      identity = IdentityTracker()
      isConstrained = false
    }
  }

  private mutating func finish(_ match: IdentityTracker.FieldMatch, _ value: ArraySlice<UInt8>, _ frame: Frame) {
    let definition = identity.activations[identity.contexts[match.context].activation].definition
    guard let type = valueType(of: frame) else {
      identity.contexts[match.context].isSpoilt = true
      report(
        "cvc-id.3", "'\(frame.name)' is a field of '\(definition.name.local)' and must hold a value, not elements",
        at: frame.position, path: path(), scope: frame.scope)
      return
    }
    if definition.kind == .key && match.isNillable {
      identity.contexts[match.context].isSpoilt = true
      report(
        "cvc-identity-constraint.4.2.3",
        "'\(frame.name)' is a field of the key '\(definition.name.local)', but the schema lets it be nil: "
          + "a key must always have its value", at: frame.position, path: path(), scope: frame.scope)
      return
    }
    var text = frame.isNil ? nil : String(decoding: value, as: UTF8.self)
    if !frame.isNil && value.isEmpty && !frame.hasChildren, let standard = frame.fixed ?? frame.defaultValue {
      text = standard
    }
    give(text, type, match.field, of: match.context, match.namespaces)
  }

  /// The selected element is complete: its values make a key, or one is missing.
  private mutating func finish(_ context: IdentityTracker.Context, _ frame: Frame) {
    guard !context.isSpoilt, !identity.activations[context.activation].isExhausted else { return }
    let definition = identity.activations[context.activation].definition
    let number = identity.activations[context.activation].constraint
    let label = definition.name.local
    guard let key = KeySequence(context.values) else {
      if definition.kind == .keyref && context.matches.allSatisfy({ $0 > 0 }) {
        // All fields are there, one of them nil: no key has such a value (as Xerces and libxml2).
        report(
          "cvc-identity-constraint.4.3", "a field of '\(label)' is nil, and so refers to nothing: give it a value",
          at: frame.position, path: path(), scope: frame.scope)
      }
      guard definition.kind == .key else { return }
      let missing = context.values.indices.filter { context.values[$0] == nil }.map { "'\(definition.fieldTexts[$0])'" }
      report(
        missing.count == context.values.count ? "cvc-identity-constraint.4.2.1.a" : "cvc-identity-constraint.4.2.1.b",
        "'\(frame.name)' lacks \(missing.joined(separator: " and ")), a field of the key '\(label)'",
        at: frame.position,
        path: path(), scope: frame.scope, replyCode: frame.scope == .payload ? "1.7" : "1.8")
      return
    }
    let text = context.texts.map { "'\($0)'" }.joined(separator: ", ")
    switch definition.kind {
    case .key, .unique:
      let level = identity.activations[context.activation].level
      guard let table = identity.tables.lastIndex(where: { $0.level == level && $0.constraint == number }) else {
        return
      }
      let known = identity.tables[table].entries[key]
      if case .own(let line) = known {
        report(
          definition.kind == .key ? "cvc-identity-constraint.4.2.2" : "cvc-identity-constraint.4.1",
          "the value \(text) stands twice, first in line \(line): '\(label)' wants it only once", at: frame.position,
          path: path(), scope: frame.scope)
      } else if known != nil || hold(context.activation, frame) {
        identity.tables[table].entries[key] = .own(line: frame.position.line)
      }
    case .keyref:
      guard identity.activations[context.activation].references[key] == nil, hold(context.activation, frame) else {
        return
      }
      identity.activations[context.activation].references[key] = IdentityTracker.Reference(
        text: text, position: frame.position, path: path(), scope: frame.scope)
    }
  }

  /// Makes room for one more key or reference; says so when the limit is reached.
  private mutating func hold(_ activation: Int, _ frame: Frame) -> Bool {
    let number = identity.activations[activation].constraint
    let count = identity.held[number, default: 0]
    guard count < limits.identityValues else {
      identity.activations[activation].isExhausted = true
      identity.exhausted.insert(number)
      let name = identity.activations[activation].definition.name.local
      let most = limits.identityValues
      report(
        "limit.identity", "'\(name)' has more than \(most) values to compare: it is not checked any further",
        at: frame.position, path: wholePath(), scope: .document,
        replyCode: "3.1")
      return false
    }
    identity.held[number] = count + 1
    return true
  }

  /// A keyref's element is complete: what it refers to must have been found.
  private mutating func finish(_ activation: IdentityTracker.Activation, _ frame: Frame) {
    identity.held[activation.constraint, default: 0] -= activation.references.count
    guard let refer = activation.definition.refer else { return }
    let target = IdentityTracker.ConstraintNumber(schema: activation.constraint.schema, index: refer)
    if identity.exhausted.contains(target) { return }
    let entries = identity.table(of: target).map { identity.tables[$0].entries } ?? [:]
    let name = schemas[target.schema]?.identityConstraints[Int(refer)].name.local ?? ""
    var dangling: [(reference: IdentityTracker.Reference, isAmbiguous: Bool)] = []
    for (key, reference) in activation.references {
      switch entries[key] {
      case .own, .inherited: break
      case .conflict: dangling.append((reference, true))
      case nil: dangling.append((reference, false))
      }
    }
    dangling.sort { $0.reference.position.offset < $1.reference.position.offset }
    for (reference, isAmbiguous) in dangling {
      report(
        "cvc-identity-constraint.4.3",
        "'\(activation.definition.name.local)' refers to \(reference.text), but "
          + (isAmbiguous
            ? "'\(name)' has this value in two places inside '\(frame.name)', so it names neither"
            : "nothing inside '\(frame.name)' has this value as its '\(name)'"),
        at: reference.position,
        path: reference.path, scope: reference.scope)
    }
  }
}
