// What a schema says of values beside their types: defaults, fixed values and notations.

/// A default or fixed value, to be held against its type once all types are known.
struct ValueConstraint {
  let text: String
  let kind: String
  let type: TypeReference
  let node: SchemaNode
  let document: SchemaDocument
}

extension SchemaBuild {
  /// Notes the default or fixed value of an element or attribute declaration.
  func noteValueConstraint(of node: SchemaNode, type: TypeReference, in document: SchemaDocument) throws(SchemaError) {
    let (fixed, standard) = (node.attributes["fixed"], node.attributes["default"])
    if fixed != nil && standard != nil {
      throw document.error(.malformed, "an \(node.name) cannot have both a default and a fixed value", node)
    }
    if node.name == "attribute", standard != nil, let use = node.attributes["use"], use != "optional" {
      throw document.error(.malformed, "an attribute with a default must be optional", node)
    }
    guard let text = fixed ?? standard else { return }
    valueConstraints.append(
      ValueConstraint(
        text: text, kind: fixed == nil ? "default" : "fixed value", type: type, node: node, document: document))
  }

  /// - SeeAlso: XML Schema Part 1, 3.3.6 (cos-valid-default, e-props-correct) and 3.2.6 (a-props-correct)
  func checkValueConstraints() throws(SchemaError) {
    for constraint in valueConstraints {
      let (node, document) = (constraint.node, constraint.document)
      let type: SimpleType
      switch constraint.type {
      case .any: continue
      case .simple(let simple): type = simple
      case .complex(let id):
        let complex = schema.complexTypes[Int(id)]
        switch complex.content {
        case .simple(let simple): type = simple
        case .mixed where isEmptiable(complex.model): continue
        default:
          throw document.error(
            .malformed, "a \(constraint.kind) needs a type that takes text: simple content, or mixed and allowed empty",
            node)
        }
      }
      if type.isID {
        throw document.error(.malformed, "an ID cannot have a \(constraint.kind): it would stand twice", node)
      }
      let namespaces = SchemaNodeNamespaces(prefixes: node.prefixes)
      if let problem = type.check(constraint.text, namespaces: namespaces) {
        throw document.error(
          .malformed, "the \(constraint.kind) does not fit the type of this \(node.name): \(problem.message)", node)
      }
    }
  }

  private func isEmptiable(_ model: ContentModel) -> Bool {
    if let members = model.all { return model.allIsOptional || !members.contains(where: \.isRequired) }
    return model.states.first?.accepts ?? true
  }

  // MARK: Notations

  /// An element or attribute may use NOTATION only by way of a list of notations.
  ///
  /// - SeeAlso: XML Schema Part 2, 3.2.19 (enumeration-required-notation)
  func checkNotation(_ type: SimpleType, at node: SchemaNode, in document: SchemaDocument) throws(SchemaError) {
    guard case .atomic(.NOTATION) = type.variety, !type.facets.contains(where: { $0.kind == .enumeration }) else {
      return
    }
    throw document.error(
      .malformed, "NOTATION cannot be used as it is: restrict it by an enumeration of notations", node)
  }

  /// The values of an enumeration of notations must be declared.
  func checkNotationNames(_ node: SchemaNode, base: SimpleType, in document: SchemaDocument) throws(SchemaError) {
    guard case .atomic(.NOTATION) = base.variety else { return }
    for facet in node.components where facet.name == "enumeration" {
      let text = facet.attributes["value"] ?? ""
      guard notationNames.contains(try resolve(text, at: facet, in: document)) else {
        throw document.error(.unresolved, "the notation '\(text)' is not defined in this schema set", facet)
      }
    }
  }
}
