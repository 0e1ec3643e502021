// One element of a document under repair: as it was found, and as it is to be written.
import CIMModel
import CIMSchema

/// An element that knows where it stood.
struct DocumentNode {
  var namespace: String
  var name: String
  var attributes: [Element.Attribute] = []
  var text = ""
  var children: [DocumentNode] = []
  /// The value of xsi:type, resolved: it is not among the attributes, for its prefix is lost on the way.
  var typeName: SchemaName?
  /// The text, where it is a qualified name with a prefix, for the same reason.
  var qualifiedText: SchemaName?
  /// Line of the start tag in the original; that of a neighbour for elements that were added.
  var line: Int
  /// Name in the original.
  var found: String
  /// Place among siblings of the same name, from 1.
  var ordinal = 1
  /// Not in the original.
  var isAdded = false

  init(_ name: String, in namespace: String, line: Int, text: String = "", children: [DocumentNode] = []) {
    self.name = name
    self.namespace = namespace
    self.line = line
    self.text = text
    self.children = children
    found = name
  }

  /// The first child of this name in any letter case.
  func child(_ name: String) -> DocumentNode? { index(of: name).map { children[$0] } }

  /// Where the first child of this name in any letter case stands.
  func index(of name: String) -> Int? {
    if let exact = children.firstIndex(where: { $0.name == name }) { return exact }
    let folded = name.lowercased()
    return children.firstIndex { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == folded }
  }

  var isLeaf: Bool { children.isEmpty }

  /// The text without white space around it.
  var trimmedText: String { text.trimmed }
}

extension String {
  /// Without XML's white space at both ends.
  var trimmed: String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    var bytes = Substring(self).utf8
    while let byte = bytes.first, isBlank(byte) { bytes.removeFirst() }
    while let byte = bytes.last, isBlank(byte) { bytes.removeLast() }
    return String(Substring(bytes))
  }

  /// For messages: not longer than a line.
  var shortened: String { utf8.count <= 80 ? self : String(prefix(77)) + "..." }
}
