// How messages and stores identify an object: by mRID, else by a name with its type and authority.
public import CIMModel
public import IECMessage

/// A name with its NameType and NameTypeAuthority, either of which may be absent.
///
/// - SeeAlso: IEC 61968-9, Annex G
public struct ObjectName: Sendable, Hashable, CustomStringConvertible {
  public var name: String
  public var type: String?
  public var authority: String?

  public init(_ name: String, type: String? = nil, authority: String? = nil) {
    self.name = name
    self.type = type
    self.authority = authority
  }

  /// Reads an element Names; nil where it has no name, or an empty one.
  public init?(_ element: Element) {
    guard let name = element.text("name"), !name.isEmpty else { return nil }
    let type = element["NameType"]
    self.init(name, type: type?.text("name"), authority: type?["NameTypeAuthority"]?.text("name"))
  }

  /// Whether two names may stand for one another: what either leaves open counts as equal.
  public func fits(_ other: ObjectName) -> Bool {
    name == other.name && (type == nil || other.type == nil || type == other.type)
      && (authority == nil || other.authority == nil || authority == other.authority)
  }

  /// Whether the names have type and authority in common, so that one takes the place of the other.
  public func isSameSort(as other: ObjectName) -> Bool { type == other.type && authority == other.authority }

  public var description: String {
    let sort = [type, authority].compactMap { $0 }
    return sort.isEmpty ? "'\(name)'" : "'\(name)' (\(sort.joined(separator: ", ")))"
  }

  /// As an element Names in a namespace.
  public func element(in namespace: String) -> Element {
    var element = Element("Names", in: namespace)
    element.append("name", name)
    if type != nil || authority != nil {
      element.append("NameType") {
        $0.append("name", type ?? "")
        if let authority { $0.append("NameTypeAuthority") { $0.append("name", authority) } }
      }
    }
    return element
  }
}

/// What a message says to identify an object.
public struct ObjectKey: Sendable, Hashable, CustomStringConvertible {
  public var kind: ObjectKind
  public var mRID: String?
  public var names: [ObjectName]

  public init(_ kind: ObjectKind, mRID: String? = nil, names: [ObjectName] = []) {
    self.kind = kind
    self.mRID = mRID
    self.names = names
  }

  /// Reads mRID and Names of an element.
  ///
  /// - Throws: `MasterDataError` with reply code 1.7 where Names has no name.
  public init(_ kind: ObjectKind, _ element: Element) throws(MasterDataError) {
    self.kind = kind
    let mRID = element.text("mRID")
    self.mRID = mRID?.isEmpty == true ? nil : mRID
    names = []
    for child in element.children where child.name == "Names" {
      guard let name = ObjectName(child) else {
        throw .refused("1.7", "a Names of \(kind) \(self.mRID ?? "") has no name: give one, or leave Names out")
      }
      names.append(name)
    }
  }

  public var isEmpty: Bool { mRID == nil && names.isEmpty }

  /// "Meter 5b1c…", "Meter 'M-17' (serial, Utility)".
  public var description: String { "\(kind) " + (mRID ?? names.first?.description ?? "without mRID and Names") }

  /// How replies tell of it.
  public var identifier: ObjectID? {
    if let mRID { return ObjectID(mRID, kind: .uuid, objectType: kind.element) }
    return names.first.map {
      ObjectID($0.name, kind: .name, idType: $0.type, idAuthority: $0.authority, objectType: kind.element)
    }
  }
}
