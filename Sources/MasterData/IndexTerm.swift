// What objects are found by.
public import CIMModel

/// An mRID, a name, or an attribute that people and systems look objects up by.
public struct IndexTerm: Sendable, Hashable {
  /// "mRID", "Names", or the attribute's element name.
  public let field: String
  public let value: String

  private init(_ field: String, _ value: String) {
    self.field = field
    self.value = value
  }

  /// Attributes that have an index: queries by others look through all objects of a kind.
  public static let attributes: Set<String> = ["serialNumber", "utcNumber", "pucNumber", "code"]

  public static func mRID(_ mRID: String) -> IndexTerm { IndexTerm("mRID", mRID) }

  public static func name(_ name: String) -> IndexTerm { IndexTerm("Names", name) }

  /// Nil for an attribute that is not looked up by.
  public static func attribute(_ element: Element) -> IndexTerm? {
    attributes.contains(element.name) && element.children.isEmpty && !element.text.isEmpty
      ? IndexTerm(element.name, element.text) : nil
  }

  /// All that an object is found by besides its mRID.
  public static func all(of content: Element) -> [IndexTerm] {
    content.children.compactMap { child in
      child.name == "Names" ? child.text("name").map { .name($0) } : attribute(child)
    }
  }

  /// A number that is the same in every run and on every machine; different terms may share one.
  ///
  /// The last two bytes of the value are its last two: numbers given one after another, as serial numbers are, lie side by
  /// side in an index, and what is loaded together changes few of its pages.
  public func hash(_ kind: ObjectKind) -> Int64 {
    // FNV-1a, 64 bits.
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    add(UInt8(truncatingIfNeeded: kind.index))
    for byte in field.utf8 { add(byte) }
    add(0xFF)
    var value = value
    let last = value.withUTF8 { bytes in
      let stem = max(bytes.count - 2, 0)
      for byte in bytes[..<stem] { add(byte) }
      return bytes[stem...].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    }
    // The upper bits of the product are the better mixed ones.
    return Int64(bitPattern: (state ^ state >> 29) & ~0xFFFF | last)
  }
}
