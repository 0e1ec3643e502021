// A streaming reader of XML 1.0 with namespaces: bytes in, tokens out, nothing allocated per token.
// No DTD, no entities but the five, and nothing is ever fetched.

/// Bytes inside a reader: valid until its next call.
public typealias XMLBytes = UnsafeBufferPointer<UInt8>

/// What `XMLReader.next()` came upon.
public enum XMLToken: Sendable {
  /// `name`, `namespace` and the attributes tell more. An empty-element tag is followed by an `endTag`.
  case startTag
  case endTag
  /// A piece of character data; one run of text may come in several pieces.
  case text
  /// The document is complete.
  case endOfDocument
  /// All that was fed is consumed: feed more, or call `finish()`.
  case needInput
}

/// Reads a document from chunks of bytes.
///
/// Feed bytes with `feed(_:)`, say `finish()` after the last, and call `next()` until `endOfDocument`. Memory is bounded
/// by the largest tag and the chunks fed, not by the document.
public struct XMLReader: ~Copyable {
  public let limits: XMLLimits

  // The window of the document that is in memory; at least `padding` zero bytes stand behind `end`, so that scanning
  // needs no bounds check: a zero byte is never legal, and ends every loop.
  var base: UnsafeMutablePointer<UInt8>
  var capacity: Int
  var cursor: Int
  var end: Int
  var isFinal = false
  /// Namespaces that earlier documents left in the table.
  var carriedNamespaces = 0
  static var padding: Int { 320 }

  // Where the window begins in the document.
  var discarded = 0
  // A place in the window whose line and column are known, so that positions are counted once and not from the start.
  var markIndex = 0
  var markLine = 0
  var markColumn = 0

  let classes = ByteClassTable()
  var scratch = ByteScratch()

  // The element of the last start or end tag.
  var tokenStart = 0
  var nameStart = 0
  var nameLength = 0
  var prefixLength = 0
  public internal(set) var namespace = NamespaceTable.none

  var pendingEnd = false
  var declarationRead = false
  var state = State.prolog
  var attributes: [RawAttribute] = []
  var attributeValues = ByteScratch()
  public internal(set) var attributeCount = 0

  var textStart = 0
  var textLength = 0
  var textIsDecoded = false

  /// Names of the open elements, end to end.
  var openNames = ByteScratch()
  var openElements: [OpenElement] = []
  public internal(set) var namespaces = NamespaceTable()

  enum State { case prolog, content, epilog, done }

  struct OpenElement: Sendable {
    var nameOffset: Int
    var nameLength: Int
    var prefixLength: Int
    var namespace: NamespaceTable.ID
    /// Length of the binding stack before this element's declarations.
    var bindings: Int
  }

  public init(limits: XMLLimits = XMLLimits(), capacity: Int = 1 << 16) {
    self.limits = limits
    self.capacity = max(capacity, 256)
    base = .allocate(capacity: self.capacity + Self.padding)
    base.initialize(repeating: 0, count: self.capacity + Self.padding)
    cursor = 0
    end = 0
  }

  deinit { base.deallocate() }

  // MARK: Input

  /// Takes the next bytes of the document.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    if cursor > 0 {
      mark(at: cursor)
      discarded += cursor
      markIndex -= cursor
      let kept = end - cursor
      if kept > 0 { base.update(from: base + cursor, count: kept) }
      cursor = 0
      end = kept
    }
    let needed = end + bytes.count
    if needed > capacity {
      let grown = max(needed, capacity * 2)
      let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: grown + Self.padding)
      fresh.initialize(repeating: 0, count: grown + Self.padding)
      fresh.update(from: base, count: end)
      base.deallocate()
      base = fresh
      capacity = grown
    }
    UnsafeMutableRawPointer(base + end).copyMemory(from: source, byteCount: bytes.count)
    end = needed
    UnsafeMutableRawPointer(base + end).initializeMemory(as: UInt8.self, repeating: 0, count: Self.padding)
  }

  public mutating func feed(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { feed($0) }
  }

  /// Says that nothing follows what was fed.
  public mutating func finish() { isFinal = true }

  // MARK: The current token

  /// The qualified name as written, e.g. "msg:Header".
  public var qualifiedName: XMLBytes { XMLBytes(start: base + nameStart, count: nameLength) }
  /// The local part of the name.
  public var localName: XMLBytes {
    let skip = prefixLength == 0 ? 0 : prefixLength + 1
    return XMLBytes(start: base + nameStart + skip, count: nameLength - skip)
  }

  /// The characters of a `text` token, references resolved and line ends normalised.
  public var text: XMLBytes {
    textIsDecoded ? scratch.bytes : XMLBytes(start: base + textStart, count: textLength)
  }

  /// Elements open now; the element of a start tag counts.
  public var depth: Int { openElements.count }

  /// Where the current token begins.
  public var position: XMLPosition { position(at: tokenStart) }

  /// Where a byte of the current text stands; for text with references, where the text begins behind white space.
  public func position(ofTextByte index: Int) -> XMLPosition {
    if !textIsDecoded { return position(at: textStart + index) }
    var i = tokenStart
    while i < end && classes.rows[Int(base[i])] & ByteClass.space != 0 { i += 1 }
    return position(at: i)
  }

  /// Bytes of the document before the current token.
  public var tokenOffset: Int { discarded + tokenStart }

  /// Bytes of the document consumed so far.
  public var offset: Int { discarded + cursor }

  // MARK: Positions

  func position(at index: Int) -> XMLPosition {
    let place = counted(to: index)
    return XMLPosition(offset: discarded + index, line: place.line + 1, column: place.column + 1)
  }

  private func counted(to index: Int) -> (line: Int, column: Int) {
    var line = markLine
    var column = markColumn
    var i = markIndex
    let stop = min(index, end)
    while i < stop {
      let b = base[i]
      if b == 0x0A {
        line += 1
        column = 0
      } else if b & 0xC0 != 0x80 {
        column += 1
      }
      i += 1
    }
    return (line, column)
  }

  /// Moves the mark forward to a place in the window.
  mutating func mark(at index: Int) {
    guard index > markIndex else { return }
    (markLine, markColumn) = counted(to: index)
    markIndex = index
  }

  func error(_ code: XMLError.Code, _ message: String, at index: Int) -> XMLError {
    XMLError(code, message, at: position(at: index))
  }
}
