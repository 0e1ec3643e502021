// One pass over a document: well-formedness, validity and the element tree, side by side.
public import CIMModel
public import CIMSchema
public import XMLPull

/// What a decoder made of a document.
public struct DecodedDocument: Sendable {
  /// The root; nil where the document is not well-formed.
  public var root: Element?
  /// Breaches, in document order; those that concern a profile's payload are marked.
  public var findings: [Finding]
  /// Elements that came through a wildcard and that no schema declares.
  public var unknown: [UnknownElement]
  /// Roots of profiles that were found and judged.
  public var profiles: [SchemaName]
  /// Whether the document was read to its end.
  public var isWellFormed: Bool
  /// Whether findings beyond the limit were dropped.
  public var isTruncated: Bool

  public struct Finding: Sendable, Hashable {
    public var violation: Violation
    public var scope: Scope
  }

  /// Which part of the document a finding is about.
  public enum Scope: Sendable, Hashable {
    case envelope
    case payload
    /// The document as a whole: not well-formed.
    case document
  }

  public struct UnknownElement: Sendable, Hashable {
    public var name: SchemaName
    public var position: XMLPosition
    public var path: String
    /// Local name of the element it stands in.
    public var parent: String
  }
}

/// Limits of the decoder beyond those of the reader.
public struct DecodingLimits: Sendable, Hashable {
  public var xml: XMLLimits
  /// Violations kept; what comes behind is counted as truncated. Default 200.
  public var violations: Int
  /// Bytes of one element's text. Default 64 MiB.
  public var textLength: Int

  /// Values held at a time for one identity constraint. Default 1,000,000.
  public var identityValues: Int

  public init(
    xml: XMLLimits = XMLLimits(), violations: Int = 200, textLength: Int = 64 << 20, identityValues: Int = 1_000_000
  ) {
    self.xml = xml
    self.violations = violations
    self.textLength = textLength
    self.identityValues = identityValues
  }
}

/// Decodes a document while it is fed.
///
/// What a decoder has learnt of one document makes the next of its kind faster: `restart()` and feed the next.
public struct DocumentDecoder: ~Copyable {
  let core: DecoderCore<TreeSink>

  /// - Parameter buildsTree: false judges only; memory is then bounded whatever the document's size.
  public init(resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(), buildsTree: Bool = true) {
    core = DecoderCore(resolver: resolver, limits: limits, buildsTree: buildsTree, sink: TreeSink())
  }

  /// Takes the next bytes and works off all that is complete. After the first breach of well-formedness the rest is
  /// ignored.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) { core.feed(bytes) }

  public mutating func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { feed($0) } }

  /// Says that nothing follows, and hands out the result.
  public mutating func finish() -> DecodedDocument { core.finish() }

  /// Makes ready for another document.
  public mutating func restart() { core.restart() }

  /// Decodes a document that is in memory whole.
  public mutating func decode(_ bytes: [UInt8]) -> DecodedDocument { core.decode(bytes) }

  /// Decodes one document that is in memory.
  public static func decode(
    _ bytes: [UInt8], resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(), buildsTree: Bool = true
  ) -> DecodedDocument {
    var decoder = DocumentDecoder(resolver: resolver, limits: limits, buildsTree: buildsTree)
    return decoder.decode(bytes)
  }
}
