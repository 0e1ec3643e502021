// The payload of a message as a whole: reading, judging and writing it.
public import CIMCodec
public import CIMModel
public import CIMProfiles

/// The root class of a profile.
///
///     var readings = try MeterReadings(contentsOf: "readings.xml")
///     readings.meterReading[0].isCoincidentTrigger = true
///     try readings.write(to: "changed.xml", pretty: true)
public protocol Noun: CIMClass {
  /// Name of the root element, e.g. "MeterReadings".
  static var noun: String { get }
  /// Namespace of all elements of the profile.
  static var namespace: String { get }
}

extension Noun {
  /// Reads a document and validates it.
  ///
  /// - Parameter library: schemas to judge by; of a library with a user's own schemas, those count.
  /// - Throws: `ProfileError` with code `.invalid` and every violation found, at most 200, or `.otherNoun`.
  public init(xml: [UInt8], library: SchemaLibrary = .standard) throws(ProfileError) {
    try self.init(DocumentDecoder.decode(xml, resolver: library), from: "the document")
  }

  /// Reads a file of at most 256 MiB and validates it.
  ///
  /// - Throws: `ProfileError` with code `.unreadableFile`, `.invalid` (with every violation found, at most 200) or
  ///   `.otherNoun`.
  public init(contentsOf path: String, library: SchemaLibrary = .standard) throws(ProfileError) {
    var decoder = DocumentDecoder(resolver: library)
    try FileBytes.read(path) { decoder.feed($0) }
    try self.init(decoder.finish(), from: path)
  }

  /// A view of a payload, e.g. one of `Message.objects`.
  ///
  /// Only the root's name and namespace are checked: the message's reader has judged the rest.
  /// - Throws: `ProfileError` with code `.otherNoun`.
  public init(_ payload: Element) throws(ProfileError) {
    guard payload.name == Self.noun, payload.namespace == Self.namespace else {
      throw Self.otherNoun(payload, in: "the payload")
    }
    self.init(unchecked: payload)
  }

  private init(_ document: DecodedDocument, from place: String) throws(ProfileError) {
    // Another noun's violations would be of no help to someone who expected this one.
    if let root = document.root, root.name != Self.noun || root.namespace != Self.namespace {
      throw Self.otherNoun(root, in: place)
    }
    guard let root = document.root, document.findings.isEmpty, document.isWellFormed else {
      throw ProfileError(
        .invalid, "\(place) is no valid \(Self.noun)", violations: document.findings.map(\.violation))
    }
    self.init(unchecked: root)
  }

  private static func otherNoun(_ root: Element, in place: String) -> ProfileError {
    let found = root.namespace.isEmpty ? "\(root.name) without namespace" : "\(root.name) of \(root.namespace)"
    var advice = ""
    if root["Payload"] != nil || root["Body"] != nil {
      advice = "; read a message with MessageReader of IECMessage and hand over one of its objects"
    }
    return ProfileError(
      .otherNoun, "the root of \(place) is \(found), expected \(Self.noun) of \(Self.namespace)\(advice)")
  }
}

extension Noun {
  /// Breaches of the profile; lines and columns are those of `xml(pretty:)`. At most 200.
  public func violations(pretty: Bool = false, library: SchemaLibrary = .standard) -> [Violation] {
    Self.judge(unvalidatedXML(pretty: pretty), by: library)
  }

  /// The document as UTF-8, once it is found to be valid.
  ///
  /// - Parameter pretty: one element a line, indented by two blanks.
  /// - Throws: `ProfileError` with code `.invalid` and every violation found.
  public func xml(pretty: Bool = false, library: SchemaLibrary = .standard) throws(ProfileError) -> [UInt8] {
    let bytes = unvalidatedXML(pretty: pretty)
    let violations = Self.judge(bytes, by: library)
    guard violations.isEmpty else {
      throw ProfileError(.invalid, "this \(Self.noun) breaks its profile, not written", violations: violations)
    }
    return bytes
  }

  /// The document as it is, valid or not, e.g. to look at or to test a partner with.
  public func unvalidatedXML(pretty: Bool = false) -> [UInt8] {
    let bytes = XMLWriter.write(element)
    return pretty ? Indentation.indent(bytes) : bytes
  }

  /// Writes the document into a file, over the one that is there; nothing is touched where it is not valid.
  ///
  /// - Throws: `ProfileError` with code `.invalid` or `.unwritableFile`.
  public func write(to path: String, pretty: Bool = false, library: SchemaLibrary = .standard) throws(ProfileError) {
    try FileBytes.write(xml(pretty: pretty, library: library), to: path)
  }

  private static func judge(_ bytes: [UInt8], by library: SchemaLibrary) -> [Violation] {
    DocumentDecoder.decode(bytes, resolver: library, buildsTree: false).findings.map(\.violation)
  }
}
