// Names of an object by themselves: added, replaced and taken away without the object's other elements.
import CIMModel
import IECMessage

/// ObjectNamesConfig, a noun of one vendor's: an object, and names of its.
///
/// The object is named by mRID or Names, the names to be dealt with stand beside it as `Name`. create adds them; change
/// puts the second of two in the place of the first, or a single one in the place of that of its type and authority;
/// delete takes them away.
struct ObjectNames {
  static let noun = "ObjectNamesConfig"

  let key: ObjectKey
  let names: [ObjectName]

  /// - Throws: `MasterDataError` with reply code 1.7 where object or names are missing, 2.5 for another payload.
  init(_ payload: Element) throws(MasterDataError) {
    guard payload.name == Self.noun else {
      throw .refused("2.5", "the payload is \(payload.name), and the noun \(Self.noun): they must be the same")
    }
    var keys: [ObjectKey] = []
    var names: [ObjectName] = []
    for child in payload.children where child.name != "ConfigurationEvent" {
      if child.name == "Name" {
        guard let name = ObjectName(child) else { throw .refused("1.7", "a Name has no name: give one") }
        names.append(name)
      } else if let kind = ObjectKind(element: child.name) {
        keys.append(try ObjectKey(kind, child))
      } else {
        throw .refused("2.5", "names of a \(child.name) are not kept here")
      }
    }
    guard let key = keys.first, !key.isEmpty, keys.count == 1 else {
      throw .refused("1.7", "\(Self.noun) needs one object by its mRID or Names, and has \(keys.count)")
    }
    guard !names.isEmpty else { throw .refused("1.7", "\(Self.noun) holds no Name") }
    self.key = key
    self.names = names
  }

  func added(to old: [ObjectName]) throws(MasterDataError) -> [ObjectName] {
    for name in names where old.contains(name) {
      throw .refused(key.kind.code, "\(key) has the name \(name) already", object: key.identifier)
    }
    return old + names
  }

  func changed(_ old: [ObjectName]) throws(MasterDataError) -> [ObjectName] {
    guard names.count <= 2, let new = names.last else {
      throw .refused("1.7", "\(names.count) names: send the old one and the new one, or the new one alone")
    }
    let found =
      names.count == 2 ? old.firstIndex { $0.fits(names[0]) } : old.firstIndex { $0.isSameSort(as: new) }
    guard let found else {
      throw .refused(key.kind.code, "\(key) has no name that \(new) could take the place of", object: key.identifier)
    }
    var result = old
    result[found] = new
    return result
  }

  func removed(from old: [ObjectName], hasID: Bool) throws(MasterDataError) -> [ObjectName] {
    var result = old
    for name in names {
      guard let found = result.firstIndex(where: { $0.fits(name) }) else {
        throw .refused(key.kind.code, "\(key) has no name \(name)", object: key.identifier)
      }
      result.remove(at: found)
    }
    guard hasID || !result.isEmpty else {
      throw .refused(key.kind.code, "\(key) has no mRID: its last name cannot be taken away", object: key.identifier)
    }
    return result
  }
}

extension OperationApplier {
  func names(_ verb: Verb, _ payload: Element) throws {
    let wanted = try ObjectNames(payload)
    let time = try time(payload, "ConfigurationEvent")
    let object = try editor.transaction.existing(wanted.key, at: time)
    // A meter may be called an end device.
    var key = wanted.key
    key.kind = try editor.transaction.record(of: object)?.kind ?? key.kind
    let shape = editor.shapes[key.kind]
    try editor.change(object, key, at: time) { [key] slice in
      let old = slice.names
      let new: [ObjectName]
      switch verb {
      case .create: new = try wanted.added(to: old)
      case .change: new = try wanted.changed(old)
      case .delete: new = try wanted.removed(from: old, hasID: slice.content["mRID"] != nil)
      default:
        throw MasterDataError.refused("2.9", "names are created, changed and deleted, not '\(verb.rawValue)'")
      }
      var content = slice.content
      let namespace = content.namespace
      content.children.removeAll { $0.name == "Names" }
      content.children += new.map { $0.element(in: namespace) }
      shape.arrange(&content.children, of: shape.child(key.kind.element, of: shape.root)?.type)
      return (content, slice.parts)
    }
  }
}
