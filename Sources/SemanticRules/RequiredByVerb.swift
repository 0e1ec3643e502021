// What a verb asks for that the profile of its noun leaves open: a create needs more than a delete.
import CIMModel
public import IECMessage

/// Judges payloads by noun and verb: one profile serves all verbs, and a table says what each of them requires besides.
///
/// What is missing is answered with 1.7. The noun is the payload's root, the verb that of the header or, in an
/// OperationSet, of the operation. The standard table is what EPRI's test profiles ask of a create, and that change,
/// cancel, close and delete name their object; it is a choice, and another takes its place by `init(csv:file:)`.
///
/// Bounds: `limit` findings a message.
public struct RequiredByVerb: ContentRules {
  /// Findings kept per message. Default 200.
  public let limit: Int
  let places: [Key: Place]

  struct Key: Hashable {
    var noun: String
    var verb: Verb
  }

  /// A place in a payload: what is required there, and the places below that have requirements of their own.
  struct Place {
    var requirements: [Requirement] = []
    var children: [String: Place] = [:]
  }

  struct Requirement {
    /// One of these must be there.
    var elements: [String]
    var severity: RuleSeverity
    var clause: String
    var source: String
  }

  /// Asks for nothing: the profiles alone judge.
  public static let none = RequiredByVerb(places: [:], limit: 1)

  init(places: [Key: Place], limit: Int) {
    self.places = places
    self.limit = max(limit, 1)
  }

  /// Judges the payload of a message; paths begin with the generic root, e.g. "/RequestMessage".
  public func check(_ message: Message) -> RuleReport {
    guard !places.isEmpty, let payload = message.payload else { return RuleReport() }
    var walk = RequirementWalk(limit: limit)
    let path = "/\(message.kind.rawValue)/Payload/"
    switch payload.content {
    case .objects(let objects):
      guard let verb = message.header?.verb else { break }
      var counts: [String: Int] = [:]
      for object in objects {
        guard let place = places[Key(noun: object.name, verb: verb)] else { continue }
        counts[object.name, default: 0] += 1
        let number = counts[object.name] == 1 ? "" : "[\(counts[object.name] ?? 1)]"
        judge(object, place, verb, at: path + object.name + number, &walk)
      }
    case .detached(let objects):
      guard let verb = message.header?.verb else { break }
      do {
        try judge(objects, verb, at: path, &walk)
      } catch {
        walk.list.add(.unreadable(objects, error))
      }
    case .operationSet(let set):
      for (index, operation) in set.operations.enumerated() {
        guard let object = operation.object, let verb = operation.verb.flatMap(Verb.init(rawValue:)) else { continue }
        let number = index == 0 ? "" : "[\(index + 1)]"
        guard let place = places[Key(noun: object.name, verb: verb)] else { continue }
        judge(object, place, verb, at: "\(path)OperationSet/Operation\(number)/\(object.name)", &walk)
      }
    case .compressed, .ids: break
    }
    return RuleReport(findings: walk.list.findings, isTruncated: walk.list.isTruncated)
  }

  /// Judges detached objects part by part, in two readings: what a root has is known before it is judged.
  private func judge(
    _ objects: DetachedObjects, _ verb: Verb, at path: String, _ walk: inout RequirementWalk
  ) throws {
    guard objects.roots.contains(where: { places[Key(noun: $0.name, verb: verb)] != nil }) else { return }
    var roots: [Element] = []
    try objects.forEachStep { step in
      switch step {
      case .begin(let root): roots.append(root)
      case .part(let part, let index):
        if index == 1 { roots[roots.count - 1].children.append(Element(part.name, in: part.namespace)) }
      case .end: break
      }
    }
    var counts: [String: Int] = [:]
    var next = 0
    var place: Place?
    var here = path
    try objects.forEachStep { step in
      switch step {
      case .begin(let root):
        place = places[Key(noun: root.name, verb: verb)]
        counts[root.name, default: 0] += 1
        let number = counts[root.name] == 1 ? "" : "[\(counts[root.name] ?? 1)]"
        here = path + root.name + number
        walk.what = "\(verb.rawValue) \(root.name)"
        if let place, roots.indices.contains(next) { walk.judge(roots[next], place, at: here) }
        next += 1
      case .part(let part, let index):
        guard let below = place?.children[part.name] else { return }
        walk.visit(part, below, at: "\(here)/\(part.name)\(index == 1 ? "" : "[\(index)]")")
      case .end: break
      }
    }
  }

  private func judge(
    _ object: Element, _ place: Place, _ verb: Verb, at path: String, _ walk: inout RequirementWalk
  ) {
    walk.what = "\(verb.rawValue) \(object.name)"
    walk.visit(object, place, at: path)
  }
}

/// One walk through a payload, no deeper than the table goes.
private struct RequirementWalk {
  var list: FindingList
  var what = ""

  init(limit: Int) { list = FindingList(limit: limit) }

  /// Judges what is required in an element itself.
  mutating func judge(_ element: Element, _ place: RequiredByVerb.Place, at path: String) {
    for requirement in place.requirements where !requirement.elements.contains(where: { element[$0] != nil }) {
      let names = requirement.elements.joined(separator: " or ")
      let leaf = requirement.elements.count == 1 ? "/" + names : ""
      list.add(
        RuleFinding(
          rule: "verb.required", severity: requirement.severity, clause: requirement.clause, path: path + leaf,
          message: "\(what) requires \(names) in \(element.name) (\(requirement.source)); add it",
          replyCode: "1.7"))
    }
  }

  mutating func visit(_ element: Element, _ place: RequiredByVerb.Place, at path: String) {
    judge(element, place, at: path)
    guard !place.children.isEmpty else { return }
    var counts: [String: Int] = [:]
    for child in element.children {
      guard let below = place.children[child.name] else { continue }
      counts[child.name, default: 0] += 1
      let number = counts[child.name] == 1 ? "" : "[\(counts[child.name] ?? 1)]"
      visit(child, below, at: "\(path)/\(child.name)\(number)")
      if list.isTruncated && list.isFull(for: .reject) { return }
    }
  }
}
