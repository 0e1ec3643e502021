// xs:redefine: the definitions of another file, some of them replaced by derivations of themselves.

extension SchemaBuild {
  /// Takes in the redefined file, then puts the new definitions in the place of the old.
  ///
  /// The old definition stays under a name that no QName can spell; the new one refers to itself by its own name, and
  /// this reference, and no other, leads to the old one.
  ///
  /// - SeeAlso: XML Schema Part 1, 4.2.2 (src-redefine)
  func redefine(_ node: SchemaNode, in document: SchemaDocument) throws(SchemaError) {
    let path = try location(of: node, in: document)
    try load(path, chameleon: document.targetNamespace, requestedBy: (document, node))
    for child in node.components {
      switch child.name {
      case "simpleType", "complexType": try replace(child, of: path, in: document, among: \.typeDefinitions)
      case "group": try replace(child, of: path, in: document, among: \.groupDefinitions)
      case "attributeGroup": try replace(child, of: path, in: document, among: \.attributeGroupDefinitions)
      default: throw document.error(.malformed, "'\(child.name)' cannot be redefined", child)
      }
    }
  }

  private func replace(
    _ node: SchemaNode, of path: String, in document: SchemaDocument,
    among table: ReferenceWritableKeyPath<SchemaBuild, [SchemaName: Definition]>
  ) throws(SchemaError) {
    let name = try globalName(of: node, in: document)
    guard let old = self[keyPath: table][name], old.node.name == node.name else {
      throw document.error(
        .unresolved, "'\(name.local)' is redefined, but the redefined file has no \(node.name) of this name", node)
    }
    guard !replaced.contains(ObjectIdentifier(old.node)) || includes(path, old.document.file) else {
      throw document.error(
        .duplicate, "'\(name.local)' is redefined twice, first in \(old.document.file):\(old.node.line)", node)
    }
    replaced.insert(ObjectIdentifier(node))
    var hidden = name
    repeat { hidden.local += " (redefined)" } while self[keyPath: table][hidden] != nil
    let selves = try references(from: node, to: name, in: document)
    if node.name == "simpleType" || node.name == "complexType" {
      guard selves.count == 1 else {
        throw document.error(.malformed, "'\(name.local)' is redefined, so it must be derived from itself", node)
      }
    } else if selves.count > 1 {
      throw document.error(.malformed, "'\(name.local)' may refer to what it redefines only once", selves[1])
    }
    for reference in selves {
      if reference.name == "group",
        (reference.attributes["minOccurs"] ?? "1") != "1" || (reference.attributes["maxOccurs"] ?? "1") != "1"
      {
        throw document.error(.malformed, "the reference to the redefined group must occur exactly once", reference)
      }
      redirections[ObjectIdentifier(reference)] = hidden
    }
    self[keyPath: table][hidden] = old
    hiddenNames.insert(hidden)
    self[keyPath: table][name] = Definition(node: node, document: document)
  }

  /// Whether a file is another or is included by it, however far down.
  private func includes(_ path: String, _ file: String) -> Bool {
    var seen: Set<String> = []
    var open = [path]
    while let next = open.popLast() {
      if next == file { return true }
      if seen.insert(next).inserted { open += inclusions[next] ?? [] }
    }
    return false
  }

  /// The places where a definition may refer to what it replaces.
  private func references(from node: SchemaNode, to name: SchemaName, in document: SchemaDocument) throws(SchemaError)
    -> [SchemaNode]
  {
    var result: [SchemaNode] = []
    switch node.name {
    case "simpleType", "complexType":
      let content = node.first("complexContent") ?? node.first("simpleContent") ?? node
      for how in content.components where how.name == "restriction" || how.name == "extension" {
        if let base = how.attributes["base"], try resolve(base, at: how, in: document) == name { result.append(how) }
      }
    default:
      var open = node.components
      while let part = open.popLast() {
        if part.name == node.name {
          if let text = part.attributes["ref"], try resolve(text, at: part, in: document) == name {
            result.append(part)
          }
        } else if part.name != "element" {
          // Groups inside an element's own type are another matter: there the new definition counts.
          open += part.components.reversed()
        }
      }
    }
    return result
  }

  /// Takes the replaced definitions out of the tables: nothing can name them.
  func forgetRedefined() {
    for name in hiddenNames {
      schema.namedComplexTypes[name] = nil
      schema.namedSimpleTypes[name] = nil
    }
  }
}
