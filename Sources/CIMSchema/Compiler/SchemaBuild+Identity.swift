// Identity constraints: key, unique and keyref.

extension SchemaBuild {
  /// The constraints an element declaration carries, as places in `Schema.identityConstraints`.
  func identityConstraints(of node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> Range<Int32> {
    let written = node.components.filter { IdentityConstraint.Kind(rawValue: $0.name) != nil }
    guard let first = written.first else { return 0..<0 }
    // A declaration inside a group is compiled once per use of the group; its constraints are the same each time.
    if let known = constraintRanges[ObjectIdentifier(node)] { return known }
    guard node.attributes["ref"] == nil else {
      throw document.error(.malformed, "an element that refers to another cannot have constraints of its own", first)
    }
    if let type = node.components.drop(while: { $0 !== first }).first(where: { $0.name.hasSuffix("Type") }) {
      throw document.error(.malformed, "the type must stand before the constraints", type)
    }
    let start = Int32(schema.identityConstraints.count)
    for constraint in written { try identityConstraint(constraint, in: document) }
    let range = start..<Int32(schema.identityConstraints.count)
    constraintRanges[ObjectIdentifier(node)] = range
    return range
  }

  private func identityConstraint(_ node: SchemaNode, in document: SchemaDocument) throws(SchemaError) {
    guard let local = node.attributes["name"], let kind = IdentityConstraint.Kind(rawValue: node.name) else {
      throw document.error(.malformed, "'\(node.name)' needs a name", node)
    }
    if let problem = SimpleType.builtin("NCName")?.check(local, namespaces: NoNamespaces()) {
      throw document.error(.malformed, problem.message, node)
    }
    if kind != .keyref && node.attributes["refer"] != nil {
      throw document.error(.malformed, "only a keyref refers to another constraint", node)
    }
    let name = SchemaName(document.targetNamespace, local)
    guard constraintIDs.updateValue(Int32(schema.identityConstraints.count), forKey: name) == nil else {
      throw document.error(.duplicate, "the identity constraint '\(local)' is defined twice", node)
    }
    let parts = node.components
    guard parts.first?.name == "selector", parts.count > 1, parts.dropFirst().allSatisfy({ $0.name == "field" }) else {
      throw document.error(.malformed, "'\(local)' needs one selector and then one field or more", node)
    }
    var constraint = IdentityConstraint(
      name: name, kind: kind, selector: try identityPaths(of: parts[0], isField: false, in: document), fields: [],
      fieldTexts: [], refer: nil)
    for field in parts.dropFirst() {
      constraint.fields.append(try identityPaths(of: field, isField: true, in: document))
      constraint.fieldTexts.append(field.attributes["xpath"] ?? "")
    }
    if kind == .keyref {
      guard let refer = node.attributes["refer"] else {
        throw document.error(.malformed, "the keyref '\(local)' needs refer: the key it refers to", node)
      }
      references.append((schema.identityConstraints.count, try resolve(refer, at: node, in: document), node, document))
    }
    schema.identityConstraints.append(constraint)
  }

  private func identityPaths(of node: SchemaNode, isField: Bool, in document: SchemaDocument) throws(SchemaError)
    -> [IdentityPath]
  {
    guard let xpath = node.attributes["xpath"] else {
      throw document.error(.malformed, "a \(node.name) needs an xpath", node)
    }
    do throws(IdentityPathParser.Failure) {
      return try IdentityPathParser.parse(xpath, isField: isField) { node.prefixes[$0] }
    } catch {
      throw document.error(.malformed, error.message, node)
    }
  }

  /// Finds what each keyref refers to, once all constraints are known.
  func resolveKeyReferences() throws(SchemaError) {
    for (index, name, node, document) in references {
      guard let id = constraintIDs[name] else {
        throw document.error(.unresolved, "the key '\(name)' is not defined in this schema set", node)
      }
      let target = schema.identityConstraints[Int(id)]
      guard target.kind != .keyref else {
        throw document.error(.malformed, "'\(name.local)' is a keyref itself: refer to a key or unique", node)
      }
      let count = schema.identityConstraints[index].fields.count
      guard target.fields.count == count else {
        throw document.error(
          .malformed, "the keyref has \(count) fields, but '\(name.local)' has \(target.fields.count)", node)
      }
      schema.identityConstraints[index].refer = id
    }
  }
}
