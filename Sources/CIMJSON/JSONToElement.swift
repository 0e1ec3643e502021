// From JSON to elements.
import CIMModel
import CIMSchema
import XMLPull

/// Builds elements by the rules of their types. What JSON cannot say wrongly is checked here; the rest is the decoder's.
struct JSONToElement {
  let store: SchemaStore
  /// Namespaces of roots by local name, for documents that do not say it.
  let roots: [String: String]
  let depthLimit: Int
  private var path = JSONPath()
  private var depth = 0

  init(store: SchemaStore, roots: [String: String], depthLimit: Int) {
    self.store = store
    self.roots = roots
    self.depthLimit = depthLimit
  }

  mutating func document(_ node: JSONNode) throws(LocatedProblem) -> Element {
    try foreign(node, isOpaque: false, inherited: nil, isRoot: true)
  }

  func problem(_ code: JSONProblem.Code, _ message: String, at offset: Int) -> LocatedProblem {
    LocatedProblem(code: code, message: message, offset: offset, path: path.text)
  }

  private mutating func within<Result>(
    _ step: JSONPath.Step, _ body: (inout JSONToElement) throws(LocatedProblem) -> Result
  ) throws(LocatedProblem) -> Result {
    path.steps.append(step)
    let result = try body(&self)
    path.steps.removeLast()
    return result
  }

  // MARK: Documents

  /// An object of "$namespace" and one member.
  private mutating func foreign(
    _ node: JSONNode, isOpaque: Bool, inherited: String?, isRoot: Bool = false
  ) throws(LocatedProblem) -> Element {
    guard case .object(let members) = node.value else {
      throw problem(
        .noDocument, "an object of \"\(Vocabulary.namespace)\" and one element must stand here, not \(node.kind)",
        at: node.offset)
    }
    var namespace = inherited
    var content: JSONNode.Member?
    for member in members {
      if member.name == Vocabulary.namespace {
        guard case .string(let text) = member.node.value else {
          throw problem(.wrongKind, "\"\(Vocabulary.namespace)\" must be a string", at: member.node.offset)
        }
        namespace = text
      } else if let first = content {
        throw problem(
          .noDocument,
          "'\(first.name)' and '\(member.name.prefix(80))' cannot both stand here: one element per object",
          at: member.offset)
      } else {
        content = member
      }
    }
    guard let content else { throw problem(.noDocument, "the object names no element", at: node.offset) }
    guard XMLCharacters.isNCName(content.name) else {
      throw problem(.name, "'\(content.name.prefix(80))' is no name of an element", at: content.offset)
    }
    guard let namespace = namespace ?? (isRoot ? roots[content.name] : nil) else {
      throw problem(
        .noDocument,
        "\"\(Vocabulary.namespace)\" is missing beside '\(content.name)': name the namespace of the element",
        at: node.offset)
    }
    return try within(.member(content.name)) { (mapper) throws(LocatedProblem) in
      var element = Element(content.name, in: namespace)
      if let (declaration, schema) = mapper.store.global(SchemaName(namespace, content.name), isOpaque: isOpaque) {
        try mapper.fill(&element, from: content.node, declaration, schema)
      } else {
        try mapper.fillUntyped(&element, from: content.node, isOpaque: isOpaque)
      }
      return element
    }
  }

  // MARK: Declared elements

  private mutating func fill(
    _ element: inout Element, from node: JSONNode, _ declaration: ElementDeclaration, _ schema: LoadedSchema
  ) throws(LocatedProblem) {
    if case .null = node.value {
      guard declaration.isNillable else {
        throw problem(
          .wrongKind, "null cannot stand here: '\(element.name)' is not nillable; leave the property out",
          at: node.offset)
      }
      element.attributes = [Element.Attribute(namespace: Vocabulary.xsi, name: "nil", value: "true")]
      return
    }
    switch SchemaStore.rule(for: declaration, in: schema, typeName: typeName(in: node)) {
    case .simple(let type): try fillValue(&element, from: node, ScalarForm(type), nil)
    case .complex(let plan, let schema):
      if plan.isValue {
        try fillValue(&element, from: node, ScalarForm(plan.valueType), plan)
      } else {
        try fillObject(&element, from: node, plan, schema)
      }
    case .untyped(let isOpaque): try fillUntyped(&element, from: node, isOpaque: isOpaque)
    }
  }

  private func typeName(in node: JSONNode) -> String? {
    guard case .object(let members) = node.value, let member = members.first(where: { $0.name == "@xsi:type" }),
      case .string(let text) = member.node.value
    else { return nil }
    return text
  }

  private mutating func fillValue(
    _ element: inout Element, from node: JSONNode, _ form: ScalarForm, _ plan: TypePlan?
  ) throws(LocatedProblem) {
    guard case .object(let members) = node.value else {
      element.text = try text(of: node, form, in: element.name)
      return
    }
    for member in members {
      if member.name == Vocabulary.text {
        element.text = try within(.member(member.name)) { (mapper) throws(LocatedProblem) in
          try mapper.text(of: member.node, form, in: element.name)
        }
      } else if member.name.first == "@" {
        try addAttribute(member, to: &element, plan, takesAll: false)
      } else {
        throw unknown(member, in: element.name, known: [Vocabulary.text] + attributeKeys(plan))
      }
    }
  }

  private mutating func fillObject(
    _ element: inout Element, from node: JSONNode, _ plan: TypePlan, _ schema: LoadedSchema
  ) throws(LocatedProblem) {
    guard case .object(let members) = node.value else {
      if plan.takesText, case .string(let text) = node.value {
        element.text = text
        return
      }
      throw problem(
        .wrongKind,
        "'\(element.name)' must be an object, not \(node.kind)"
          + (isArray(node) ? ": it can stand only once here" : ""), at: node.offset)
    }
    var groups = ChildGroups(plan: plan)
    var items: [Element]?
    for member in members {
      switch member.name {
      case Vocabulary.text where plan.takesText:
        element.text = try within(.member(member.name)) { (mapper) throws(LocatedProblem) in
          try mapper.text(of: member.node, .text, in: element.name)
        }
      case Vocabulary.items:
        items = try self.items(member.node, in: element, plan, schema)
      case Vocabulary.any where !plan.wildcards.isEmpty:
        let found = try array(member) { (mapper, node) throws(LocatedProblem) in
          try mapper.foreignChild(node, in: plan)
        }
        groups.add(found, as: TypePlan.wildcard)
      case let name where name.first == "@":
        try addAttribute(member, to: &element, plan, takesAll: false)
      default:
        guard let entry = plan.entry(forKey: member.name) else {
          throw unknown(member, in: element.name, known: propertyKeys(plan))
        }
        if plan.entries[entry].isRepeated {
          let found = try array(member) { (mapper, node) throws(LocatedProblem) in
            try mapper.child(node, entry, plan, schema)
          }
          groups.add(found, as: entry)
        } else {
          let found = try within(.member(member.name)) { (mapper) throws(LocatedProblem) in
            try mapper.child(member.node, entry, plan, schema)
          }
          groups.add([found], as: entry)
        }
      }
    }
    if let items {
      guard groups.isEmpty else {
        throw problem(
          .wrongKind, "\"\(Vocabulary.items)\" holds all elements of '\(element.name)': none may stand beside it",
          at: node.offset)
      }
      element.children = items
    } else {
      element.children = groups.arranged()
    }
  }

  // MARK: Children

  private mutating func child(
    _ node: JSONNode, _ entry: Int, _ plan: TypePlan, _ schema: LoadedSchema
  ) throws(LocatedProblem) -> Element {
    try checkDepth(node)
    depth += 1
    let declaration = schema.schema.elements[Int(plan.entries[entry].element)]
    var element = Element(declaration.name.local, in: declaration.name.namespace)
    try fill(&element, from: node, declaration, schema)
    depth -= 1
    return element
  }

  private mutating func foreignChild(_ node: JSONNode, in plan: TypePlan) throws(LocatedProblem) -> Element {
    var namespace = ""
    if case .object(let members) = node.value,
      let member = members.first(where: { $0.name == Vocabulary.namespace }), case .string(let text) = member.node.value
    {
      namespace = text
    }
    return try nested(node, isOpaque: plan.process(namespace) == .skip, inherited: nil)
  }

  private mutating func nested(
    _ node: JSONNode, isOpaque: Bool, inherited: String?
  ) throws(LocatedProblem) -> Element {
    try checkDepth(node)
    depth += 1
    let element = try foreign(node, isOpaque: isOpaque, inherited: inherited)
    depth -= 1
    return element
  }

  private func checkDepth(_ node: JSONNode) throws(LocatedProblem) {
    guard depth < depthLimit - 1 else {
      throw problem(.depthLimit, "elements are nested deeper than \(depthLimit)", at: node.offset)
    }
  }

  /// All children in order: declared ones by their property names, others as documents.
  private mutating func items(
    _ node: JSONNode, in element: Element, _ plan: TypePlan, _ schema: LoadedSchema
  ) throws(LocatedProblem) -> [Element] {
    let member = JSONNode.Member(name: Vocabulary.items, offset: node.offset, node: node)
    return try array(member) { (mapper, item) throws(LocatedProblem) in
      guard case .object(let members) = item.value, !members.isEmpty else {
        throw mapper.problem(
          .wrongKind, "an object with one element must stand here, not \(item.kind)", at: item.offset)
      }
      if members.contains(where: { $0.name == Vocabulary.namespace }) {
        return try mapper.foreignChild(item, in: plan)
      }
      let first = members[0]
      guard let entry = plan.entry(forKey: first.name) else {
        throw mapper.unknown(first, in: element.name, known: plan.entries.map(\.key))
      }
      guard members.count == 1 else {
        throw mapper.problem(.wrongKind, "one element per object, in order", at: members[1].offset)
      }
      return try mapper.within(.member(first.name)) { (mapper) throws(LocatedProblem) in
        try mapper.child(first.node, entry, plan, schema)
      }
    }
  }

  private mutating func array(
    _ member: JSONNode.Member,
    _ body: (inout JSONToElement, JSONNode) throws(LocatedProblem) -> Element
  ) throws(LocatedProblem) -> [Element] {
    try within(.member(member.name)) { (mapper) throws(LocatedProblem) in
      guard case .array(let nodes) = member.node.value else {
        throw mapper.problem(
          .wrongKind, "'\(member.name)' must be an array, also of one: [\u{2026}], not \(member.node.kind)",
          at: member.node.offset)
      }
      var elements: [Element] = []
      elements.reserveCapacity(nodes.count)
      for (index, node) in nodes.enumerated() {
        elements.append(
          try mapper.within(.index(index)) { (mapper) throws(LocatedProblem) in try body(&mapper, node) })
      }
      return elements
    }
  }

  // MARK: Undeclared elements

  private mutating func fillUntyped(
    _ element: inout Element, from node: JSONNode, isOpaque: Bool
  ) throws(LocatedProblem) {
    guard case .object(let members) = node.value else {
      element.text = try text(of: node, .text, in: element.name)
      return
    }
    for member in members {
      switch member.name {
      case Vocabulary.text:
        element.text = try within(.member(member.name)) { (mapper) throws(LocatedProblem) in
          try mapper.text(of: member.node, .text, in: element.name)
        }
      case Vocabulary.items:
        let namespace = element.namespace
        element.children = try array(member) { (mapper, item) throws(LocatedProblem) in
          try mapper.nested(item, isOpaque: isOpaque, inherited: namespace)
        }
      case let name where name.first == "@": try addAttribute(member, to: &element, nil, takesAll: true)
      default:
        let names = "\"@\u{2026}\", \"\(Vocabulary.text)\", \"\(Vocabulary.items)\""
        throw problem(
          .unknownProperty,
          "'\(member.name.prefix(80))' cannot stand in '\(element.name)', which no schema declares; it takes \(names)",
          at: member.offset)
      }
    }
  }
}
