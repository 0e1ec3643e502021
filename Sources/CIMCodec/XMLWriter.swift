// Element trees as XML text.
public import CIMModel

/// Writes elements as UTF-8 XML with the fewest declarations: the namespace of most elements is the default one.
public struct XMLWriter {
  public private(set) var bytes: [UInt8] = []
  /// Prefixes for namespaces that should not be the default where they occur, e.g. "soap".
  private let prefixes: [String: String]

  /// - Parameter prefixes: namespace to prefix; each is declared at the root.
  public init(prefixes: [String: String] = [:], declaration: Bool = true) {
    self.prefixes = prefixes
    bytes.reserveCapacity(4096)
    if declaration { append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") }
  }

  /// One element as a whole document.
  public static func write(_ element: Element, prefixes: [String: String] = [:]) -> [UInt8] {
    var writer = XMLWriter(prefixes: prefixes)
    writer.write(element, default: nil, isRoot: true)
    writer.append("\n")
    return writer.bytes
  }

  private mutating func write(_ element: Element, default inherited: String?, isRoot: Bool) {
    let prefix = prefixes[element.namespace]
    let tag = prefix.map { $0 + ":" + element.name } ?? element.name
    var scope = inherited
    append("<")
    append(tag)
    if isRoot {
      for (namespace, prefix) in prefixes.sorted(by: { $0.value < $1.value }) {
        declare(prefix: prefix, namespace: namespace)
      }
    }
    if prefix == nil && element.namespace != (inherited ?? "") {
      append(" xmlns=\"")
      appendEscaped(element.namespace, inAttribute: true)
      append("\"")
      scope = element.namespace
    }
    writeAttributes(of: element)
    if element.children.isEmpty && element.text.isEmpty {
      append("/>")
      return
    }
    append(">")
    if element.children.isEmpty {
      appendEscaped(element.text, inAttribute: false)
    } else {
      for child in element.children { write(child, default: scope, isRoot: false) }
    }
    append("</")
    append(tag)
    append(">")
  }

  private mutating func writeAttributes(of element: Element) {
    var made = 0
    for attribute in element.attributes {
      var name = attribute.name
      if attribute.namespace == "http://www.w3.org/XML/1998/namespace" {
        name = "xml:" + name
      } else if !attribute.namespace.isEmpty {
        if let prefix = prefixes[attribute.namespace] {
          name = prefix + ":" + name
        } else {
          let prefix = "a\(made)"
          made += 1
          declare(prefix: prefix, namespace: attribute.namespace)
          name = prefix + ":" + name
        }
      }
      append(" ")
      append(name)
      append("=\"")
      appendEscaped(attribute.value, inAttribute: true)
      append("\"")
    }
  }

  private mutating func declare(prefix: String, namespace: String) {
    append(" xmlns:")
    append(prefix)
    append("=\"")
    appendEscaped(namespace, inAttribute: true)
    append("\"")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendEscaped(_ text: String, inAttribute: Bool) {
    Self.appendEscaped(text, inAttribute: inAttribute, to: &bytes)
  }

  /// Appends text so that an XML reader gets it back as it is, line ends in attributes included.
  package static func appendEscaped(_ text: String, inAttribute: Bool, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case 0x26: bytes.append(contentsOf: "&amp;".utf8)
      case 0x3C: bytes.append(contentsOf: "&lt;".utf8)
      case 0x3E: bytes.append(contentsOf: "&gt;".utf8)
      case 0x22 where inAttribute: bytes.append(contentsOf: "&quot;".utf8)
      case 0x0D: bytes.append(contentsOf: "&#13;".utf8)
      case 0x0A where inAttribute: bytes.append(contentsOf: "&#10;".utf8)
      case 0x09 where inAttribute: bytes.append(contentsOf: "&#9;".utf8)
      // What XML cannot carry at all is left out rather than written wrongly.
      case 0x00..<0x20 where byte != 0x0A && byte != 0x09: continue
      default: bytes.append(byte)
      }
    }
  }
}
