// The element tree of one schema document, with lines and the namespaces in scope.
import XMLPull

/// One element of a schema document.
final class SchemaNode {
  let name: String
  let namespace: String
  let line: Int
  /// Attributes without namespace.
  let attributes: [String: String]
  /// Prefixes in scope, "" for the default namespace.
  let prefixes: [String: String]
  var children: [SchemaNode] = []
  var text = ""

  init(name: String, namespace: String, line: Int, attributes: [String: String], prefixes: [String: String]) {
    self.name = name
    self.namespace = namespace
    self.line = line
    self.attributes = attributes
    self.prefixes = prefixes
  }

  var isXSD: Bool { namespace == SchemaName.xsd }

  /// Children of XML Schema's namespace, annotations left out.
  var components: [SchemaNode] { children.filter { $0.isXSD && $0.name != "annotation" } }

  func first(_ name: String) -> SchemaNode? { children.first { $0.isXSD && $0.name == name } }

  /// The documentation of this component, white space folded, paragraphs separated by an empty line.
  var documentation: String {
    children.filter { $0.isXSD && $0.name == "annotation" }.flatMap(\.children)
      .filter { $0.isXSD && $0.name == "documentation" }
      .map { Self.folded($0.allText) }
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// What a profile says of how sure this component is, from `busbar:status` in its appinfo.
  var status: String? {
    for annotation in children where annotation.isXSD && annotation.name == "annotation" {
      for info in annotation.children where info.isXSD && info.name == "appinfo" {
        for status in info.children where status.namespace == "urn:busbar:profile" && status.name == "status" {
          return status.text.split { $0 == " " || $0.isNewline }.joined(separator: " ")
        }
      }
    }
    return nil
  }

  private var allText: String { children.isEmpty ? text : text + children.map(\.allText).joined(separator: " ") }

  /// The words of a text with one blank between them.
  private static func folded(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isBehindWord = false
    for byte in text.utf8 {
      if XMLCharacters.isSpace(byte) {
        if isBehindWord { bytes.append(0x20) }
        isBehindWord = false
      } else {
        bytes.append(byte)
        isBehindWord = true
      }
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SchemaNode {
  /// Reads a document. Schema documents are held whole: they are small.
  static func parse(_ bytes: [UInt8], file: String) throws(SchemaError) -> SchemaNode {
    var reader = XMLReader(limits: XMLLimits(totalBytes: 64 << 20), capacity: bytes.count)
    reader.feed(bytes)
    reader.finish()
    var stack: [SchemaNode] = []
    do throws(XMLError) {
      while true {
        switch try reader.next() {
        case .startTag:
          var prefixes = stack.last?.prefixes ?? [:]
          var attributes: [String: String] = [:]
          for i in 0..<reader.attributeCount {
            var value = String(decoding: reader.attributeValue(i), as: UTF8.self)
            let local = String(decoding: reader.attributeLocalName(i), as: UTF8.self)
            if reader.attributeIsDeclaration(i) {
              prefixes[reader.attributeQualifiedName(i).count == 5 ? "" : local] = value
            } else if reader.attributeNamespace(i) == NamespaceTable.none {
              // Names, numbers and choices are taken with their white space collapsed; a value is the type's matter.
              if !["default", "fixed", "value", "xpath"].contains(local), value.utf8.contains(where: { $0 <= 0x20 }) {
                value = value.split { $0 == " " || $0.isNewline || $0 == "\t" }.joined(separator: " ")
              }
              attributes[local] = value
            }
          }
          let node = SchemaNode(
            name: String(decoding: reader.localName, as: UTF8.self),
            namespace: reader.namespaces.names[Int(reader.namespace)], line: reader.position.line,
            attributes: attributes, prefixes: prefixes)
          stack.last?.children.append(node)
          stack.append(node)
        case .endTag:
          let node = stack.removeLast()
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
}
