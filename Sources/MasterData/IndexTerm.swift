// What objects are found by besides their mRID.
public import CIMModel

/// A name, or an attribute that people and systems look objects up by.
public struct IndexTerm: Sendable, Hashable {
  /// "Names", or the attribute's element name.
  public let field: String
  public let value: String

  private init(_ field: String, _ value: String) {
    self.field = field
    self.value = value
  }

  /// Attributes that have an index: queries by others look through all objects of a kind.
  public static let attributes: Set<String> = ["serialNumber", "utcNumber", "pucNumber", "code"]

  public static func name(_ name: String) -> IndexTerm { IndexTerm("Names", name) }

  /// Nil for an attribute that is not looked up by.
  public static func attribute(_ element: Element) -> IndexTerm? {
    attributes.contains(element.name) && element.children.isEmpty && !element.text.isEmpty
      ? IndexTerm(element.name, element.text) : nil
  }

  /// All that an object is found by.
  public static func all(of content: Element) -> [IndexTerm] {
    content.children.compactMap { child in
      child.name == "Names" ? child.text("name").map { .name($0) } : attribute(child)
    }
  }

  /// A number that is the same in every run and on every machine; different terms may share one.
  public func hash(_ kind: ObjectKind) -> Int64 {
    // FNV-1a, 64 bits.
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    add(UInt8(truncatingIfNeeded: kind.index))
    for byte in field.utf8 { add(byte) }
    add(0xFF)
    for byte in value.utf8 { add(byte) }
    return Int64(bitPattern: state)
  }
}
