// Annotations of tested documents, read without a tree: they are half of a profile's text.
import XMLPull

extension SchemaNode {
  /// What an annotation says: words, and the status of a profile's component.
  struct Annotation {
    private var documentation: [UInt8] = []
    private var status: [UInt8] = []

    /// Reads up to the end tag of the annotation, whose start tag has just been read.
    mutating func read(_ reader: inout XMLReader) throws(XMLError) {
      enum Place { case annotation, documentation, appinfo, status }
      var open: [Place] = [.annotation]
      while let place = open.last {
        switch try reader.next() {
        case .startTag:
          switch place {
          case .annotation where reader.localName.elementsEqual("documentation".utf8):
            if !documentation.isEmpty { documentation += [0x0A, 0x0A] }
            open.append(.documentation)
          case .annotation: open.append(.appinfo)
          case .appinfo where reader.localName.elementsEqual("status".utf8): open.append(.status)
          case .documentation, .appinfo, .status: open.append(place)
          }
        case .endTag:
          open.removeLast()
          if place == .documentation, documentation.last == 0x20 { documentation.removeLast() }
        case .text:
          switch place {
          case .documentation: Self.fold(reader.text, into: &documentation)
          case .status: Self.fold(reader.text, into: &status)
          case .annotation, .appinfo: break
          }
        case .endOfDocument, .needInput:
          throw XMLError(.unexpectedEnd, "the document ends in an annotation", at: reader.position)
        }
      }
      if status.last == 0x20 { status.removeLast() }
    }

    func give(to node: SchemaNode) {
      if !documentation.isEmpty {
        let text = String(decoding: documentation, as: UTF8.self)
        node.documentation = node.documentation.isEmpty ? text : node.documentation + "\n\n" + text
      }
      if !status.isEmpty, node.status == nil { node.status = String(decoding: status, as: UTF8.self) }
    }

    /// Adds words with one blank between them.
    private static func fold(_ text: XMLBytes, into words: inout [UInt8]) {
      for byte in text {
        if !XMLCharacters.isSpace(byte) {
          words.append(byte)
        } else if let last = words.last, !XMLCharacters.isSpace(last) {
          words.append(0x20)
        }
      }
    }
  }
}
