// From the bytes of a schema document to its tree.
import XMLPull

extension SchemaNode {
  /// Reads a document. Schema documents are held whole: they are small.
  ///
  /// - Parameter isTested: annotations need no nodes of their own, since nobody holds them against the grammar.
  static func parse(_ bytes: [UInt8], file: String, isTested: Bool = false) throws(SchemaError) -> SchemaNode {
    var reader = XMLReader(limits: XMLLimits(totalBytes: 64 << 20), capacity: bytes.count)
    reader.feed(bytes)
    reader.finish()
    var names = NameTable()
    var stack: [SchemaNode] = []
    do throws(XMLError) {
      while true {
        switch try reader.next() {
        case .startTag:
          if isTested, let parent = stack.last, reader.localName.elementsEqual("annotation".utf8) {
            var annotation = Annotation()
            try annotation.read(&reader)
            annotation.give(to: parent)
            break
          }
          let node = start(reader, in: stack.last, &names)
          stack.last?.children.append(node)
          stack.append(node)
        case .endTag:
          let node = stack.removeLast()
          node.complete()
          if stack.isEmpty { return node }
        case .text:
          guard let node = stack.last else { break }
          // White space between components says nothing; within words it does.
          if node.text.isEmpty && reader.text.allSatisfy(XMLCharacters.isSpace) { break }
          node.text += String(decoding: reader.text, as: UTF8.self)
        case .endOfDocument, .needInput:
          throw XMLError(.unexpectedEnd, "the document is empty", at: reader.position)
        }
      }
    } catch {
      throw SchemaError(.unreadable, error.message, file: file, line: error.position.line)
    }
  }

  private static func start(
    _ reader: borrowing XMLReader, in parent: SchemaNode?, _ names: inout NameTable
  ) -> SchemaNode {
    var prefixes = parent?.prefixes ?? [:]
    var attributes = SchemaAttributes()
    for i in 0..<reader.attributeCount {
      let value = reader.attributeValue(i)
      if reader.attributeIsDeclaration(i) {
        let local = String(decoding: reader.attributeLocalName(i), as: UTF8.self)
        prefixes[reader.attributeQualifiedName(i).count == 5 ? "" : local] = String(decoding: value, as: UTF8.self)
      } else if reader.attributeNamespace(i) == NamespaceTable.none {
        let local = names.text(reader.attributeLocalName(i))
        // Names, numbers and choices are taken with their white space collapsed; a value is the type's matter.
        if value.contains(where: { $0 <= 0x20 }), !["default", "fixed", "value", "xpath"].contains(local) {
          let words = String(decoding: value, as: UTF8.self).split { $0 == " " || $0.isNewline || $0 == "\t" }
          attributes.append(local, words.joined(separator: " "))
        } else {
          attributes.append(local, String(decoding: value, as: UTF8.self))
        }
      }
    }
    return SchemaNode(
      name: names.text(reader.localName), namespace: reader.namespaces.names[Int(reader.namespace)],
      line: reader.position.line, attributes: attributes, prefixes: prefixes)
  }

  /// The few names of XML Schema's own elements and attributes: one String for each, longer ones without memory of
  /// their own for every place.
  private struct NameTable {
    private var known: [String] = []

    mutating func text(_ bytes: XMLBytes) -> String {
      // Those of up to 15 bytes need no memory at all.
      if bytes.count < 16 || known.count > 64 { return String(decoding: bytes, as: UTF8.self) }
      if let same = known.first(where: { $0.utf8.elementsEqual(bytes) }) { return same }
      known.append(String(decoding: bytes, as: UTF8.self))
      return known[known.count - 1]
    }
  }
}
