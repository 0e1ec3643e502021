// All schemas Busbar knows, compiled when first asked for.
public import CIMCodec
public import CIMSchema
import Synchronization

/// Profiles, the envelope and the strongly typed messages, by namespace.
///
/// A namespace is compiled the first time an element of it turns up; a noun not used costs nothing. A library is safe
/// to share between threads.
public final class SchemaLibrary: SchemaResolver {
  /// The envelope of IEC 61968-100 edition 1.
  public static let envelopeNamespace = "http://iec.ch/TC57/2011/schema/message"
  /// The wrapped form of the generic web service.
  public static let wrapperNamespace = "http://iec.ch/TC57/2011/abstract"

  private let source: any SchemaSource
  private let index: SchemaIndex
  private let documents = SharedDocuments()
  private let compiled = Mutex<[String: Result<Schema, SchemaError>]>([:])

  /// Root elements of profiles, sorted: "MeterReadings", "GetMeterReadings", …
  public let nouns: [String]

  /// Where a profile's root element is declared.
  public struct Profile: Sendable, Hashable {
    public var noun: String
    public var namespace: String
    public var path: String
    /// Whether it comes from the user's schemas.
    public var isOwn = false
  }

  /// The schemas that are built in.
  public static let standard = SchemaLibrary(EmbeddedProfiles.source)

  /// - Parameter source: the built-in profiles, or a set of its own that has an envelope too.
  public convenience init(_ source: any SchemaSource) {
    self.init(source, index: SchemaIndex(source))
  }

  init(_ source: any SchemaSource, index: SchemaIndex) {
    self.source = source
    self.index = index
    nouns = index.profiles.keys.sorted()
  }

  /// The profile of a noun; where the user's schemas have it in a namespace of their own too, the built-in one.
  public func profile(_ noun: String) -> Profile? { index.profiles[noun]?.first }

  /// All profiles of a noun: several where the user's schemas have it in namespaces of their own.
  public func profiles(_ noun: String) -> [Profile] { index.profiles[noun] ?? [] }

  /// Whether an element is the root of a profile.
  public func isProfile(_ name: SchemaName) -> Bool {
    index.profiles[name.local]?.contains { $0.namespace == name.namespace } ?? false
  }

  /// Whether a namespace is that of an envelope: edition 1's, or one that the user's schemas bring.
  public func isEnvelope(_ namespace: String) -> Bool {
    namespace == Self.envelopeNamespace || index.envelopes.contains(namespace)
  }

  /// The namespace of a noun's payloads, by the rule of edition 2 where the library does not hold the noun.
  public func namespace(ofNoun noun: String) -> String {
    profile(noun)?.namespace ?? "http://iec.ch/TC57/2011/\(noun)#"
  }

  /// Paths of all files, sorted.
  public var paths: [String] { source.paths }

  /// The path under which a file is kept that another refers to by this one.
  package func located(_ path: String) -> String { source.located(path) }

  /// The text of a file; nil where there is none of this path.
  public func bytes(at path: String) throws(SchemaError) -> [UInt8]? { try source.bytes(at: path) }

  /// The compiled schema of a namespace; nil where the library has none.
  ///
  /// - Throws: `SchemaError` where the schema is wrong, each time it is asked for.
  public func schema(forNamespace namespace: String) throws(SchemaError) -> Schema? {
    if let known = compiled.withLock({ $0[namespace] }) { return try known.get() }
    let result: Result<Schema, SchemaError>
    do throws(SchemaError) {
      guard let schema = try compile(namespace) else { return nil }
      result = .success(schema)
    } catch {
      result = .failure(error)
    }
    compiled.withLock { cache in
      // A peer can invent typed namespaces without end: beyond this many nothing is kept.
      if cache.count < 512 { cache[namespace] = result }
    }
    return try result.get()
  }

  private func compile(_ namespace: String) throws(SchemaError) -> Schema? {
    if let paths = index.paths[namespace] {
      return try SchemaCompiler.compile(paths, from: source, sharing: documents)
    }
    if namespace == Self.wrapperNamespace {
      return try SchemaCompiler.compile(
        ["wrapper.xsd"],
        from: OverlaySource(["wrapper.xsd": WrapperSchema.text(envelope: try envelopePath())], over: source),
        sharing: documents)
    }
    guard let typed = TypedNamespace(namespace), let profile = profile(typed.payloadNoun) else { return nil }
    let text = TypedMessageSchema.text(typed, profile: profile, envelope: try envelopePath())
    return try SchemaCompiler.compile(
      ["typed.xsd"], from: OverlaySource(["typed.xsd": text], over: source), sharing: documents)
  }

  /// Path of the envelope's schema.
  package func envelopePath() throws(SchemaError) -> String {
    guard let path = index.paths[Self.envelopeNamespace]?.first else {
      throw SchemaError(.notFound, "the schema set has no envelope (\(Self.envelopeNamespace))", file: "", line: 0)
    }
    return path
  }

  public func resolve(_ name: SchemaName) -> ResolvedElement? {
    guard let schema = try? schema(forNamespace: name.namespace), let id = schema.globalElements[name] else {
      return nil
    }
    return ResolvedElement(schema: schema, element: id, isProfile: isProfile(name))
  }

  /// Compiles everything, for `schema list` and the tests.
  public func compileAll() throws(SchemaError) {
    for namespace in index.paths.keys.sorted() { _ = try schema(forNamespace: namespace) }
  }
}

/// A few files in front of a source.
struct OverlaySource: SchemaSource {
  private let files: [String: [UInt8]]
  private let base: any SchemaSource

  init(_ files: [String: String], over base: any SchemaSource) {
    self.files = files.mapValues { Array($0.utf8) }
    self.base = base
  }

  var paths: [String] { (base.paths + files.keys).sorted() }

  func located(_ path: String) -> String { files[path] == nil ? base.located(path) : path }

  func isTested(_ path: String) -> Bool { files[path] == nil && base.isTested(path) }

  func bytes(at path: String) throws(SchemaError) -> [UInt8]? {
    if let own = files[path] { return own }
    return try base.bytes(at: path)
  }
}
