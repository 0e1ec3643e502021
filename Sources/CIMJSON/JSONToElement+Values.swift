// Texts and attributes, and what to say of unknown properties.
import CIMModel
import CIMSchema

extension JSONToElement {
  /// The text of a scalar.
  func text(of node: JSONNode, _ form: ScalarForm, in name: String) throws(LocatedProblem) -> String {
    switch node.value {
    case .string(let text): return text
    case .bool(let value): return value ? "true" : "false"
    case .number(let token):
      guard let text = form.text(ofNumber: token) else {
        throw problem(.wrongKind, "the exponent of \(token.prefix(40)) is too large", at: node.offset)
      }
      return text
    case .null:
      throw problem(.wrongKind, "null is no value of '\(name)'; leave the property out", at: node.offset)
    case .array:
      throw problem(.wrongKind, "'\(name)' takes one value, not an array: it can stand only once here", at: node.offset)
    case .object:
      throw problem(.wrongKind, "'\(name)' takes a string, a number or a boolean, not an object", at: node.offset)
    }
  }

  func isArray(_ node: JSONNode) -> Bool {
    if case .array = node.value { true } else { false }
  }

  /// - Parameters:
  ///   - plan: nil for simple types, which take the attributes of XML Schema itself only.
  ///   - takesAll: no schema knows the element.
  func addAttribute(
    _ member: JSONNode.Member, to element: inout Element, _ plan: TypePlan?, takesAll: Bool
  ) throws(LocatedProblem) {
    guard let (namespace, name) = Vocabulary.attribute(ofKey: member.name) else {
      throw problem(
        .name, "'\(member.name.prefix(80))' is no name of an attribute: write \"@name\" or \"@{namespace}name\"",
        at: member.offset)
    }
    let use = plan?.attributes.first { $0.name.local == name && $0.name.namespace == namespace }
    let isKnown = use != nil || namespace == Vocabulary.xsi || plan?.anyAttribute?.admits(namespace) == true
    guard takesAll || isKnown else {
      throw unknown(member, in: element.name, known: attributeKeys(plan))
    }
    let form = ScalarForm(use?.type)
    element.attributes.append(
      Element.Attribute(namespace: namespace, name: name, value: try text(of: member.node, form, in: member.name)))
  }

  func attributeKeys(_ plan: TypePlan?) -> [String] {
    plan?.attributes.map { Vocabulary.key(ofAttribute: $0.name.namespace, $0.name.local) } ?? []
  }

  func propertyKeys(_ plan: TypePlan) -> [String] {
    plan.entries.map(\.key) + (plan.wildcards.isEmpty ? [] : [Vocabulary.any])
      + (plan.takesText ? [Vocabulary.text] : []) + attributeKeys(plan)
  }

  func unknown(_ member: JSONNode.Member, in name: String, known: [String]) -> LocatedProblem {
    let found = "'\(member.name.prefix(80))' is not known in '\(name)'"
    if let near = Spelling.nearest(to: member.name, among: known) {
      return problem(.unknownProperty, "\(found); did you mean '\(near)'?", at: member.offset)
    }
    let shown = known.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    let rest = known.count > 20 ? " and \(known.count - 20) more" : ""
    return problem(
      .unknownProperty, known.isEmpty ? "\(found), which takes no properties" : "\(found); known: \(shown)\(rest)",
      at: member.offset)
  }
}

/// Children by the entries of their type, until their order is known.
struct ChildGroups {
  let plan: TypePlan
  private var groups: [(entry: Int, elements: [Element])] = []

  init(plan: TypePlan) { self.plan = plan }

  var isEmpty: Bool { groups.isEmpty }

  /// Each entry comes once: names are unique in an object.
  mutating func add(_ elements: [Element], as entry: Int) {
    if !elements.isEmpty { groups.append((entry, elements)) }
  }

  /// All children in the order of the schema.
  func arranged() -> [Element] {
    if groups.count <= 1 { return groups.first?.elements ?? [] }
    let foreign = groups.first { $0.entry == TypePlan.wildcard }?.elements.map(\.namespace) ?? []
    let order = plan.arranged(groups.map { ($0.entry, $0.elements.count) }, foreign: foreign)
    let numbers = Dictionary(groups.enumerated().map { ($1.entry, $0) }, uniquingKeysWith: { first, _ in first })
    var next = [Int](repeating: 0, count: groups.count)
    return order.compactMap { entry in
      guard let number = numbers[entry], next[number] < groups[number].elements.count else { return nil }
      next[number] += 1
      return groups[number].elements[next[number] - 1]
    }
  }
}
