// Values and their order, led by the schema.
import CIMModel
import CIMSchema

extension RepairRun {
  /// Puts values below an element into the form of their types, leaves out placeholders, and orders children.
  ///
  /// - Parameter isEnvelope: placeholders are left out wherever the schema lets them be; in payloads only where they are
  ///   no valid value. Payloads inside an envelope have been through by themselves.
  mutating func alignValues(
    _ node: inout DocumentNode, _ type: TypeReference, _ view: SchemaView, isEnvelope: Bool
  ) {
    switch type {
    case .simple(let simple): alignText(&node, simple)
    case .any: return
    case .complex(let id):
      let complex = view.schema.complexTypes[Int(id)]
      alignAttributes(&node, complex)
      if case .simple(let simple) = complex.content {
        alignText(&node, simple)
      } else {
        alignChildren(&node, view.table(of: id), view, isEnvelope)
      }
    }
  }

  private mutating func alignChildren(
    _ node: inout DocumentNode, _ table: ContentTable, _ view: SchemaView, _ isEnvelope: Bool
  ) {
    var kept: [DocumentNode] = []
    kept.reserveCapacity(node.children.count)
    for index in node.children.indices {
      var child = node.children[index]
      log.enter(child)
      defer { log.leave() }
      if let element = table.element(child.name) {
        let declaration = view.declaration(element)
        if declaration.name.namespace == child.namespace, declaration.name.local == child.name {
          if isSuperfluous(child, declaration, isEnvelope) { continue }
          alignValues(&child, declaration.type, view, isEnvelope: isEnvelope)
        }
      }
      kept.append(child)
    }
    node.children = kept
    if let places = table.places { order(&node, places) }
  }

  private mutating func isSuperfluous(
    _ node: DocumentNode, _ declaration: ElementDeclaration, _ isEnvelope: Bool
  ) -> Bool {
    guard declaration.minOccurs == 0, words.isPlaceholder(node), node.name != "Payload" else { return false }
    if !isEnvelope {
      // "?" is a name like any other where text is wanted.
      guard node.isLeaf, case .simple(let type) = declaration.type,
        type.check(node.text, namespaces: NoNamespaces()) != nil
      else { return false }
    }
    log.note(node.line, "'\(node.name)' was left out: it holds a placeholder")
    return true
  }

  // MARK: Values

  private mutating func alignText(_ node: inout DocumentNode, _ type: SimpleType) {
    guard node.isLeaf, !node.text.isEmpty, let text = aligned(node.text, type) else { return }
    log.note(node.line, "'\(node.text.trimmed.shortened)' was read as '\(text)'")
    node.text = text
  }

  private mutating func alignAttributes(_ node: inout DocumentNode, _ type: ComplexType) {
    for index in node.attributes.indices {
      let attribute = node.attributes[index]
      guard
        let use = type.attributes.first(where: {
          $0.name.local == attribute.name && $0.name.namespace == attribute.namespace
        }), let value = aligned(attribute.value, use.type)
      else { continue }
      log.note(node.line, "\(attribute.name) '\(attribute.value.shortened)' was read as '\(value)'")
      node.attributes[index].value = value
    }
  }

  /// A value in its type's form; nil where it is that already, or where no form can be found.
  private func aligned(_ text: String, _ type: SimpleType) -> String? {
    switch type.variety {
    case .atomic(.dateTime): return alignedStamp(text, type)
    case .atomic(.boolean):
      let word = text.trimmed.lowercased()
      return ["true", "false"].contains(word) && word != text.trimmed ? word : nil
    case .atomic:
      guard let values = type.enumeration, text.utf8.count <= 256, !values.contains(text) else { return nil }
      let word = text.trimmed.lowercased()
      let same = values.filter { $0.lowercased() == word }
      return same.count == 1 && same[0] != text && type.check(text, namespaces: NoNamespaces()) != nil ? same[0] : nil
    default: return nil
    }
  }

  private func alignedStamp(_ text: String, _ type: SimpleType) -> String? {
    let isValid = type.check(text, namespaces: NoNamespaces()) == nil
    // Nothing to do but for its zone, and that only where the dialect has one.
    if isValid, dialect.zone == nil { return nil }
    guard let stamp = StampText(dialect).standard(text), stamp != text.trimmed,
      type.check(stamp, namespaces: NoNamespaces()) == nil
    else { return nil }
    return stamp
  }

  // MARK: Order

  /// Puts children into the order of the schema; one that the schema does not know stays behind its neighbour.
  private mutating func order(_ node: inout DocumentNode, _ places: [String: Int]) {
    var order: [Int] = []
    var last = 0
    var isOrdered = true
    var moved: DocumentNode?
    for child in node.children {
      let place = places[child.name] ?? places["*"] ?? order.last ?? 0
      if place < last {
        isOrdered = false
        // That our own additions go to their places is nothing to tell.
        if moved == nil, !child.isAdded { moved = child }
      }
      last = max(last, place)
      order.append(place)
    }
    if isOrdered { return }
    if let moved {
      log.note(moved.line, "the elements of '\(node.name)' were put in order: '\(moved.name)' came too late")
    }
    node.children = zip(order, node.children).enumerated()
      .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
  }
}

extension SimpleType {
  /// The values of an enumeration, as the schema writes them; nil where the type has none.
  fileprivate var enumeration: [String]? {
    for facet in facets {
      if case .enumeration(let values) = facet { return values }
    }
    return nil
  }
}
