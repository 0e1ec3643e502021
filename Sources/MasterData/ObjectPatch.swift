// How a change is laid over an object: what is absent stays, and keys are told from what is to be changed.
import CIMModel
import CIMSchema
import IECMessage

/// Changes the content of one kind of object.
struct ObjectPatch {
  let kind: ObjectKind
  let shape: ProfileShape

  private var root: Schema.ComplexTypeID? { shape.child(kind.element, of: shape.root)?.type }

  /// Lays the elements of a change over an object. Absent elements stay as they are; a leaf replaces its like; a group
  /// of elements is laid over its like, and so are list members with the same mRID, name or `ref`; other lists are
  /// replaced as a whole. Names of the same type and authority replace one another.
  func merged(_ change: Element, over old: Element) -> Element { merge(change, over: old, type: root) }

  private func merge(_ change: Element, over old: Element, type: Schema.ComplexTypeID?) -> Element {
    var result = old
    result.attributes = change.attributes.isEmpty ? old.attributes : change.attributes
    if change.children.isEmpty && !change.text.isEmpty {
      result.text = change.text
      result.children = []
      return result
    }
    for name in Self.distinctNames(change.children) {
      let new = change.all(name)
      let child = shape.child(name, of: type)
      let stored = result.all(name)
      let replacement: [Element]
      if name == "Names" {
        replacement = Self.renamed(stored, by: new)
      } else if child?.isRepeated ?? (new.count > 1 || stored.count > 1) {
        replacement = mergeLists(new, over: stored, type: child?.type)
      } else if let before = stored.first, let after = new.first, Self.mayMerge(after, before) {
        replacement = [merge(after, over: before, type: child?.type)]
      } else {
        replacement = new
      }
      Self.replace(name, in: &result.children, by: replacement)
    }
    shape.arrange(&result.children, of: type)
    return result
  }

  private func mergeLists(_ new: [Element], over old: [Element], type: Schema.ComplexTypeID?) -> [Element] {
    // A list whose members cannot be told apart is replaced as a whole.
    guard new.allSatisfy({ Self.identity($0) != nil }) else { return new }
    var result = old
    for member in new {
      let key = Self.identity(member)
      if let index = result.firstIndex(where: { Self.identity($0) == key }) {
        result[index] = merge(member, over: result[index], type: type)
      } else {
        result.append(member)
      }
    }
    return result
  }

  /// What tells a list member from its neighbours: mRID, first name with type and authority, or `ref`.
  static func identity(_ element: Element) -> String? {
    if let mRID = element.text("mRID"), !mRID.isEmpty { return "m" + mRID }
    if let name = element["Names"].flatMap({ ObjectName($0) }) { return "n" + name.description }
    return element.attribute("ref").map { "r" + $0 }
  }

  /// A reference to another object is no change of the one that was referred to before.
  private static func mayMerge(_ new: Element, _ old: Element) -> Bool {
    guard let key = identity(new), let before = identity(old) else { return !new.children.isEmpty }
    return key == before
  }

  private static func renamed(_ old: [Element], by new: [Element]) -> [Element] {
    var result = old
    for element in new {
      guard let name = ObjectName(element) else { continue }
      if let same = result.firstIndex(where: { ObjectName($0)?.isSameSort(as: name) == true }) {
        result[same] = element
      } else {
        result.append(element)
      }
    }
    return result
  }

  private static func distinctNames(_ children: [Element]) -> [String] {
    var seen: Set<String> = []
    return children.map(\.name).filter { seen.insert($0).inserted }
  }

  private static func replace(_ name: String, in children: inout [Element], by new: [Element]) {
    let place = children.firstIndex { $0.name == name } ?? children.count
    children.removeAll { $0.name == name }
    children.insert(contentsOf: new, at: place)
  }

  /// Applies a verb to the populated elements in place of the object (elementOperation true).
  ///
  /// The key is the object's mRID, or its Names where it has no mRID; the event dates the change; everything
  /// else is what the verb applies to.
  /// - Throws: `MasterDataError` with reply code 1.7 where nothing but the key is there, 2.9 for close and cancel.
  func applied(_ verb: Verb, elements change: Element, to old: Element) throws(MasterDataError) -> Element {
    let hasID = change.text("mRID")?.isEmpty == false
    let operands = change.children.filter {
      $0.name != "mRID" && $0.name != kind.event && (hasID || $0.name != "Names")
    }
    guard !operands.isEmpty else {
      throw .refused("1.7", "elementOperation is true, and the \(kind) has nothing but its key: name the elements")
    }
    var result = old
    for name in Self.distinctNames(operands) {
      let given = operands.filter { $0.name == name }
      let stored = result.all(name)
      switch verb {
      case .create:
        let isRepeated = shape.child(name, of: root)?.isRepeated ?? true
        if !isRepeated && !stored.isEmpty {
          throw .refused(kind.code, "the \(kind) has a \(name) already: change it, or delete it first")
        }
        Self.replace(name, in: &result.children, by: stored + given)
      case .change:
        Self.replace(name, in: &result.children, by: name == "Names" ? Self.renamed(stored, by: given) : given)
      case .delete:
        Self.replace(name, in: &result.children, by: try removing(given, from: stored, name))
      default:
        throw .refused("2.9", "elementOperation is for create, change and delete, not for \(verb.rawValue)")
      }
    }
    if let event = change[kind.event] {
      Self.replace(kind.event, in: &result.children, by: [event])
    }
    shape.arrange(&result.children, of: root)
    return result
  }

  private func removing(_ given: [Element], from stored: [Element], _ name: String) throws(MasterDataError) -> [Element]
  {
    var left = stored
    for element in given {
      if let key = Self.identity(element) ?? ObjectName(element)?.description {
        guard
          let index = left.firstIndex(where: { (Self.identity($0) ?? ObjectName($0)?.description) == key })
        else { throw .refused(kind.code, "the \(kind) has no \(name) like the one to be removed") }
        left.remove(at: index)
      } else {
        guard !left.isEmpty else { throw .refused(kind.code, "the \(kind) has no \(name) to be removed") }
        left = []
      }
    }
    return left
  }
}
