// The element tree of one schema document, with lines and the namespaces in scope.
import XMLPull

/// One element of a schema document.
///
/// Unchecked: `parse` alone changes a node, before anyone else has it.
final class SchemaNode: @unchecked Sendable {
  let name: String
  let isXSD: Bool
  let namespace: String
  let line: Int
  /// Attributes without namespace.
  let attributes: SchemaAttributes
  /// Prefixes in scope, "" for the default namespace.
  let prefixes: [String: String]
  var children: [SchemaNode] = []
  var text = ""
  /// Children of XML Schema's namespace, annotations left out.
  private(set) var components: [SchemaNode] = []
  /// The documentation of this component, white space folded, paragraphs separated by an empty line.
  var documentation = ""
  /// What a profile says of how sure this component is, from `busbar:status` in its appinfo.
  var status: String?

  init(
    name: String, namespace: String, line: Int, attributes: SchemaAttributes, prefixes: [String: String]
  ) {
    self.name = name
    isXSD = namespace == SchemaName.xsd
    self.namespace = namespace
    self.line = line
    self.attributes = attributes
    self.prefixes = prefixes
  }

  func first(_ name: String) -> SchemaNode? { components.first { $0.name == name } }

  /// Takes from the children what is asked for again and again.
  func complete() {
    if children.isEmpty { return }
    var annotations: [SchemaNode] = []
    for child in children where child.isXSD {
      if child.name == "annotation" { annotations.append(child) } else { components.append(child) }
    }
    if annotations.isEmpty { return }
    documentation = Self.documentation(annotations)
    status = Self.status(annotations)
  }

  private static func documentation(_ annotations: [SchemaNode]) -> String {
    var all = ""
    for annotation in annotations {
      for part in annotation.children where part.isXSD && part.name == "documentation" {
        let text = folded(part.allText)
        if text.isEmpty { continue }
        if !all.isEmpty { all += "\n\n" }
        all += text
      }
    }
    return all
  }

  private static func status(_ annotations: [SchemaNode]) -> String? {
    for annotation in annotations {
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
    var text = text
    return text.withUTF8 { bytes in
      String(unsafeUninitializedCapacity: bytes.count) { room in
        var count = 0
        var isBehindWord = false
        for byte in bytes {
          if !XMLCharacters.isSpace(byte) {
            room[count] = byte
            count += 1
            isBehindWord = true
          } else if isBehindWord {
            room[count] = 0x20
            count += 1
            isBehindWord = false
          }
        }
        return count > 0 && !isBehindWord ? count - 1 : count
      }
    }
  }
}
