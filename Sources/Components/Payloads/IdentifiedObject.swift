// How messages name the objects they are about, and what all payloads are written with.
public import CIMModel

/// What a message says to name an object: its mRID, its names, or both.
///
/// - SeeAlso: IEC 61968-9, Annex G (names)
public struct IdentifiedObject: Sendable, Hashable {
  public var mRID: String?
  /// The `name` of each of its Names.
  public var names: [String]

  public init(mRID: String? = nil, names: [String] = []) {
    self.mRID = mRID
    self.names = names
  }

  /// Reads `mRID` and `Names` of an element of any class.
  public init(_ element: Element) {
    mRID = element.text("mRID")
    names = element.all("Names").compactMap { $0.text("name") }
  }

  /// The mRID, then the names: all that may identify it.
  public var identifiers: [String] { (mRID.map { [$0] } ?? []) + names }

  /// For people: the first name, else the mRID.
  public var label: String { names.first ?? mRID ?? "(unnamed)" }

  /// How replies tell of it.
  public var identifier: String { mRID ?? names.first ?? "" }
}

/// The namespace of a profile of edition 2, e.g. "http://iec.ch/TC57/2011/MeterReadings#".
func profileNamespace(_ profile: String) -> String { "http://iec.ch/TC57/2011/\(profile)#" }

extension Element {
  /// A profile's root in its namespace.
  static func profile(_ name: String, _ body: (inout Element) -> Void) -> Element {
    var root = Element(name, in: profileNamespace(name))
    body(&root)
    return root
  }

  /// An object named by mRID and Names, with nothing else; left out when nil.
  mutating func append(_ name: String, _ object: IdentifiedObject?) {
    guard let object else { return }
    append(name) { $0.appendIdentity(object) }
  }

  /// `mRID`, then `Names`: for classes that have nothing between them.
  mutating func appendIdentity(_ object: IdentifiedObject) {
    append("mRID", object.mRID)
    appendNames(object)
  }

  mutating func appendNames(_ object: IdentifiedObject) {
    for name in object.names { append("Names") { $0.append("name", name) } }
  }

  mutating func append(_ name: String, _ time: Timestamp?) { append(name, time?.xmlText) }

  /// The instant in a child; nil where it is absent or no xs:dateTime with or without zone (then UTC).
  func time(_ name: String) -> Timestamp? { text(name).flatMap { Timestamp(xmlText: $0) } }

  /// The objects named by children of this name.
  func objects(_ name: String) -> [IdentifiedObject] { all(name).map(IdentifiedObject.init) }
}
