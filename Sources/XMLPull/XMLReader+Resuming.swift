// For a decoder that remembers how a document goes on: it passes what it knows by itself, and has the reader take over
// in the middle of a document where it does not.

extension XMLReader {
  /// What the reader knows at a place between two tokens inside the document's element.
  package struct Context: Sendable {
    var openElements: [OpenElement]
    var openNames: [UInt8]
    var bindings: [NamespaceTable.Binding]

    /// The bytes that tell one context from another.
    package func appendKey(to key: inout [UInt8]) {
      key.append(contentsOf: openNames)
      for element in openElements {
        key.append(0)
        append(element.nameLength, to: &key)
        append(Int(element.namespace), to: &key)
        append(element.bindings, to: &key)
      }
      for binding in bindings {
        key.append(1)
        key.append(contentsOf: binding.prefix)
        key.append(0)
        append(Int(binding.namespace), to: &key)
      }
    }

    private func append(_ number: Int, to key: inout [UInt8]) {
      withUnsafeBytes(of: Int32(truncatingIfNeeded: number)) { key.append(contentsOf: $0) }
    }
  }

  /// The context between the last token and the next.
  package var context: Context {
    Context(openElements: openElements, openNames: Array(openNames.bytes), bindings: namespaces.bindings)
  }

  /// Goes on from the cursor as if all before it had been read by this reader.
  package mutating func resume(_ context: Context) {
    openElements = context.openElements
    openNames.removeAll()
    context.openNames.withUnsafeBufferPointer { names in
      if let start = names.baseAddress { openNames.append(start, count: names.count) }
    }
    namespaces.replaceBindings(by: context.bindings)
    pendingEnd = false
    attributeCount = 0
    state = .content
  }

  /// Goes on behind the first bytes of the document, which another has read: declaration, white space, the root's tag.
  /// `resume` is to be called before the next token is read.
  ///
  /// - Parameters:
  ///   - newlines: line feeds in these bytes.
  ///   - characters: behind the last of them.
  package mutating func begin(behind count: Int, newlines: Int, characters: Int) {
    declarationRead = true
    state = .content
    passed(to: count, newlines: newlines, characters: characters)
  }

  /// The rest of the document has been read by another.
  package mutating func complete() {
    cursor = end
    state = .done
  }

  /// Whether an `endTag` follows that is not in the text: the last start tag was an empty-element tag.
  package var isAtEmptyElement: Bool { pendingEnd }

  /// Takes over the numbers of another reader's namespaces, to go on from its contexts.
  package mutating func adoptNamespaces(of other: borrowing XMLReader) { namespaces = other.namespaces }

  // MARK: The window

  /// The bytes in memory; at least `padding` readable zero bytes stand behind `windowEnd`.
  package var window: UnsafePointer<UInt8> { UnsafePointer(base) }
  /// Where the next token begins in the window.
  package var windowCursor: Int { cursor }
  package var windowEnd: Int { end }
  package var windowCapacity: Int { capacity }
  /// Where the current token begins in the window.
  package var windowTokenStart: Int { tokenStart }
  /// Whether nothing follows what is in the window.
  package var isFed: Bool { isFinal }
  /// Bytes of the document before the window.
  package var windowOffset: Int { discarded }

  /// Counts lines and columns up to the cursor, so that `passed` can go on from there.
  package mutating func markCursor() { mark(at: cursor) }

  /// Moves the cursor forward over what another has read, from the place of the last `markCursor`.
  ///
  /// - Parameters:
  ///   - newlines: line feeds that were passed.
  ///   - characters: passed behind the last of them, or all when there was none.
  package mutating func passed(to index: Int, newlines: Int, characters: Int) {
    markLine += newlines
    markColumn = newlines > 0 ? characters : markColumn + characters
    markIndex = index
    cursor = index
    tokenStart = index
  }

  /// The place some characters of one line before the cursor, `markCursor` or `passed` having been called.
  package func position(beforeCursor characters: Int) -> XMLPosition {
    XMLPosition(offset: discarded + cursor - characters, line: markLine + 1, column: markColumn + 1 - characters)
  }

  /// A place in the window, so many lines behind the mark and characters behind the last line feed, or behind the mark.
  package func position(at index: Int, newlines: Int, characters: Int) -> XMLPosition {
    XMLPosition(
      offset: discarded + index, line: markLine + newlines + 1,
      column: (newlines > 0 ? 0 : markColumn) + characters + 1)
  }

  /// An attribute's value in the window: nil when references or white space in it were replaced.
  package func attributeValuePlace(_ index: Int) -> Range<Int>? {
    let attribute = attributes[index]
    return attribute.isDecoded ? nil : attribute.valueStart..<attribute.valueStart + attribute.valueLength
  }

  /// Makes ready for another document. Namespaces keep their numbers.
  package mutating func restart() {
    cursor = 0
    end = 0
    base.initialize(repeating: 0, count: Self.padding)
    isFinal = false
    carriedNamespaces = namespaces.names.count
    discarded = 0
    markIndex = 0
    markLine = 0
    markColumn = 0
    tokenStart = 0
    pendingEnd = false
    declarationRead = false
    state = .prolog
    attributeCount = 0
    attributes.removeAll(keepingCapacity: true)
    openNames.removeAll()
    openElements.removeAll(keepingCapacity: true)
    namespaces.replaceBindings(by: [])
  }

  /// Whether so many namespaces were named that the next document should begin without them.
  package var hasManyNamespaces: Bool { namespaces.names.count > 1024 }
}

extension NamespaceTable {
  mutating func replaceBindings(by other: [Binding]) {
    bindings = other
    epoch += 1
  }
}
