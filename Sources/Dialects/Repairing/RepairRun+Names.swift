// Names and namespaces, led by the schema: what an element is taken for is what the schema has in its place.
import CIMModel
import CIMProfiles
import CIMSchema
import IECMessage

extension RepairRun {
  /// Gives the elements below one the names and namespaces that its type declares, and puts payloads into theirs.
  mutating func alignNames(_ node: inout DocumentNode, _ type: TypeReference, _ view: SchemaView) {
    guard case .complex(let id) = type else { return }
    let table = view.table(of: id)
    var kept: [DocumentNode] = []
    kept.reserveCapacity(node.children.count)
    for index in node.children.indices {
      var child = node.children[index]
      log.enter(child)
      defer { log.leave() }
      guard renamed(&child, in: node) else { continue }
      let declaration = table.element(child.name).map { view.declaration($0) }
      if let declaration, !schemas.isProfile(declaration.name), belongs(child, to: declaration.name, under: node) {
        if child.name != declaration.name.local {
          log.noteOnce(child.line, "'\(child.name)' was read as '\(declaration.name.local)'")
          child.name = declaration.name.local
        }
        if child.namespace != declaration.name.namespace {
          noteNamespace(child, as: declaration.name.namespace)
          child.namespace = declaration.name.namespace
        }
        shapeLeaf(&child, declaration)
        alignNames(&child, declaration.type, view)
      } else if ["Request", "Payload", "Operation"].contains(node.name), isEnvelopePart(node) {
        alignPayload(&child)
      }
      kept.append(child)
    }
    node.children = kept
  }

  /// Applies the dialect's own names.
  ///
  /// - Returns: false where the element is left out.
  private mutating func renamed(_ child: inout DocumentNode, in parent: DocumentNode) -> Bool {
    guard let target = words.element(child.name, in: parent) else { return true }
    if target.isEmpty {
      let text = child.isLeaf && !child.trimmedText.isEmpty ? ", which said '\(child.trimmedText.shortened)'," : ""
      log.note(child.line, "'\(child.name)'\(text) was left out, as the dialect says")
      return false
    }
    let parts = target.split(separator: "@", maxSplits: 1).map(String.init)
    let name = parts[0]
    if parts.count == 2 {
      // Only a leaf has a text to be moved; without one it has the standard's form already.
      guard child.isLeaf, !child.trimmedText.isEmpty else { return true }
      log.note(child.line, "'\(child.name)' was read as '\(name)' with its text as \(parts[1])")
      child.attributes = [.init(name: parts[1], value: child.trimmedText)]
      child.text = ""
    } else if child.name != name {
      log.noteOnce(child.line, "'\(child.name)' was read as '\(name)'")
    }
    child.name = name
    return true
  }

  /// Whether an element's namespace is one from which it may be taken for the declared element.
  private func belongs(_ child: DocumentNode, to name: SchemaName, under parent: DocumentNode) -> Bool {
    if child.namespace == name.namespace { return true }
    // Elements of a payload have its namespace by now.
    guard
      name.namespace == Envelope.namespace || name.namespace == Envelope.wrapper
        || TypedNamespace(name.namespace) != nil
    else {
      return child.namespace.isEmpty && dialect.acceptsNoNamespace
    }
    return isEnvelope(child.namespace) || standardTyped(child.namespace) == parent.namespace
      || TypedNamespace(standardTyped(child.namespace)) != nil
  }

  /// Option as plain text instead of name and value.
  private mutating func shapeLeaf(_ node: inout DocumentNode, _ declaration: ElementDeclaration) {
    guard declaration.name.local == "Option", node.isLeaf, !node.trimmedText.isEmpty, isEnvelopePart(node) else {
      return
    }
    log.note(node.line, "the text of 'Option' was read as its name")
    node.children = [DocumentNode("name", in: Envelope.namespace, line: node.line, text: node.trimmedText)]
    node.text = ""
  }

  // MARK: Payloads

  /// Whether the dialect maps an element to a profile.
  func isMapped(_ node: DocumentNode) -> Bool {
    standardName(of: node).map { $0.namespace != node.namespace || $0.local != node.name } ?? false
  }

  /// The profile that the root of a payload stands for; nil where none can be told.
  private func standardName(of node: DocumentNode) -> SchemaName? {
    if schemas.isProfile(SchemaName(node.namespace, node.name)) { return SchemaName(node.namespace, node.name) }
    let mapped = words.noun(node.name) ?? node.name
    guard let profile = schemas.profile(mapped) ?? foldedProfile(mapped) else { return nil }
    let pattern = TypedNamespace(standardTyped(node.namespace)) != nil
    for (foreign, standard) in dialect.namespaces {
      guard foreign == node.namespace || foreign.replacingNoun(node.name) == node.namespace else { continue }
      return SchemaName(standard == "*" ? profile.namespace : standard.replacingNoun(profile.noun), profile.noun)
    }
    guard isEnvelope(node.namespace) || pattern || node.namespace == profile.namespace else { return nil }
    return SchemaName(profile.namespace, profile.noun)
  }

  private func foldedProfile(_ name: String) -> SchemaLibrary.Profile? {
    foldedNouns[name.lowercased()].flatMap { schemas.profile($0) }
  }

  /// Puts a payload's root, and all in it that shares its namespace, into the namespace of the noun.
  mutating func alignPayload(_ node: inout DocumentNode) {
    takeAnyType(&node)
    guard let name = standardName(of: node) else { return }
    if name.local != node.name { log.note(node.line, "'\(node.name)' was read as '\(name.local)'") }
    if name.namespace != node.namespace {
      noteNamespace(node, as: name.namespace)
      move(&node, from: node.namespace, to: name.namespace)
    }
    node.name = name.local
    removeHeaders(in: &node)
    guard let (view, type) = resolve(node) else { return }
    removeUnknownTypes(in: &node, view)
    alignNames(&node, type, view)
    alignValues(&node, type, view, isEnvelope: false)
  }

  private func move(_ node: inout DocumentNode, from old: String, to new: String) {
    if node.namespace == old { node.namespace = new }
    for index in node.children.indices { move(&node.children[index], from: old, to: new) }
  }

  /// `<anyType xsi:type="m:MeterReadings">`: the type tells what it is.
  private mutating func takeAnyType(_ node: inout DocumentNode) {
    guard ["anytype", "any"].contains(node.name.lowercased()), let type = node.typeName else { return }
    let bare = type.local.hasSuffix("Type") ? String(type.local.dropLast(4)) : type.local
    guard let name = [type.local, bare].first(where: { schemas.profile(words.noun($0) ?? $0) != nil }) else { return }
    log.note(node.line, "'\(node.name)' was read as '\(name)', after its xsi:type")
    node.name = name
    node.typeName = nil
    // The type's namespace is that of the content, which need not be that of the element.
    node.namespace = type.namespace
  }

  /// A copy of the message's Header inside the payload.
  private mutating func removeHeaders(in node: inout DocumentNode) {
    for index in node.children.indices.reversed() where node.children[index].name == "Header" {
      let copy = node.children[index]
      guard copy.child("Verb").map({ isEnvelope($0.namespace) }) == true else { continue }
      log.enter(copy)
      log.note(copy.line, "the Header inside the payload was left out")
      log.leave()
      node.children.remove(at: index)
    }
  }

  /// xsi:type of types that no schema has: the element's own type is what is left.
  private mutating func removeUnknownTypes(in node: inout DocumentNode, _ view: SchemaView) {
    if let type = node.typeName, view.schema.namedComplexTypes[type] == nil, view.schema.namedSimpleTypes[type] == nil {
      log.noteOnce(node.line, "xsi:type '\(type.local)', which no schema has, was left out")
      node.typeName = nil
    }
    for index in node.children.indices {
      log.enter(node.children[index])
      removeUnknownTypes(in: &node.children[index], view)
      log.leave()
    }
  }
}

extension String {
  /// With "{noun}" replaced.
  fileprivate func replacingNoun(_ noun: String) -> String {
    guard let range = firstRange(of: "{noun}") else { return self }
    var text = self
    text.replaceSubrange(range, with: noun)
    return text
  }
}
