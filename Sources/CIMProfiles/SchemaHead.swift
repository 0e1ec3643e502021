// What a schema document says at its top level: enough to know what it is for without compiling it.
import CIMSchema
import XMLPull

/// Target namespace, global elements and inclusions of one schema document.
struct SchemaHead {
  /// Empty where the document has none: a chameleon, or a schema of elements without namespace.
  private(set) var targetNamespace = ""
  private(set) var elements: [String] = []
  /// Locations of include and redefine, as written.
  private(set) var inclusions: [String] = []
  /// Locations of include, redefine and import.
  private(set) var references: [String] = []

  /// - Throws: `SchemaError` where the document is not well-formed or is no schema.
  init(_ bytes: [UInt8], file: String) throws(SchemaError) {
    var reader = XMLReader(limits: XMLLimits(totalBytes: 64 << 20), capacity: bytes.count)
    reader.feed(bytes)
    reader.finish()
    do throws(XMLError) {
      while true {
        switch try reader.next() {
        case .startTag where reader.depth <= 2:
          let name = String(decoding: reader.localName, as: UTF8.self)
          let isXSD = reader.namespaces.names[Int(reader.namespace)] == SchemaName.xsd
          if reader.depth == 2 {
            if isXSD { note(name, reader) }
          } else if isXSD && name == "schema" {
            targetNamespace = Self.attribute("targetNamespace", reader) ?? ""
          } else {
            throw XMLError(.malformed, "this is no XML Schema: its root is '\(name)'", at: reader.position)
          }
        case .startTag, .endTag, .text: continue
        case .endOfDocument: return
        case .needInput: throw XMLError(.unexpectedEnd, "the document is not complete", at: reader.position)
        }
      }
    } catch {
      throw SchemaError(.unreadable, error.message, file: file, line: error.position.line)
    }
  }

  private mutating func note(_ name: String, _ reader: borrowing XMLReader) {
    switch name {
    case "element":
      if let element = Self.attribute("name", reader) { elements.append(element) }
    case "include", "redefine", "import":
      guard let location = Self.attribute("schemaLocation", reader) else { return }
      references.append(location)
      if name != "import" { inclusions.append(location) }
    default: break
    }
  }

  private static func attribute(_ name: String, _ reader: borrowing XMLReader) -> String? {
    for i in 0..<reader.attributeCount
    where reader.attributeNamespace(i) == NamespaceTable.none && reader.attributeLocalName(i).elementsEqual(name.utf8) {
      return String(decoding: reader.attributeValue(i), as: UTF8.self)
    }
    return nil
  }
}
