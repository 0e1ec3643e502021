// Attribute declarations, attribute groups and attribute wildcards.

extension SchemaBuild {
  func attribute(_ node: SchemaNode, in document: SchemaDocument, isGlobal: Bool) throws(SchemaError) -> AttributeUse {
    var use: AttributeUse
    if let reference = node.attributes["ref"] {
      let name = try resolve(reference, at: node, in: document)
      if let definition = attributeDefinitions[name] {
        use = try attribute(definition.node, in: definition.document, isGlobal: true)
      } else if name.namespace == "http://www.w3.org/XML/1998/namespace" {
        // xml:lang and its kin are always there.
        use = AttributeUse(
          name: name, type: try builtin("string", node, document), isRequired: false, isProhibited: false, fixed: nil,
          defaultValue: nil, documentation: "")
      } else {
        throw document.error(.unresolved, "the attribute '\(name)' is not defined in this schema set", node)
      }
    } else {
      guard let name = node.attributes["name"] else {
        throw document.error(.malformed, "an attribute needs a name or a ref", node)
      }
      let isQualified = node.attributes["form"].map { $0 == "qualified" } ?? document.qualifiesAttributes
      let type: SimpleType
      if let text = node.attributes["type"] {
        type = try simpleTypeReference(text, at: node, in: document)
      } else if let inline = node.first("simpleType") {
        type = try simpleType(inline, in: document, name: nil)
      } else {
        type = try builtin("anySimpleType", node, document)
      }
      use = AttributeUse(
        name: SchemaName(isGlobal || isQualified ? document.targetNamespace : "", name), type: type, isRequired: false,
        isProhibited: false, fixed: nil, defaultValue: nil, documentation: node.documentation)
    }
    try checkNotation(use.type, at: node, in: document)
    try noteValueConstraint(of: node, type: .simple(use.type), in: document)
    if let declared = use.fixed, node.attributes["default"] != nil || node.attributes["fixed"] != nil {
      let namespaces = SchemaNodeNamespaces(prefixes: node.prefixes)
      guard let own = node.attributes["fixed"], use.type.areEqual(own, declared, namespaces: namespaces) else {
        throw document.error(
          .malformed, "the attribute '\(use.name.local)' is fixed to '\(declared)' where it is declared", node)
      }
    }
    if let fixed = node.attributes["fixed"] { use.fixed = fixed }
    if let value = node.attributes["default"] { use.defaultValue = value }
    use.isRequired = node.attributes["use"] == "required"
    use.isProhibited = node.attributes["use"] == "prohibited"
    return use
  }

  private func builtin(_ name: String, _ node: SchemaNode, _ document: SchemaDocument) throws(SchemaError) -> SimpleType
  {
    guard let type = SimpleType.builtin(name) else {
      throw document.error(.unresolved, "the builtin type '\(name)' is missing", node)
    }
    return type
  }

  /// Adds the attributes written in a type or derivation to those the type has inherited.
  func collectAttributes(of node: SchemaNode, in document: SchemaDocument, into type: inout ComplexType)
    throws(SchemaError)
  {
    var own: [AttributeUse] = []
    var wildcards: [Wildcard] = []
    var seen: Set<SchemaName> = []
    try gatherAttributes(of: node, in: document, uses: &own, wildcards: &wildcards, seen: &seen)
    for use in own {
      type.attributes.removeAll { $0.name == use.name }
      if !use.isProhibited { type.attributes.append(use) }
    }
    if let wildcard = try intersection(wildcards, node, document) {
      if type.derivation == "extension", let inherited = type.anyAttribute {
        type.anyAttribute = Wildcard(
          namespaces: union(inherited.namespaces, wildcard.namespaces), process: wildcard.process)
      } else {
        type.anyAttribute = wildcard
      }
    }
  }

  func inheritAttributes(from base: ComplexType, into type: inout ComplexType, byRestriction: Bool) {
    type.attributes = base.attributes
    // A restriction keeps a wildcard only by repeating it.
    type.anyAttribute = byRestriction ? nil : base.anyAttribute
  }

  /// Holds an attribute group against the rules, whether or not a type refers to it.
  func checkAttributeGroup(_ name: SchemaName, _ definition: Definition) throws(SchemaError) {
    var uses: [AttributeUse] = []
    var wildcards: [Wildcard] = []
    var seen: Set<SchemaName> = []
    let mark = SchemaName("@" + name.namespace, name.local)
    groupsUnderWay.insert(mark)
    try gatherAttributes(
      of: definition.node, in: definition.document, uses: &uses, wildcards: &wildcards, seen: &seen)
    groupsUnderWay.remove(mark)
  }

  /// - Parameter seen: groups whose attributes are among the uses already: groups of groups can double with every line.
  private func gatherAttributes(
    of node: SchemaNode, in document: SchemaDocument, uses: inout [AttributeUse], wildcards: inout [Wildcard],
    seen: inout Set<SchemaName>
  ) throws(SchemaError) {
    for child in node.components {
      switch child.name {
      case "attribute":
        let use = try attribute(child, in: document, isGlobal: false)
        if uses.contains(where: { $0.name == use.name }) {
          throw document.error(.duplicate, "the attribute '\(use.name.local)' is declared twice here", child)
        }
        uses.append(use)
      case "attributeGroup":
        guard let text = child.attributes["ref"] else {
          throw document.error(.malformed, "an attributeGroup needs a ref here", child)
        }
        let name = try resolve(text, at: child, in: document)
        guard let definition = attributeGroupDefinitions[name] else {
          throw document.error(.unresolved, "the attribute group '\(name)' is not defined in this schema set", child)
        }
        guard groupsUnderWay.insert(SchemaName("@" + name.namespace, name.local)).inserted else {
          throw document.error(.circular, "the attribute group '\(name.local)' contains itself", child)
        }
        try descend(at: child, in: document)
        defer { ascend() }
        var inner: [AttributeUse] = []
        if !seen.contains(name) {
          try gatherAttributes(
            of: definition.node, in: definition.document, uses: &inner, wildcards: &wildcards, seen: &seen)
          seen.insert(name)
        }
        groupsUnderWay.remove(SchemaName("@" + name.namespace, name.local))
        for use in inner where !uses.contains(where: { $0.name == use.name }) { uses.append(use) }
      case "anyAttribute": wildcards.append(try wildcard(child, in: document))
      default: break
      }
    }
  }

  func wildcard(_ node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> Wildcard {
    let process: Wildcard.Process
    switch node.attributes["processContents"] ?? "strict" {
    case "strict": process = .strict
    case "lax": process = .lax
    case "skip": process = .skip
    case let other:
      throw document.error(.malformed, "processContents must be strict, lax or skip, not '\(other)'", node)
    }
    switch node.attributes["namespace"] ?? "##any" {
    case "##any": return Wildcard(namespaces: .any, process: process)
    case "##other": return Wildcard(namespaces: .other(document.targetNamespace), process: process)
    case let list:
      let names = list.split { $0 == " " || $0.isNewline || $0 == "\t" }.map { word -> String in
        switch word {
        case "##targetNamespace": return document.targetNamespace
        case "##local": return ""
        default: return String(word)
        }
      }
      return Wildcard(namespaces: .list(Set(names)), process: process)
    }
  }

  private func union(_ a: Wildcard.Namespaces, _ b: Wildcard.Namespaces) -> Wildcard.Namespaces {
    switch (a, b) {
    case (.list(let x), .list(let y)): return .list(x.union(y))
    case (.other(let x), .other(let y)) where x == y: return a
    case (.other(let x), .list(let y)), (.list(let y), .other(let x)):
      return y.contains(x) || y.contains("") ? .any : .other(x)
    default: return .any
    }
  }

  private func intersection(_ all: [Wildcard], _ node: SchemaNode, _ document: SchemaDocument) throws(SchemaError)
    -> Wildcard?
  {
    guard var result = all.first else { return nil }
    for next in all.dropFirst() {
      switch (result.namespaces, next.namespaces) {
      case (.any, let other): result.namespaces = other
      case (_, .any): break
      case (.list(let x), .list(let y)): result.namespaces = .list(x.intersection(y))
      case (.list(let x), .other(let y)), (.other(let y), .list(let x)):
        result.namespaces = .list(x.subtracting(["", y]))
      case (.other(let x), .other(let y)) where x == y: break
      default:
        throw document.error(.unsupported, "two attribute wildcards with different ##other cannot be combined", node)
      }
    }
    return result
  }
}
