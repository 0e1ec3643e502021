// Reads a document for its terms.
import Foundation
import MessageBus
import XMLPull

extension SearchTerms {
  /// What is known of an open element.
  private struct Open {
    var isObject = false
    /// What has a column of its own in the journal needs no term.
    var isSkipped = false
    var isHeader = false
  }

  /// Adds the terms of a document that comes in pieces, and the words of one that is no XML.
  ///
  /// - Parameter next: the next piece; nil at the end.
  /// - Parameter full: called now and then, to take the terms away before there are too many.
  /// - Throws: what `next` and `full` throw.
  mutating func add(document next: () throws -> Data?, full: (inout SearchTerms) throws -> Void = { _ in }) throws {
    guard let first = try next() else { return }
    // A document is read once and judged elsewhere: nothing of it is too long here but for the whole.
    let limits = XMLLimits(depth: 4096, attributes: 4096, nameLength: 1 << 16, valueLength: 1 << 24, totalBytes: .max)
    var reader = XMLReader(limits: limits, capacity: max(first.count, 256))
    var open: [Open] = []
    var run: [UInt8] = []
    first.withUnsafeBytes { reader.feed($0) }
    do {
      while true {
        switch try reader.next() {
        case .startTag:
          flush(&run, open.last)
          open.append(element(reader, in: open.last))
          addAttributes(reader)
        case .endTag:
          flush(&run, open.last)
          open.removeLast(open.isEmpty ? 0 : 1)
        case .text:
          let room = Self.longestRun - run.count
          if room > 0 { run.append(contentsOf: reader.text.prefix(room)) }
        case .endOfDocument: return
        case .needInput:
          try full(&self)
          if let piece = try next() { piece.withUnsafeBytes { reader.feed($0) } } else { reader.finish() }
        }
      }
    } catch is XMLError {
      first.prefix(Self.longestRun).withUnsafeBytes { addWords($0) }
    }
  }

  private func element(_ reader: borrowing XMLReader, in parent: Open?) -> Open {
    let name = UnsafeRawBufferPointer(reader.localName)
    var element = Open()
    switch name.count {
    case 2: element.isObject = Self.equal(name, "ID")
    case 4:
      element.isObject = Self.equal(name, "mRID") || Self.equal(name, "name")
      element.isSkipped = parent?.isHeader == true && (Self.equal(name, "Verb") || Self.equal(name, "Noun"))
    case 6:
      element.isHeader = Self.equal(name, "Header")
      element.isSkipped = parent?.isHeader == true && Self.equal(name, "Source")
    case 9: element.isSkipped = parent?.isHeader == true && Self.equal(name, "MessageID")
    case 12: element.isObject = Self.equal(name, "serialNumber")
    case 13: element.isSkipped = parent?.isHeader == true && Self.equal(name, "CorrelationID")
    default: break
    }
    return element
  }

  private static func equal(_ name: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
    text.withUTF8Buffer { name.elementsEqual($0) }
  }

  private mutating func addAttributes(_ reader: borrowing XMLReader) {
    for index in 0..<reader.attributeCount {
      if reader.attributeIsDeclaration(index) || reader.attributeNamespace(index) == NamespaceTable.xsi { continue }
      let isReference = Self.equal(UnsafeRawBufferPointer(reader.attributeLocalName(index)), "ref")
      let value = UnsafeRawBufferPointer(reader.attributeValue(index))
      add(value: UnsafeRawBufferPointer(rebasing: value.prefix(Self.longestRun)), isObject: isReference)
    }
  }

  private mutating func flush(_ run: inout [UInt8], _ element: Open?) {
    guard !run.isEmpty else { return }
    if element?.isSkipped != true {
      run.withUnsafeBytes { add(value: $0, isObject: element?.isObject == true) }
    }
    run.removeAll(keepingCapacity: true)
  }

  /// The words of bytes that are no XML, or broken XML.
  private mutating func addWords(_ bytes: UnsafeRawBufferPointer) {
    for var word in SearchWords.words(String(decoding: bytes, as: UTF8.self)) {
      word.withUTF8 { append(.word, UnsafeRawBufferPointer($0)) }
    }
  }
}
