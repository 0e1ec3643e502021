// One operation: a verb, a noun and a payload, carried out within a transaction.
public import CIMModel
public import IECMessage

/// Carries out single operations.
public struct OperationApplier {
  let editor: Editor
  let rules: MasterDataRules
  /// Now; what is not dated takes effect then.
  let now: Timestamp

  public init(_ transaction: any MasterDataTransaction, shapes: ProfileShapes, rules: MasterDataRules, now: Timestamp) {
    editor = Editor(transaction: transaction, shapes: shapes)
    self.rules = rules
    self.now = now
  }

  private static let verbs: Set<Verb> = [.create, .change, .close, .cancel, .delete]

  /// - Parameters:
  ///   - noun: a Config noun.
  ///   - onElements: the verb is for the populated elements in place of the object (elementOperation).
  /// - Returns: what identifies the objects that were made, in order.
  /// - Throws: `MasterDataError`; the transaction is to be taken back to where it was then.
  public func apply(_ verb: Verb, _ noun: String, _ payload: Element, onElements: Bool = false) throws -> [ObjectID] {
    guard Self.verbs.contains(verb) else {
      throw MasterDataError.refused(
        "2.9", "the verb '\(verb.rawValue)' is none of create, change, close, cancel and delete")
    }
    if noun == Self.linkage {
      guard !onElements else {
        throw MasterDataError.refused("2.9", "elementOperation has no meaning for \(noun): send the link itself")
      }
      return try link(verb, payload)
    }
    if noun == ObjectNames.noun {
      guard !onElements else {
        throw MasterDataError.refused("2.9", "elementOperation has no meaning for \(noun): the verb is for the names")
      }
      try names(verb, payload)
      return []
    }
    guard let kind = ObjectKind(noun: noun) else {
      throw MasterDataError.refused("2.5", "the noun '\(noun)' is no master data that is kept here")
    }
    let payload = try ConfigPayload(payload, kind: kind)
    guard payload.objects.count <= rules.objectLimit else {
      throw MasterDataError.refused(
        "3.1", "\(payload.objects.count) objects in one operation, at most \(rules.objectLimit) are taken: split it")
    }
    var ids: [ObjectID] = []
    for object in payload.objects {
      if let id = try apply(verb, kind, object.content, object.parts, onElements: onElements) { ids.append(id) }
    }
    return ids
  }

  static let linkage = "MasterDataLinkageConfig"

  /// Carries out a verb on an object that a message only identifies (Payload.ID, Request.ID).
  public func apply(_ verb: Verb, _ kind: ObjectKind, _ id: ObjectID) throws {
    var element = Element(kind.element, in: editor.shapes.namespace(of: kind))
    if id.kind == .name {
      let name = ObjectName(id.value, type: id.idType, authority: id.idAuthority)
      element.children.append(name.element(in: element.namespace))
    } else {
      element.append("mRID", id.value)
    }
    guard verb == .close || verb == .delete || verb == .cancel else {
      throw MasterDataError.refused("1.7", "\(verb.rawValue) needs the object, not just its ID")
    }
    _ = try apply(verb, kind, element, [], onElements: false)
  }

  func time(_ element: Element, _ event: String) throws -> Timestamp {
    // One kind of a vendor's has the singular where the others have the plural.
    guard let time = try element.effectiveTime(event) ?? element.effectiveTime("ConfigurationEvent") else { return now }
    guard time >= rules.earliest, time <= now.adding(seconds: rules.furthestAhead) else {
      throw MasterDataError.refused(
        "6.1", "the effective date \(time.xmlText) is out of the range that is taken: correct it")
    }
    return time
  }

  private func apply(
    _ verb: Verb, _ kind: ObjectKind, _ content: Element, _ parts: [Element], onElements: Bool
  ) throws -> ObjectID? {
    let key = try ObjectKey(kind, content)
    let time = try time(content, "ConfigurationEvents")
    if verb == .create && !onElements {
      let object = try editor.create(key, content: content, parts: parts, at: time)
      try refer(from: object, key, content, at: time)
      return key.identifier
    }
    guard let object = try editor.transaction.find(key, at: time) else {
      throw MasterDataError.refused(kind.code, "\(key) is not known", object: key.identifier)
    }
    switch verb {
    case .close: try refuse(onElements, verb) { try editor.end(object, key, at: time, verb: .closed) }
    case .delete where !onElements: try editor.end(object, key, at: time, verb: .deleted)
    case .cancel: try refuse(onElements, verb) { try editor.cancel(object, key, at: time) }
    default:
      let patch = ObjectPatch(kind: kind, shape: editor.shapes[kind])
      try editor.change(object, key, at: time) { slice in
        let changed =
          onElements
          ? try patch.applied(verb, elements: content, to: slice.content)
          : patch.merged(content, over: slice.content)
        return (changed, Self.merged(parts, over: slice.parts))
      }
      if onElements && verb == .delete {
        try unrefer(from: object, key, content, at: time)
      } else {
        try refer(from: object, key, content, at: time)
      }
    }
    return nil
  }

  private func refuse(_ onElements: Bool, _ verb: Verb, _ body: () throws -> Void) throws {
    guard !onElements else {
      throw MasterDataError.refused(
        "2.9", "elementOperation is for create, change and delete, not for \(verb.rawValue)")
    }
    try body()
  }

  /// Parts of the same class and identity give way to the new ones, the others stay.
  private static func merged(_ new: [Element], over old: [Element]) -> [Element] {
    var result = old
    for part in new {
      let key = ObjectPatch.identity(part)
      if let place = result.firstIndex(where: { $0.name == part.name && ObjectPatch.identity($0) == key }) {
        result[place] = part
      } else {
        result.append(part)
      }
    }
    return result
  }

  // MARK: References within objects

  private func references(_ kind: ObjectKind, _ content: Element) throws -> [ObjectKey] {
    try content.children.compactMap { child in
      guard let target = kind.target(ofReference: child.name) else { return nil }
      let key = try ObjectKey(target, child)
      return key.isEmpty ? nil : key
    }
  }

  /// Links an object with those its element refers to.
  private func refer(from object: ObjectNumber, _ key: ObjectKey, _ content: Element, at time: Timestamp) throws {
    for target in try references(key.kind, content) {
      let end = try editor.end(target, at: time)
      try editor.link(.init(object: object, key: key), end, at: time, replaces: true)
    }
  }

  private func unrefer(from object: ObjectNumber, _ key: ObjectKey, _ content: Element, at time: Timestamp) throws {
    for target in try references(key.kind, content) {
      let end = try editor.end(target, at: time)
      try editor.unlink(.init(object: object, key: key), end, at: time, verb: .deleted)
    }
  }

  // MARK: Links

  /// - Returns: nothing: links have no identifiers of their own.
  private func link(_ verb: Verb, _ payload: Element) throws -> [ObjectID] {
    guard payload.name == Self.linkage else {
      throw MasterDataError.refused(
        "2.5", "the payload is \(payload.name), and the noun \(Self.linkage): they must be the same")
    }
    let time = try time(payload, "ConfigurationEvent")
    for (a, b) in try pairs(payload) {
      let (first, second) = (try editor.end(a, at: time), try editor.end(b, at: time))
      switch verb {
      case .create: try editor.link(first, second, at: time)
      case .close, .delete: try editor.unlink(first, second, at: time, verb: verb == .close ? .closed : .deleted)
      case .cancel: try editor.cancelLink(first, second, at: time)
      default:
        throw MasterDataError.refused("2.9", "a link is not changed: close it, and create another")
      }
    }
    return []
  }

  /// The pairs that a linkage names: one object of one kind with one or several of another.
  private func pairs(_ payload: Element) throws -> [(ObjectKey, ObjectKey)] {
    var ends: [(kind: ObjectKind, keys: [ObjectKey])] = []
    for child in payload.children where child.name != "ConfigurationEvent" {
      guard let kind = ObjectKind(element: child.name) else {
        throw MasterDataError.refused(LinkRule.otherCode, "links of a \(child.name) are not kept here")
      }
      let key = try ObjectKey(kind, child)
      guard !key.isEmpty else {
        throw MasterDataError.refused("1.7", "a \(kind) of the link has neither mRID nor Names: it is not known which")
      }
      if let place = ends.firstIndex(where: { $0.kind == kind }) {
        ends[place].keys.append(key)
      } else {
        ends.append((kind, [key]))
      }
    }
    guard ends.count == 2 else {
      if ends.count < 2 { throw MasterDataError.refused("1.7", "a link needs two ends, each of a kind of its own") }
      throw MasterDataError.refused(
        LinkRule.otherCode, "objects of \(ends.count) kinds in one link: send one link for each pair")
    }
    let (a, b) = (ends[0].keys, ends[1].keys)
    guard a.count == 1 || b.count == 1 else {
      throw MasterDataError.refused(
        LinkRule.otherCode, "\(a.count) and \(b.count) objects in one link: which belong together cannot be told")
    }
    guard a.count * b.count <= rules.objectLimit else {
      throw MasterDataError.refused("3.1", "a link of \(a.count * b.count) objects, at most \(rules.objectLimit)")
    }
    return a.flatMap { first in b.map { (first, $0) } }
  }
}
