// Holds a schema document against the grammar of XML Schema: what is misspelt or misplaced must not be passed over,
// because the schema would then mean less than its author wrote.

extension SchemaGrammar {
  /// Checks a document from its root down.
  ///
  /// - Throws: `SchemaError` at the first breach; `.unsupported` for what only XML Schema 1.1 has.
  static func check(_ root: SchemaNode, file: String) throws(SchemaError) {
    // A list in place of recursion: the reader bounds the depth, but not by what a thread's stack holds.
    var open: [(node: SchemaNode, parent: String?)] = [(root, nil)]
    while let (node, parent) = open.popLast() {
      guard let grammar = SchemaGrammar.of(node.name, in: parent) else {
        throw fault(node, "'\(node.name)' cannot stand here", name: node.name, file)
      }
      try grammar.checkAttributes(of: node, file)
      try grammar.checkChildren(of: node, file)
      try checkChoices(node, in: parent, file)
      for child in node.children.reversed() where child.name != "appinfo" && child.name != "documentation" {
        open.append((child, node.name))
      }
    }
  }

  private static func fault(_ node: SchemaNode, _ message: String, name: String, _ file: String) -> SchemaError {
    if later.contains(name) {
      return SchemaError(
        .unsupported, "'\(name)' is XML Schema 1.1, Busbar reads 1.0: leave it out or write it in 1.0", file: file,
        line: node.line)
    }
    return SchemaError(.malformed, message, file: file, line: node.line)
  }

  private func checkAttributes(of node: SchemaNode, _ file: String) throws(SchemaError) {
    for name in node.attributes.names.sorted() {
      guard name == "id" || attributes.contains(name) else {
        throw Self.fault(node, "'\(node.name)' cannot have the attribute '\(name)' here", name: name, file)
      }
      if let problem = Self.problem(ofAttribute: name, node) {
        throw SchemaError(
          .malformed, "'\(node.attributes[name] ?? "")' is no value for '\(name)' of '\(node.name)': \(problem)",
          file: file, line: node.line)
      }
    }
    for name in required where node.attributes[name] == nil {
      throw SchemaError(.malformed, "'\(node.name)' needs the attribute '\(name)' here", file: file, line: node.line)
    }
  }

  private func checkChildren(of node: SchemaNode, _ file: String) throws(SchemaError) {
    if !node.text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
      throw SchemaError(
        .malformed, "'\(node.name)' has text in it: only documentation and appinfo can", file: file, line: node.line)
    }
    var place = 0
    var used = [Int](repeating: 0, count: slots.count)
    for child in node.children {
      guard child.isXSD else {
        throw SchemaError(
          .malformed, "'\(child.name)' is of namespace '\(child.namespace)': only appinfo can hold it", file: file,
          line: child.line)
      }
      // Slots are few, and a child never goes back to an earlier one.
      while place < slots.count,
        !slots[place].names.contains(child.name) || (used[place] > 0 && !slots[place].isRepeated)
      { place = used[place] > 0 && slots[place].isLast ? slots.count : place + 1 }
      guard place < slots.count else {
        throw Self.fault(
          child, "'\(child.name)' cannot stand here in '\(node.name)', or not behind what stands before it",
          name: child.name, file)
      }
      used[place] += 1
    }
    for (slot, count) in zip(slots, used) where slot.isRequired && count == 0 {
      throw SchemaError(
        .malformed, "'\(node.name)' needs \(slot.names.joined(separator: " or "))", file: file, line: node.line)
    }
  }

  /// What the value of an attribute should be; nil where it is fine.
  private static func problem(ofAttribute name: String, _ node: SchemaNode) -> String? {
    let value = node.attributes[name] ?? ""
    switch name {
    case "name", "id":
      return SimpleType.builtin("NCName")?.check(value, namespaces: NoNamespaces()) == nil
        ? nil : "a name without colon is wanted"
    case "nillable", "abstract", "mixed": return isBoolean(value) ? nil : "true or false is wanted"
    case "fixed" where facets.contains(node.name): return isBoolean(value) ? nil : "true or false is wanted"
    case "form", "elementFormDefault", "attributeFormDefault":
      return ["qualified", "unqualified"].contains(value) ? nil : "qualified or unqualified is wanted"
    case "use":
      return ["optional", "required", "prohibited"].contains(value) ? nil : "optional, required or prohibited"
    case "targetNamespace": return value.isEmpty ? "leave it out where there is no namespace" : nil
    case "block", "blockDefault":
      let known =
        node.name == "complexType"
        ? ["extension", "restriction"] : ["extension", "restriction", "substitution"]
      return isSet(value, of: known) ? nil : "#all or a list of \(known.joined(separator: ", "))"
    case "final", "finalDefault":
      let known: [String]
      switch node.name {
      case "simpleType": known = ["restriction", "list", "union"]
      case "schema": known = ["extension", "restriction", "list", "union"]
      default: known = ["extension", "restriction"]
      }
      return isSet(value, of: known) ? nil : "#all or a list of \(known.joined(separator: ", "))"
    case "minOccurs" where node.name == "all": return value == "0" || value == "1" ? nil : "0 or 1 is wanted"
    case "maxOccurs" where node.name == "all": return value == "1" ? nil : "1 is wanted"
    default: return nil
    }
  }

  private static func isBoolean(_ value: String) -> Bool { ["true", "false", "1", "0"].contains(value) }

  private static func isSet(_ value: String, of known: [String]) -> Bool {
    value == "#all" || value.split(separator: " ").allSatisfy { known.contains(String($0)) }
  }

  /// Attributes and children that exclude one another.
  private static func checkChoices(_ node: SchemaNode, in parent: String?, _ file: String) throws(SchemaError) {
    func has(_ name: String) -> Bool { node.attributes[name] != nil }
    func refuse(_ message: String) -> SchemaError { SchemaError(.malformed, message, file: file, line: node.line) }
    switch node.name {
    case "element", "attribute":
      let inline = node.children.first { $0.name == "simpleType" || $0.name == "complexType" }
      if has("name") && has("ref") { throw refuse("'\(node.name)' has both a name and a ref: leave out one") }
      if has("ref") {
        let own = ["type", "nillable", "block", "form"] + (node.name == "element" ? ["default", "fixed"] : [])
        if let wrong = own.first(where: has) ?? inline?.name {
          throw refuse("'\(wrong)' belongs where the \(node.name) is declared, not where it is referred to")
        }
      }
      if has("type"), let inline { throw refuse("'\(node.name)' has both a type and a \(inline.name): leave out one") }
      if has("default") && has("fixed") { throw refuse("'\(node.name)' is both default and fixed: leave out one") }
      if node.name == "attribute", has("default"), let use = node.attributes["use"], use != "optional" {
        throw refuse("an attribute with a default must be optional, not \(use)")
      }
    case "list", "restriction", "union":
      guard parent == "simpleType" else { return }
      let name = node.name == "list" ? "itemType" : node.name == "union" ? "memberTypes" : "base"
      let hasInline = node.first("simpleType") != nil
      if has(name) && hasInline && node.name != "union" {
        throw refuse("'\(node.name)' has both \(name) and a simpleType: leave out one")
      }
      if !has(name) && !hasInline { throw refuse("'\(node.name)' needs '\(name)' or an inner simpleType") }
    case "import":
      if node.attributes["namespace"] == "" { throw refuse("leave out 'namespace' to import what has none") }
    default: break
    }
  }
}
