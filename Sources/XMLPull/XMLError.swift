// Why a document is not well-formed, or was not read to its end.

/// A breach of XML 1.0, of Namespaces in XML 1.0, or of a limit. It ends the reading: nothing behind it can be trusted.
public struct XMLError: Error, Sendable, Hashable {
  /// What kind of breach: open, so that codes can be added.
  public struct Code: Sendable, Hashable {
    public var rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    public static let malformed = Code("xml.malformed")
    public static let mismatchedTag = Code("xml.tag-mismatch")
    public static let unexpectedEnd = Code("xml.unexpected-end")
    public static let encoding = Code("xml.encoding")
    public static let character = Code("xml.character")
    public static let name = Code("xml.name")
    public static let reference = Code("xml.reference")
    public static let duplicateAttribute = Code("xml.duplicate-attribute")
    public static let namespace = Code("xml.namespace")
    /// A document type declaration: refused, because it can name entities and files (IEC 62351-11 asks the same).
    public static let documentType = Code("xml.dtd")
    public static let depthLimit = Code("limit.depth")
    public static let attributeLimit = Code("limit.attributes")
    public static let nameLimit = Code("limit.name")
    public static let valueLimit = Code("limit.value")
    public static let sizeLimit = Code("limit.size")
  }

  public var code: Code
  public var message: String
  public var position: XMLPosition

  public init(_ code: Code, _ message: String, at position: XMLPosition) {
    self.code = code
    self.message = message
    self.position = position
  }
}

/// A place in a document.
public struct XMLPosition: Sendable, Hashable {
  /// Bytes before this place.
  public var offset: Int
  /// From 1.
  public var line: Int
  /// Characters from the line's beginning, from 1.
  public var column: Int

  public init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }
}
