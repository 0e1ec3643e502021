// Content models as written: elements, groups, sequences, choices and wildcards.

extension SchemaBuild {
  // MARK: Elements

  func globalElement(_ name: SchemaName, usedBy: (SchemaNode, SchemaDocument)?) throws(SchemaError) -> Schema.ElementID
  {
    if let known = schema.globalElements[name] { return known }
    guard let definition = elementDefinitions[name] else {
      let message = "the element '\(name)' is not defined in this schema set"
      if let (node, document) = usedBy { throw document.error(.unresolved, message, node) }
      throw SchemaError(.unresolved, message, file: "", line: 0)
    }
    try descend(at: definition.node, in: definition.document)
    defer { ascend() }
    let id = Schema.ElementID(schema.elements.count)
    schema.globalElements[name] = id
    let declaration = try elementDeclaration(definition.node, in: definition.document, isGlobal: true)
    // The head of a substitution group may have been declared meanwhile: the place is kept for this one.
    return place(declaration, at: id)
  }

  private func place(_ declaration: ElementDeclaration, at id: Schema.ElementID) -> Schema.ElementID {
    if Int(id) == schema.elements.count {
      schema.elements.append(declaration)
    } else {
      schema.globalElements[declaration.name] = Schema.ElementID(schema.elements.count)
      schema.elements.append(declaration)
    }
    return schema.globalElements[declaration.name] ?? id
  }

  private func elementDeclaration(_ node: SchemaNode, in document: SchemaDocument, isGlobal: Bool) throws(SchemaError)
    -> ElementDeclaration
  {
    guard let local = node.attributes["name"] else {
      throw document.error(.malformed, "an element needs a name or a ref", node)
    }
    let isQualified = node.attributes["form"].map { $0 == "qualified" } ?? document.qualifiesElements
    let name = SchemaName(isGlobal || isQualified ? document.targetNamespace : "", local)
    let type: TypeReference
    if let text = node.attributes["type"] {
      type = try typeReference(try resolve(text, at: node, in: document), usedBy: (node, document))
    } else if let inline = node.first("complexType") {
      type = .complex(reserveComplexType(Definition(node: inline, document: document)))
    } else if let inline = node.first("simpleType") {
      type = .simple(try simpleType(inline, in: document, name: nil))
    } else if let head = node.attributes["substitutionGroup"] {
      let headName = try resolve(head, at: node, in: document)
      guard groupsUnderWay.insert(SchemaName("=" + headName.namespace, headName.local)).inserted else {
        throw document.error(.circular, "the substitution group of '\(local)' goes in a circle", node)
      }
      let headID = try globalElement(headName, usedBy: (node, document))
      groupsUnderWay.remove(SchemaName("=" + headName.namespace, headName.local))
      type = schema.elements[Int(headID)].type
    } else {
      type = .any
    }
    if case .simple(let simple) = type { try checkNotation(simple, at: node, in: document) }
    try noteValueConstraint(of: node, type: type, in: document)
    let (min, max) = isGlobal ? (1, 1) : try occurrence(of: node, in: document)
    return ElementDeclaration(
      name: name, symbol: symbol(name), type: type, isGlobal: isGlobal, isNillable: flag(node, "nillable"),
      isAbstract: flag(node, "abstract"), fixed: node.attributes["fixed"], defaultValue: node.attributes["default"],
      block: derivationSet(node.attributes["block"] ?? document.root.attributes["blockDefault"]),
      identityConstraints: try identityConstraints(of: node, in: document), minOccurs: min, maxOccurs: max,
      documentation: node.documentation, status: node.status)
  }

  // MARK: Particles

  /// The particle among the children of a type, derivation or group; nil where there is none.
  func contentParticle(of node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> Particle? {
    for child in node.components where ["sequence", "choice", "all", "group"].contains(child.name) {
      // Content without particles is empty content, in which white space counts (3.4.2).
      let isBare = child.name != "group" && child.components.isEmpty
      if isBare && (child.name != "choice" || child.attributes["minOccurs"] == "0") { return nil }
      return try particle(child, in: document)
    }
    return nil
  }

  private func particle(_ node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> Particle? {
    let (min, max) = try occurrence(of: node, in: document)
    if max == 0 { return nil }
    particleCount += 1
    guard particleCount <= Self.maximumParticles else {
      throw document.error(
        .tooLarge, "the schema set has more than \(Self.maximumParticles) particles once its groups are expanded", node)
    }
    switch node.name {
    case "element":
      if let text = node.attributes["ref"] {
        _ = try identityConstraints(of: node, in: document)
        let id = try globalElement(try resolve(text, at: node, in: document), usedBy: (node, document))
        return .element(id, min: min, max: max)
      }
      let declaration = try elementDeclaration(node, in: document, isGlobal: false)
      schema.elements.append(declaration)
      return .element(Schema.ElementID(schema.elements.count - 1), min: min, max: max)
    case "any":
      return .any(try wildcard(node, in: document), min: min, max: max)
    case "sequence":
      return .sequence(try particles(of: node, in: document), min: min, max: max)
    case "choice":
      return .choice(try particles(of: node, in: document), min: min, max: max)
    case "all":
      let members = try particles(of: node, in: document)
      for member in members {
        guard case .element(_, _, let most) = member, most == 1 else {
          throw document.error(.malformed, "xs:all may hold elements only, each at most once", node)
        }
      }
      return .all(members, min: min)
    case "group":
      guard let text = node.attributes["ref"] else {
        throw document.error(.malformed, "a group needs a ref here", node)
      }
      let name = try resolve(text, at: node, in: document)
      guard let definition = groupDefinitions[name] else {
        throw document.error(.unresolved, "the group '\(name)' is not defined in this schema set", node)
      }
      guard groupsUnderWay.insert(name).inserted else {
        throw document.error(.circular, "the group '\(name.local)' contains itself", node)
      }
      usedGroups.insert(name)
      try descend(at: node, in: document)
      defer { ascend() }
      let inner = try contentParticle(of: definition.node, in: definition.document)
      groupsUnderWay.remove(name)
      guard let inner else { return nil }
      if case .all(let members, let innerMin) = inner { return .all(members, min: Swift.min(min, innerMin)) }
      return min == 1 && max == 1 ? inner : .sequence([inner], min: min, max: max)
    default:
      throw document.error(.malformed, "'\(node.name)' cannot stand in a content model", node)
    }
  }

  static var maximumParticles: Int { 500_000 }

  /// Groups that nothing refers to are held against the rules all the same.
  func compileUnusedGroups() throws(SchemaError) {
    for name in groupDefinitions.keys.sorted() where !usedGroups.contains(name) && !hiddenNames.contains(name) {
      guard let definition = groupDefinitions[name] else { continue }
      groupsUnderWay.insert(name)
      _ = try contentParticle(of: definition.node, in: definition.document)
      groupsUnderWay.remove(name)
    }
    for name in attributeGroupDefinitions.keys.sorted() where !hiddenNames.contains(name) {
      guard let definition = attributeGroupDefinitions[name] else { continue }
      try checkAttributeGroup(name, definition)
    }
  }

  private func particles(of node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> [Particle] {
    var result: [Particle] = []
    for child in node.components {
      if let inner = try particle(child, in: document) { result.append(inner) }
    }
    return result
  }

  private func occurrence(of node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> (min: Int, max: Int?)
  {
    let minText = node.attributes["minOccurs"] ?? "1"
    let maxText = node.attributes["maxOccurs"] ?? "1"
    guard let min = Int(minText), min >= 0 else {
      throw document.error(.malformed, "minOccurs must be a whole number, not '\(minText)'", node)
    }
    if maxText == "unbounded" { return (min, nil) }
    guard let max = Int(maxText), max >= 0 else {
      throw document.error(.malformed, "maxOccurs must be a whole number or 'unbounded', not '\(maxText)'", node)
    }
    guard min <= max else {
      throw document.error(.malformed, "minOccurs \(min) is greater than maxOccurs \(max)", node)
    }
    return (min, max)
  }
}
