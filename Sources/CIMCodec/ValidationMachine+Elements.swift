// Start and end tags: which declaration an element is held against, and whether its parent may have it here.
import CIMModel
import CIMSchema
import XMLPull

/// What a child is held against.
struct ChildTarget {
  var rule: ValidationMachine.Frame.Rule
  var schema: Int
  var declaration: ElementDeclaration?
  /// The declaration's number in its schema; -1 for none.
  var element: Schema.ElementID = -1
  var scope: DecodedDocument.Scope
}

extension ValidationMachine {
  mutating func startTag(_ reader: borrowing XMLReader) {
    let namespaceID = reader.namespace
    let parentSchema = frames.last?.schema ?? 0
    let found = symbols.lookUp(
      reader.localName, namespace: namespaceID, schema: parentSchema, in: schemas[parentSchema],
      namespaceName: { reader.namespaces.names[Int(namespaceID)] })
    let node = place(found, namespaceID)
    var target = target(found, namespaceID, reader)
    var frame = Frame(
      rule: .skip, schema: target.schema, state: 0, seen: 0, scope: target.scope, textStart: text.count,
      hasChildren: false, hasText: false, isNil: false, isDisturbed: false, node: node,
      element: target.element, name: found.name, fixed: target.declaration?.fixed,
      defaultValue: target.declaration?.defaultValue,
      position: reader.position)
    if reader.attributeCount > 0 { applyInstanceAttributes(reader, &target, &frame) }
    frame.rule = target.rule
    frame.schema = target.schema
    frames.append(frame)
    if reader.attributeCount > 0 { keepNamespaces(reader) }
    if let declaration = target.declaration {
      if !declaration.identityConstraints.isEmpty { isConstrained = true }
      if declaration.isAbstract {
        report(
          "cvc-elt.2", "the element '\(found.name)' is abstract: one of its substitution group must stand here",
          at: reader.position, path: path(), scope: frame.scope)
      }
    }
    checkAttributes(reader)
    if isConstrained { openIdentity(reader, namespaceID: namespaceID, declaration: target.declaration) }
    if buildsTree { begin(reader, name: found.name, namespaceID: namespaceID) }
  }

  mutating func endTag(_ reader: borrowing XMLReader) {
    guard let frame = frames.last else { return }
    let value = text[frame.textStart...]
    var keepsText = false
    switch frame.rule {
    case .simple(let type):
      checkValue(value, type, frame, reader)
      keepsText = true
    case .complex(let id):
      guard let schema = schemas[frame.schema] else { break }
      let type = schema.complexTypes[Int(id)]
      switch type.content {
      case .simple(let simple):
        checkValue(value, simple, frame, reader)
        keepsText = true
      case .elements, .mixed:
        if !frame.isNil { checkComplete(type, schema, frame, reader) }
        if case .mixed = type.content { keepsText = !frame.hasChildren }
        if frame.isNil && frame.hasChildren {
          report(
            "cvc-elt.3.2.1", "'\(frame.name)' is nil and must be empty", at: frame.position,
            path: path(), scope: frame.scope)
        }
      case .empty: break
      }
    case .lax, .skip:
      keepsText = !frame.hasChildren
    }
    if isConstrained { closeIdentity(value, frame) }
    if buildsTree { finish(keepsText ? value : [], frame) }
    text.removeLast(text.count - frame.textStart)
    if ownNamespaces.last?.depth == frames.count { ownNamespaces.removeLast() }
    frames.removeLast()
  }

  mutating func text(_ reader: borrowing XMLReader) throws(XMLError) {
    guard let frame = frames.last else { return }
    let piece = reader.text
    switch frame.rule {
    case .complex(let id):
      guard let schema = schemas[frame.schema] else { return }
      switch schema.complexTypes[Int(id)].content {
      case .empty:
        if frame.hasText { return }
        frames[frames.count - 1].hasText = true
        // Not even white space may stand in empty content.
        report(
          "cvc-complex-type.2.1", Self.emptiness(of: schema.complexTypes[Int(id)], frame.name), at: reader.position,
          path: path(), scope: frame.scope)
        return
      case .elements:
        guard !frame.hasText, let first = piece.firstIndex(where: { !XMLCharacters.isSpace($0) }) else { return }
        frames[frames.count - 1].hasText = true
        report(
          "cvc-complex-type.2.3", "text stands in '\(frame.name)', which may hold elements only",
          at: reader.position(ofTextByte: first), path: path(), scope: frame.scope)
        return
      case .simple, .mixed: break
      }
    case .lax, .skip:
      if !buildsTree { return }
    case .simple: break
    }
    frames[frames.count - 1].hasText = true
    if text.count - frame.textStart + piece.count > limits.textLength {
      throw XMLError(
        .valueLimit, "the text of '\(frame.name)' is longer than \(limits.textLength) bytes", at: reader.position)
    }
    text.append(contentsOf: piece)
  }

  // MARK: Which declaration?

  /// The place of an element that begins, counted.
  private mutating func place(_ found: SymbolCache.Result, _ namespaceID: NamespaceTable.ID) -> PathNodes.ID {
    var owner: Int64 = -1
    if !frames.isEmpty {
      frames[frames.count - 1].hasChildren = true
      let parent = frames[frames.count - 1]
      if case .complex(let id) = parent.rule { owner = Int64(parent.schema) << 32 | Int64(id) }
    }
    let node = nodes.child(
      of: frames.last?.node ?? PathNodes.overflow, name: found.name, namespace: namespaceID, owner: owner,
      isRoot: frames.isEmpty
    ) {
      guard owner >= 0, found.symbol >= 0, let schema = schemas[Int(owner >> 32)] else { return true }
      return schema.complexTypes[Int(owner & 0xFFFF_FFFF)].model.mayRepeat(found.symbol)
    }
    nodes.begin(node)
    return node
  }

  private mutating func target(
    _ found: SymbolCache.Result, _ namespaceID: NamespaceTable.ID, _ reader: borrowing XMLReader
  ) -> ChildTarget {
    guard let parent = frames.last else {
      return resolved(found, namespaceID, reader, scope: .envelope)
        ?? unresolved(found, namespaceID, reader, rule: .lax, scope: .envelope)
    }
    switch parent.rule {
    case .lax:
      return resolved(found, namespaceID, reader, scope: parent.scope)
        ?? ChildTarget(rule: .lax, schema: 0, declaration: nil, scope: parent.scope)
    case .skip:
      return resolved(found, namespaceID, reader, scope: parent.scope, profilesOnly: true)
        ?? ChildTarget(rule: .skip, schema: 0, declaration: nil, scope: parent.scope)
    case .simple:
      report(
        "cvc-type.3.1.2", "'\(parent.name)' has a simple value and cannot hold the element '\(found.name)'",
        at: reader.position, path: path(leaf: found.name), scope: parent.scope)
      return ChildTarget(rule: .skip, schema: 0, declaration: nil, scope: parent.scope)
    case .complex(let id):
      return child(of: id, parent, found, namespaceID, reader)
    }
  }

  private mutating func child(
    of id: Schema.ComplexTypeID, _ parent: Frame, _ found: SymbolCache.Result, _ namespaceID: NamespaceTable.ID,
    _ reader: borrowing XMLReader
  ) -> ChildTarget {
    let skipped = ChildTarget(rule: .skip, schema: 0, declaration: nil, scope: parent.scope)
    guard let schema = schemas[parent.schema] else { return skipped }
    let last = frames.count - 1
    if let members = schema.complexTypes[Int(id)].model.all {
      if let member = members.first(where: { $0.symbol == found.symbol }), found.symbol >= 0 {
        let bit: UInt64 = 1 << UInt64(member.slot)
        if parent.seen & bit != 0 {
          report(
            "cvc-complex-type.2.4.d", "'\(found.name)' may stand only once in '\(parent.name)'", at: reader.position,
            path: path(leaf: found.name), scope: parent.scope)
        }
        frames[last].seen |= bit
        return declared(member.element, schema: parent.schema, in: schema, scope: parent.scope)
      }
    } else if found.symbol >= 0 {
      let state = schema.complexTypes[Int(id)].model.states[Int(parent.state)]
      var i = Int(state.first)
      let end = i + Int(state.count)
      while i < end {
        let transition = schema.complexTypes[Int(id)].model.transitions[i]
        if transition.symbol == found.symbol {
          frames[last].state = transition.next
          return declared(transition.element, schema: parent.schema, in: schema, scope: parent.scope)
        }
        i += 1
      }
    }
    let namespace = reader.namespaces.names[Int(namespaceID)]
    if schema.complexTypes[Int(id)].model.all == nil {
      let state = schema.complexTypes[Int(id)].model.states[Int(parent.state)]
      for i in Int(state.wildcardFirst)..<Int(state.wildcardFirst + state.wildcardCount) {
        let transition = schema.complexTypes[Int(id)].model.wildcards[i]
        guard transition.wildcard.admits(namespace) else { continue }
        frames[last].state = transition.next
        return throughWildcard(transition.wildcard, found, namespaceID, reader, parent)
      }
    }
    return unexpected(id, schema, parent, found, namespace, reader) ?? skipped
  }

  mutating func declared(
    _ id: Schema.ElementID, schema number: Int, in schema: Schema, scope outer: DecodedDocument.Scope
  ) -> ChildTarget {
    let declaration = schema.elements[Int(id)]
    var scope = outer
    // Strongly typed messages name the profile's root where generic ones have a wildcard.
    if declaration.isGlobal, scope != .payload, resolver.resolve(declaration.name)?.isProfile == true {
      enter(declaration.name)
      scope = .payload
    }
    return ChildTarget(
      rule: Self.rule(of: declaration.type), schema: number, declaration: declaration, element: id, scope: scope)
  }

  /// Notes that a profile begins.
  mutating func enter(_ profile: SchemaName) {
    profiles.append(profile)
    sideEffects += 1
  }

  static func rule(of type: TypeReference) -> Frame.Rule {
    switch type {
    case .simple(let type): return .simple(type)
    case .complex(let id): return .complex(id)
    case .any: return .lax
    }
  }

  private mutating func throughWildcard(
    _ wildcard: Wildcard, _ found: SymbolCache.Result, _ namespaceID: NamespaceTable.ID,
    _ reader: borrowing XMLReader, _ parent: Frame
  ) -> ChildTarget {
    if let target = resolved(
      found, namespaceID, reader, scope: parent.scope, profilesOnly: wildcard.process == .skip)
    {
      return target
    }
    if wildcard.process == .strict {
      report(
        "cvc-complex-type.2.4.c", "'\(found.name)' stands where a declared element must, but no schema declares it",
        at: reader.position, path: path(leaf: found.name), scope: parent.scope)
      return ChildTarget(rule: .skip, schema: 0, declaration: nil, scope: parent.scope)
    }
    return unresolved(
      found, namespaceID, reader, rule: wildcard.process == .lax ? .lax : .skip, scope: parent.scope)
  }

  private mutating func unresolved(
    _ found: SymbolCache.Result, _ namespaceID: NamespaceTable.ID, _ reader: borrowing XMLReader, rule: Frame.Rule,
    scope: DecodedDocument.Scope
  ) -> ChildTarget {
    sideEffects += 1
    if unknown.count < 100 {
      unknown.append(
        DecodedDocument.UnknownElement(
          name: SchemaName(reader.namespaces.names[Int(namespaceID)], found.name), position: reader.position,
          path: wholePath(leaf: found.name), parent: frames.last?.name ?? ""))
    }
    return ChildTarget(rule: rule, schema: 0, declaration: nil, scope: scope)
  }

  /// The declaration of an element that any schema of the library declares globally.
  private mutating func resolved(
    _ found: SymbolCache.Result, _ namespaceID: NamespaceTable.ID, _ reader: borrowing XMLReader,
    scope: DecodedDocument.Scope, profilesOnly: Bool = false
  ) -> ChildTarget? {
    let name = SchemaName(reader.namespaces.names[Int(namespaceID)], found.name)
    guard let resolved = resolver.resolve(name), resolved.isProfile || !profilesOnly else { return nil }
    let number: Int
    if let known = schemaNumbers[name.namespace] {
      number = known
    } else {
      schemas.append(resolved.schema)
      number = schemas.count - 1
      schemaNumbers[name.namespace] = number
    }
    // A profile is judged on its own wherever it stands; inside another profile it stays part of that one's verdict.
    return declared(resolved.element, schema: number, in: resolved.schema, scope: scope)
  }

  // MARK: The tree

  private mutating func begin(_ reader: borrowing XMLReader, name: String, namespaceID: NamespaceTable.ID) {
    tree.begin(StartTag(name, in: reader.namespaces.names[Int(namespaceID)], attributes: reader.elementAttributes))
  }

  private mutating func finish(_ value: ArraySlice<UInt8>, _ frame: Frame) {
    var kept = value
    if case .simple(let type) = frame.rule, type.whiteSpace == .collapse {
      while let b = kept.first, XMLCharacters.isSpace(b) { kept.removeFirst() }
      while let b = kept.last, XMLCharacters.isSpace(b) { kept.removeLast() }
    }
    if !kept.isEmpty { tree.setText(String(decoding: kept, as: UTF8.self)) }
    tree.end()
  }
}
