// Bytes to a tree of nodes with lines, within bounds.
import CIMModel
import CIMSchema
import IECMessage
import XMLPull

/// Reads a whole document into nodes.
struct NodeReader: ~Copyable {
  /// Elements of one document: a tree of more is too large to be held beside the message itself.
  static let elementLimit = 1_000_000

  /// Elements open at a time, whatever the limits say: the repairs follow the tree by calling themselves.
  static let depthLimit = 512

  private var reader: XMLReader
  private var open: [DocumentNode] = []
  /// How often each name has occurred among the children of the open elements.
  private var counts: [[String: Int]] = []
  private var root: DocumentNode?
  private var elements = 0
  private let firstLine: Int

  /// - Parameter firstLine: of the document, for one that stands inside another.
  static func read(_ bytes: [UInt8], limits: ReadLimits, firstLine: Int = 1) throws(RepairError) -> DocumentNode {
    var reader = NodeReader(limits: limits, firstLine: firstLine)
    return try reader.read(bytes)
  }

  private init(limits: ReadLimits, firstLine: Int) {
    reader = XMLReader(
      limits: XMLLimits(
        depth: min(limits.depth, Self.depthLimit), attributes: limits.attributes, nameLength: limits.nameLength,
        totalBytes: limits.totalBytes))
    self.firstLine = firstLine
  }

  private mutating func read(_ bytes: [UInt8]) throws(RepairError) -> DocumentNode {
    reader.feed(bytes)
    reader.finish()
    do throws(XMLError) {
      loop: while true {
        switch try reader.next() {
        case .startTag:
          elements += 1
          if elements > Self.elementLimit {
            throw XMLError(
              .sizeLimit, "a message of more than \(Self.elementLimit) elements is not repaired", at: reader.position)
          }
          start()
        case .endTag: try end()
        case .text: text()
        case .endOfDocument, .needInput: break loop
        }
      }
    } catch {
      throw RepairError(
        error.code.rawValue.hasPrefix("limit.") ? .tooLarge : .unreadable, error.message,
        line: error.position.line + firstLine - 1)
    }
    guard let root else { throw RepairError(.unreadable, "the document has no element", line: firstLine) }
    return root
  }

  private mutating func start() {
    let name = String(decoding: reader.localName, as: UTF8.self)
    var node = DocumentNode(
      name, in: reader.namespaces.names[Int(reader.namespace)], line: reader.position.line + firstLine - 1)
    for i in 0..<reader.attributeCount where !reader.attributeIsDeclaration(i) {
      let local = String(decoding: reader.attributeLocalName(i), as: UTF8.self)
      let value = String(decoding: reader.attributeValue(i), as: UTF8.self)
      if reader.attributeNamespace(i) == NamespaceTable.xsi, local == "type" {
        node.typeName = qualified(value.trimmed)
        if node.typeName != nil { continue }
      }
      node.attributes.append(
        Element.Attribute(
          namespace: reader.namespaces.names[Int(reader.attributeNamespace(i))], name: local, value: value))
    }
    if !counts.isEmpty {
      let count = counts[counts.count - 1][name, default: 0] + 1
      counts[counts.count - 1][name] = count
      node.ordinal = count
    }
    open.append(node)
    counts.append([:])
  }

  /// Nil where the prefix is not bound.
  private func qualified(_ text: String) -> SchemaName? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let prefix = parts.count == 2 ? parts[0] : ""
    guard let local = parts.last, let id = reader.namespaces.namespace(ofPrefix: prefix) else { return nil }
    return SchemaName(reader.namespaces.names[Int(id)], String(local))
  }

  private mutating func end() throws(XMLError) {
    guard var node = open.popLast(), counts.popLast() != nil else { return }
    if !node.children.isEmpty {
      // White space between elements is no content; text is, and a rewritten document could not carry it.
      if !node.text.trimmed.isEmpty {
        throw XMLError(
          XMLError.Code("repair.mixed"),
          "'\(node.name)' has text between its elements, which would be lost: it is not repaired", at: reader.position)
      }
      node.text = ""
    }
    if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
  }

  private mutating func text() {
    guard !open.isEmpty else { return }
    let here = open.count - 1
    open[here].text += String(decoding: reader.text, as: UTF8.self)
    // The only element of the envelope whose text is a qualified name.
    if open[here].name == "xpath", open[here].text.utf8.count <= 512 {
      let text = open[here].text.trimmed
      open[here].qualifiedText = text.contains(":") && !text.contains("/") ? qualified(text) : nil
    }
  }
}
