// Simple and complex types.

/// Prefixes in scope in a schema document.
struct SchemaNodeNamespaces: NamespaceContext {
  let prefixes: [String: String]
  func namespace(ofPrefix prefix: String) -> String? { prefixes[prefix] }
}

extension SchemaBuild {
  // MARK: References

  func typeReference(_ name: SchemaName, usedBy: (SchemaNode, SchemaDocument)?) throws(SchemaError) -> TypeReference {
    if name.namespace == SchemaName.xsd {
      if name.local == "anyType" { return .any }
      if let builtin = SimpleType.builtin(name.local) { return .simple(builtin) }
    }
    if let id = schema.namedComplexTypes[name] { return .complex(id) }
    if let known = schema.namedSimpleTypes[name] { return .simple(known) }
    guard let definition = typeDefinitions[name] else {
      let message = "the type '\(name)' is not defined in this schema set"
      if let (node, document) = usedBy { throw document.error(.unresolved, message, node) }
      throw SchemaError(.unresolved, message, file: "", line: 0)
    }
    if definition.node.name == "complexType" {
      let id = reserveComplexType(definition)
      schema.namedComplexTypes[name] = id
      return .complex(id)
    }
    guard simpleTypesUnderWay.insert(name).inserted else {
      throw definition.document.error(
        .circular, "the simple type '\(name.local)' is defined by itself", definition.node)
    }
    try descend(at: definition.node, in: definition.document)
    defer { ascend() }
    let type = try simpleType(definition.node, in: definition.document, name: name.local)
    simpleTypesUnderWay.remove(name)
    schema.namedSimpleTypes[name] = type
    return .simple(type)
  }

  func simpleTypeReference(_ text: String, at node: SchemaNode, in document: SchemaDocument) throws(SchemaError)
    -> SimpleType
  {
    let name = try resolve(text, at: node, in: document)
    guard case .simple(let type) = try typeReference(name, usedBy: (node, document)) else {
      throw document.error(.malformed, "'\(text)' is no simple type, but only one can stand here", node)
    }
    return type
  }

  func reserveComplexType(_ definition: Definition) -> Schema.ComplexTypeID {
    complexTypeSources.append(definition)
    complexTypeState.append(.waiting)
    schema.complexTypes.append(
      ComplexType(
        name: nil, content: .empty, model: ContentModel(), attributes: [], anyAttribute: nil, isAbstract: false,
        block: [],
        base: nil, simpleBase: nil, derivation: "restriction", particle: nil, documentation: "", status: nil))
    return Schema.ComplexTypeID(complexTypeSources.count - 1)
  }

  // MARK: Simple types

  func simpleType(_ node: SchemaNode, in document: SchemaDocument, name: String?) throws(SchemaError) -> SimpleType {
    guard let how = node.components.first else {
      throw document.error(.malformed, "a simpleType needs restriction, list or union", node)
    }
    do throws(SimpleTypeError) {
      switch how.name {
      case "restriction":
        let base: SimpleType
        do throws(SchemaError) {
          base = try restrictionBase(how, in: document)
          try checkNotationNames(how, base: base, in: document)
        } catch { throw wrapped(error) }
        return try SimpleType(
          restricting: base, name: name, facets: facets(of: how), fixed: fixedFacets(of: how),
          namespaces: SchemaNodeNamespaces(prefixes: how.prefixes))
      case "list":
        let item: SimpleType
        do throws(SchemaError) {
          item = try member(how, attribute: "itemType", in: document)
        } catch { throw wrapped(error) }
        return try SimpleType(listOf: item, name: name)
      case "union":
        var members: [SimpleType] = []
        do throws(SchemaError) {
          for text in (how.attributes["memberTypes"] ?? "").split(whereSeparator: { $0 == " " || $0.isNewline }) {
            members.append(try simpleTypeReference(String(text), at: how, in: document))
          }
          for inline in how.components where inline.name == "simpleType" {
            members.append(try simpleType(inline, in: document, name: nil))
          }
        } catch { throw wrapped(error) }
        return SimpleType(unionOf: members, name: name)
      default:
        throw SimpleTypeError("a simpleType needs restriction, list or union, not '\(how.name)'")
      }
    } catch {
      if let inner = pendingError {
        pendingError = nil
        throw inner
      }
      throw document.error(.malformed, error.message, how)
    }
  }

  /// Keeps a schema error that passes through code which throws the simple types' own.
  private func wrapped(_ error: SchemaError) -> SimpleTypeError {
    pendingError = error
    return SimpleTypeError(error.message)
  }

  private func restrictionBase(_ node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> SimpleType {
    try member(node, attribute: "base", in: document)
  }

  private func member(_ node: SchemaNode, attribute: String, in document: SchemaDocument) throws(SchemaError)
    -> SimpleType
  {
    if let text = node.attributes[attribute] { return try simpleTypeReference(text, at: node, in: document) }
    if let inline = node.first("simpleType") { return try simpleType(inline, in: document, name: nil) }
    throw document.error(.malformed, "'\(node.name)' needs '\(attribute)' or an inner simpleType", node)
  }

  func facets(of node: SchemaNode) throws(SimpleTypeError) -> [Facet] {
    var facets: [Facet] = []
    var patterns: [String] = []
    var values: [String] = []
    for facet in node.components {
      let value = facet.attributes["value"] ?? ""
      func number() throws(SimpleTypeError) -> Int {
        guard let number = Int(value.filter { $0 != " " }), number >= 0 else {
          throw SimpleTypeError("\(facet.name) must be a whole number, not '\(value)'")
        }
        return number
      }
      switch facet.name {
      case "enumeration": values.append(value)
      case "pattern": patterns.append(value)
      case "length": facets.append(.length(try number()))
      case "minLength": facets.append(.minLength(try number()))
      case "maxLength": facets.append(.maxLength(try number()))
      case "totalDigits": facets.append(.totalDigits(try number()))
      case "fractionDigits": facets.append(.fractionDigits(try number()))
      case "minInclusive": facets.append(.minInclusive(value))
      case "maxInclusive": facets.append(.maxInclusive(value))
      case "minExclusive": facets.append(.minExclusive(value))
      case "maxExclusive": facets.append(.maxExclusive(value))
      case "whiteSpace":
        switch value {
        case "preserve": facets.append(.whiteSpace(.preserve))
        case "replace": facets.append(.whiteSpace(.replace))
        case "collapse": facets.append(.whiteSpace(.collapse))
        default: throw SimpleTypeError("whiteSpace must be preserve, replace or collapse, not '\(value)'")
        }
      case "simpleType", "attribute", "attributeGroup", "anyAttribute": break
      default: throw SimpleTypeError("'\(facet.name)' is no facet")
      }
    }
    if !patterns.isEmpty { facets.append(.pattern(patterns)) }
    if !values.isEmpty { facets.append(.enumeration(values)) }
    return facets
  }

  /// The facets that types derived from this one must leave as they are.
  private func fixedFacets(of node: SchemaNode) -> Set<Facet.Kind> {
    Set(node.components.filter { flag($0, "fixed") }.compactMap { Facet.Kind(rawValue: $0.name) })
  }

  // MARK: Complex types

  /// Fills in a reserved complex type; its base is filled in first.
  func defineComplexType(_ id: Schema.ComplexTypeID) throws(SchemaError) {
    let index = Int(id)
    switch complexTypeState[index] {
    case .done: return
    case .underWay:
      throw complexTypeSources[index].document.error(
        .circular, "this type is derived from itself", complexTypeSources[index].node)
    case .waiting: complexTypeState[index] = .underWay
    }
    let (node, document) = (complexTypeSources[index].node, complexTypeSources[index].document)
    try descend(at: node, in: document)
    defer { ascend() }
    var type = schema.complexTypes[index]
    type.name = node.attributes["name"].map { SchemaName(document.targetNamespace, $0) }
    type.isAbstract = flag(node, "abstract")
    type.block = derivationSet(node.attributes["block"] ?? document.root.attributes["blockDefault"])
    type.documentation = node.documentation
    type.status = node.status
    if let content = node.first("simpleContent") {
      try defineSimpleContent(&type, content, in: document)
    } else if let content = node.first("complexContent") {
      let isMixed = content.attributes["mixed"] != nil ? flag(content, "mixed") : flag(node, "mixed")
      try defineComplexContent(&type, content, isMixed: isMixed, in: document)
    } else {
      type.particle = try contentParticle(of: node, in: document)
      type.content = flag(node, "mixed") ? .mixed : type.particle == nil ? .empty : .elements
      try collectAttributes(of: node, in: document, into: &type)
    }
    schema.complexTypes[index] = type
    complexTypeState[index] = .done
  }

  private func derivation(_ content: SchemaNode, in document: SchemaDocument) throws(SchemaError)
    -> (node: SchemaNode, base: SchemaName)
  {
    guard let how = content.components.first, how.name == "extension" || how.name == "restriction",
      let base = how.attributes["base"]
    else {
      throw document.error(.malformed, "'\(content.name)' needs an extension or restriction with a base", content)
    }
    return (how, try resolve(base, at: how, in: document))
  }

  private func defineSimpleContent(_ type: inout ComplexType, _ content: SchemaNode, in document: SchemaDocument)
    throws(SchemaError)
  {
    let (how, baseName) = try derivation(content, in: document)
    type.derivation = how.name
    var simple: SimpleType
    switch try typeReference(baseName, usedBy: (how, document)) {
    case .any: throw document.error(.malformed, "xs:anyType cannot be the base of simple content", how)
    case .simple(let base):
      if how.name == "restriction" {
        throw document.error(.malformed, "the restriction of a simple type cannot carry attributes: extend it", how)
      }
      simple = base
      type.simpleBase = base
    case .complex(let base):
      try defineComplexType(base)
      let baseType = schema.complexTypes[Int(base)]
      type.base = base
      inheritAttributes(from: baseType, into: &type, byRestriction: how.name == "restriction")
      switch baseType.content {
      case .simple(let base): simple = base
      case .mixed where how.name == "restriction" && how.first("simpleType") != nil:
        simple = try simpleType(how.components[0], in: document, name: nil)
      default: throw document.error(.malformed, "the base of simple content must have simple content itself", how)
      }
      if how.name == "restriction" {
        if let inline = how.first("simpleType") { simple = try simpleType(inline, in: document, name: nil) }
        do throws(SimpleTypeError) {
          simple = try SimpleType(
            restricting: simple, name: nil, facets: try facets(of: how), fixed: fixedFacets(of: how),
            namespaces: SchemaNodeNamespaces(prefixes: how.prefixes))
        } catch { throw document.error(.malformed, error.message, how) }
      }
    }
    type.content = .simple(simple)
    try collectAttributes(of: how, in: document, into: &type)
  }

  private func defineComplexContent(
    _ type: inout ComplexType, _ content: SchemaNode, isMixed: Bool, in document: SchemaDocument
  ) throws(SchemaError) {
    let (how, baseName) = try derivation(content, in: document)
    type.derivation = how.name
    let own = try contentParticle(of: how, in: document)
    type.particle = own
    switch try typeReference(baseName, usedBy: (how, document)) {
    case .simple: throw document.error(.malformed, "complexContent cannot be derived from a simple type", how)
    case .any:
      if how.name == "extension" {
        let anything = Wildcard(namespaces: .any, process: .lax)
        type.particle = .sequence([.any(anything, min: 0, max: nil)] + (own.map { [$0] } ?? []), min: 1, max: 1)
        type.anyAttribute = anything
      }
    case .complex(let base):
      try defineComplexType(base)
      let baseType = schema.complexTypes[Int(base)]
      if case .simple(let simple) = baseType.content {
        // An extension that adds attributes alone keeps the content of its base, whatever it is (3.4.2).
        guard how.name == "extension", own == nil, !isMixed else {
          throw document.error(.malformed, "complexContent cannot be derived from a type with simple content", how)
        }
        type.base = base
        type.simpleBase = baseType.simpleBase
        type.content = .simple(simple)
        inheritAttributes(from: baseType, into: &type, byRestriction: false)
        return try collectAttributes(of: how, in: document, into: &type)
      }
      type.base = base
      inheritAttributes(from: baseType, into: &type, byRestriction: how.name == "restriction")
      if how.name == "extension" {
        switch (baseType.particle, own) {
        case (nil, _): break
        case (let inherited, nil): type.particle = inherited
        case (.all, _), (_, .all):
          throw document.error(.malformed, "an xs:all group cannot be extended", how)
        case (let inherited?, let own?): type.particle = .sequence([inherited, own], min: 1, max: 1)
        }
        if case .mixed = baseType.content {
          guard own == nil || isMixed else {
            throw document.error(
              .malformed, "the base is mixed, so an extension that adds elements must be: mixed=\"true\"", how)
          }
          type.content = .mixed
        } else if isMixed, baseType.particle != nil {
          throw document.error(.malformed, "the base is not mixed, so its extension cannot be", how)
        }
      }
    }
    if isMixed { type.content = .mixed }
    if case .mixed = type.content {} else { type.content = type.particle == nil ? .empty : .elements }
    try collectAttributes(of: how, in: document, into: &type)
  }

  func flag(_ node: SchemaNode, _ name: String) -> Bool {
    node.attributes[name] == "true" || node.attributes[name] == "1"
  }

  func derivationSet(_ text: String?) -> Set<String> {
    guard let text else { return [] }
    let words = Set(text.split(separator: " ").map(String.init))
    return words.contains("#all") ? ["extension", "restriction", "substitution"] : words
  }
}
