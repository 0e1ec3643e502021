// Element trees as XML text.
public import CIMModel

/// Writes elements as UTF-8 XML with the fewest declarations: the namespace of most elements is the default one.
public struct XMLWriter {
  public private(set) var bytes: [UInt8] = []
  /// Prefixes for namespaces that should not be the default where they occur, e.g. "soap".
  private let prefixes: [String: String]
  private var open: [Open] = []
  /// The last start tag still lacks its end: nothing stands in the element so far.
  private var isTagOpen = false

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
    writer.finish()
    return writer.bytes
  }

  // MARK: Piece by piece

  /// Begins an element without attributes; `end()` ends it.
  package mutating func begin(_ name: String, in namespace: String) {
    begin(name, in: namespace, default: open.last?.scope)
  }

  /// Begins an element with its attributes, in a document whose default namespace may be this one.
  package mutating func begin(_ element: Element, within namespace: String) {
    begin(element.name, in: element.namespace, default: open.last?.scope ?? namespace)
    writeAttributes(of: element)
  }

  private mutating func begin(_ name: String, in namespace: String, default inherited: String?) {
    closeTag()
    let (_, scope) = startTag(name, in: namespace, default: inherited, isRoot: open.isEmpty)
    open.append(Open(name: name, namespace: namespace, scope: scope))
    isTagOpen = true
  }

  /// What has been written since the last call; the end of a start tag may still be to come.
  package mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Ends the element that was begun last.
  package mutating func end() {
    guard let element = open.popLast() else { return }
    if isTagOpen {
      append("/>")
      isTagOpen = false
    } else {
      endTag(prefix(of: element.namespace), element.name)
    }
  }

  /// An element with a text and nothing else.
  package mutating func leaf(_ name: String, in namespace: String, _ text: String) {
    closeTag()
    let (prefix, _) = startTag(name, in: namespace, default: open.last?.scope, isRoot: open.isEmpty)
    content(text, of: name, prefix)
  }

  package mutating func add(_ element: Element) {
    closeTag()
    write(element, default: open.last?.scope, isRoot: open.isEmpty)
  }

  /// What ends a document in the form that `write` gives it.
  package mutating func finish() { append("\n") }

  /// An element that was begun and not ended.
  private struct Open {
    var name: String
    var namespace: String
    /// The default namespace inside.
    var scope: String?
  }

  private mutating func closeTag() {
    guard isTagOpen else { return }
    bytes.append(UInt8(ascii: ">"))
    isTagOpen = false
  }

  // MARK: Trees

  private mutating func write(_ element: Element, default inherited: String?, isRoot: Bool) {
    let name = element.name
    let (prefix, scope) = startTag(name, in: element.namespace, default: inherited, isRoot: isRoot)
    writeAttributes(of: element)
    if element.children.isEmpty { return content(element.text, of: name, prefix) }
    bytes.append(UInt8(ascii: ">"))
    for child in element.children { write(child, default: scope, isRoot: false) }
    endTag(prefix, name)
  }

  private func prefix(of namespace: String) -> String? { prefixes.isEmpty ? nil : prefixes[namespace] }

  /// All of a start tag but its attributes and its end.
  ///
  /// - Returns: the prefix of the element, and the default namespace inside it.
  private mutating func startTag(
    _ name: String, in namespace: String, default inherited: String?, isRoot: Bool
  ) -> (prefix: String?, scope: String?) {
    let prefix = prefix(of: namespace)
    bytes.append(UInt8(ascii: "<"))
    append(prefix, name)
    if isRoot && !prefixes.isEmpty {
      for (namespace, prefix) in prefixes.sorted(by: { $0.value < $1.value }) {
        declare(prefix: prefix, namespace: namespace)
      }
    }
    guard prefix == nil && namespace != (inherited ?? "") else { return (prefix, inherited) }
    append(" xmlns=\"")
    appendEscaped(namespace, inAttribute: true)
    bytes.append(UInt8(ascii: "\""))
    return (prefix, namespace)
  }

  /// The end of a start tag, a text, and the end tag.
  private mutating func content(_ text: String, of name: String, _ prefix: String?) {
    if text.isEmpty { return append("/>") }
    bytes.append(UInt8(ascii: ">"))
    appendEscaped(text, inAttribute: false)
    endTag(prefix, name)
  }

  private mutating func endTag(_ prefix: String?, _ name: String) {
    append("</")
    append(prefix, name)
    bytes.append(UInt8(ascii: ">"))
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

  private mutating func append(_ prefix: String?, _ name: String) {
    if let prefix {
      append(prefix)
      bytes.append(UInt8(ascii: ":"))
    }
    append(name)
  }

  @inline(__always)
  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  private mutating func appendEscaped(_ text: String, inAttribute: Bool) {
    Self.appendEscaped(text, inAttribute: inAttribute, to: &bytes)
  }

  /// Appends text so that an XML reader gets it back as it is, line ends in attributes included.
  package static func appendEscaped(_ text: String, inAttribute: Bool, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { all in
      var start = 0
      for place in 0..<all.count {
        // Most of what is written stays as it is.
        let byte = all[place]
        guard isSpecial(byte), let replacement = replacement(of: byte, inAttribute: inAttribute) else { continue }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[start..<place]))
        bytes.append(contentsOf: replacement.utf8)
        start = place + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[start...]))
    }
  }

  @inline(__always)
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x26 || byte == 0x3C || byte == 0x3E || byte == 0x22
  }

  /// What is written for a byte; nil for one that stays as it is.
  private static func replacement(of byte: UInt8, inAttribute: Bool) -> String? {
    switch byte {
    case 0x26: "&amp;"
    case 0x3C: "&lt;"
    case 0x3E: "&gt;"
    case 0x22: inAttribute ? "&quot;" : nil
    case 0x0D: "&#13;"
    case 0x0A: inAttribute ? "&#10;" : nil
    case 0x09: inAttribute ? "&#9;" : nil
    // What XML cannot carry at all is left out rather than written wrongly.
    case 0x00..<0x20: ""
    default: nil
    }
  }
}
