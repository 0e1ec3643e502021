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
  /// Files by target namespace; chameleons are not among them.
  private let pathsByNamespace: [String: [String]]
  private let compiled = Mutex<[String: Result<Schema, SchemaError>]>([:])

  /// Root elements of profiles, sorted: "MeterReadings", "GetMeterReadings", …
  public let nouns: [String]
  private let profilesByNoun: [String: Profile]

  /// Where a profile's root element is declared.
  public struct Profile: Sendable, Hashable {
    public var noun: String
    public var namespace: String
    public var path: String
  }

  /// The schemas that are built in.
  public static let standard = SchemaLibrary(EmbeddedProfiles.source)

  /// - Parameter source: the built-in profiles, a folder of the user's, or one laid over the other.
  public init(_ source: any SchemaSource) {
    var index: [String: [String]] = [:]
    var profiles: [String: Profile] = [:]
    for path in source.paths where path.hasSuffix(".xsd") {
      guard let bytes = try? source.bytes(at: path), let namespace = Self.targetNamespace(of: bytes) else { continue }
      index[namespace, default: []].append(path)
      guard namespace != Self.envelopeNamespace else { continue }
      // One noun a file, named after it, is the rule of this repository and of the licensed schemas alike.
      let noun = String(path.split(separator: "/").last?.dropLast(4) ?? "")
      if profiles[noun] == nil { profiles[noun] = Profile(noun: noun, namespace: namespace, path: path) }
    }
    self.source = source
    pathsByNamespace = index
    profilesByNoun = profiles
    nouns = profiles.keys.sorted()
  }

  public func profile(_ noun: String) -> Profile? { profilesByNoun[noun] }

  /// The namespace of a noun's payloads, by the rule of edition 2 where the library does not hold the noun.
  public func namespace(ofNoun noun: String) -> String {
    profilesByNoun[noun]?.namespace ?? "http://iec.ch/TC57/2011/\(noun)#"
  }

  /// Paths of all files, sorted.
  public var paths: [String] { source.paths }

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
    if let paths = pathsByNamespace[namespace] { return try SchemaCompiler.compile(paths, from: source) }
    if namespace == Self.wrapperNamespace {
      return try SchemaCompiler.compile(
        ["wrapper.xsd"],
        from: OverlaySource(["wrapper.xsd": WrapperSchema.text(envelope: try envelopePath())], over: source))
    }
    guard let typed = TypedNamespace(namespace), let profile = profilesByNoun[typed.payloadNoun] else { return nil }
    let text = TypedMessageSchema.text(typed, profile: profile, envelope: try envelopePath())
    return try SchemaCompiler.compile(["typed.xsd"], from: OverlaySource(["typed.xsd": text], over: source))
  }

  private func envelopePath() throws(SchemaError) -> String {
    guard let path = pathsByNamespace[Self.envelopeNamespace]?.first else {
      throw SchemaError(.notFound, "the schema set has no envelope (\(Self.envelopeNamespace))", file: "", line: 0)
    }
    return path
  }

  public func resolve(_ name: SchemaName) -> ResolvedElement? {
    guard let schema = try? schema(forNamespace: name.namespace), let id = schema.globalElements[name] else {
      return nil
    }
    let isProfile = profilesByNoun[name.local]?.namespace == name.namespace
    return ResolvedElement(schema: schema, element: id, isProfile: isProfile)
  }

  /// Compiles everything, for `schema list` and the tests.
  public func compileAll() throws(SchemaError) {
    for namespace in pathsByNamespace.keys.sorted() { _ = try schema(forNamespace: namespace) }
  }

  /// The targetNamespace of a schema document, read off its text: compiling 60 files to learn it would cost each start.
  private static func targetNamespace(of bytes: [UInt8]) -> String? {
    let head = String(decoding: bytes.prefix(8192), as: UTF8.self)
    guard let found = head.firstRange(of: "targetNamespace") else { return nil }
    let rest = head[found.upperBound...].drop { $0 != "\"" && $0 != "'" }
    guard let quote = rest.first else { return nil }
    return String(rest.dropFirst().prefix { $0 != quote })
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

  func bytes(at path: String) throws(SchemaError) -> [UInt8]? {
    if let own = files[path] { return own }
    return try base.bytes(at: path)
  }
}
