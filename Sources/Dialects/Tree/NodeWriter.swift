// The repaired tree as XML text, every element on the line where it stood.
import CIMCodec
import CIMModel
import CIMSchema

/// Writes nodes as a document whose lines are those of the original, so that what the strict reader says of it fits what
/// the partner has sent. Elements that were moved forward stay on the line that is reached.
struct NodeWriter {
  private static let instance = "http://www.w3.org/2001/XMLSchema-instance"
  private static let xml = "http://www.w3.org/XML/1998/namespace"
  private static let soap = ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]

  private var bytes: [UInt8] = []
  private var line = 1
  /// Namespace to prefix: SOAP's, and those of names in content. Declared at the root.
  private var prefixes: [String: String] = [:]

  static func write(_ root: DocumentNode) -> [UInt8] {
    var writer = NodeWriter()
    if soap.contains(root.namespace) { writer.prefixes[root.namespace] = "soap" }
    writer.collectPrefixes(root)
    writer.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    writer.write(root, default: nil)
    writer.append("\n")
    return writer.bytes
  }

  private mutating func collectPrefixes(_ node: DocumentNode) {
    if let type = node.typeName {
      prefixes[Self.instance] = "xsi"
      makePrefix(type.namespace)
    }
    if let name = node.qualifiedText { makePrefix(name.namespace) }
    for attribute in node.attributes where attribute.namespace != Self.xml {
      makePrefix(attribute.namespace)
    }
    for child in node.children { collectPrefixes(child) }
  }

  private mutating func makePrefix(_ namespace: String) {
    if namespace.isEmpty || prefixes[namespace] != nil { return }
    prefixes[namespace] = namespace == Self.instance ? "xsi" : "q\(prefixes.count)"
  }

  private func text(_ name: SchemaName) -> String {
    prefixes[name.namespace].map { $0 + ":" + name.local } ?? name.local
  }

  private mutating func write(_ node: DocumentNode, default inherited: String?) {
    // White space between elements means nothing; only elements with elements in them get here with any.
    while line < node.line { append("\n") }
    let prefix = prefixes[node.namespace]
    let tag = prefix.map { $0 + ":" + node.name } ?? node.name
    var scope = inherited
    append("<" + tag)
    if inherited == nil {
      for (namespace, prefix) in prefixes.sorted(by: { $0.value < $1.value }) {
        writeAttribute("xmlns:" + prefix, namespace)
      }
      scope = ""
    }
    if prefix == nil, node.namespace != scope {
      writeAttribute("xmlns", node.namespace)
      scope = node.namespace
    }
    if let type = node.typeName { writeAttribute("xsi:type", text(type)) }
    for attribute in node.attributes {
      let prefix = attribute.namespace == Self.xml ? "xml" : prefixes[attribute.namespace]
      writeAttribute(prefix.map { $0 + ":" + attribute.name } ?? attribute.name, attribute.value)
    }
    let content = node.qualifiedText.map(text) ?? node.text
    if node.children.isEmpty, content.isEmpty {
      append("/>")
      return
    }
    append(">")
    if node.children.isEmpty { escape(content, inAttribute: false) }
    for child in node.children { write(child, default: scope) }
    append("</" + tag + ">")
  }

  private mutating func writeAttribute(_ name: String, _ value: String) {
    append(" " + name + "=\"")
    escape(value, inAttribute: true)
    append("\"")
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    for byte in text.utf8 where byte == 0x0A { line += 1 }
  }

  private mutating func escape(_ text: String, inAttribute: Bool) {
    XMLWriter.appendEscaped(text, inAttribute: inAttribute, to: &bytes)
    if !inAttribute { for byte in text.utf8 where byte == 0x0A { line += 1 } }
  }
}
