// All services of a schema library: the generic one, and the strongly typed ones of every noun it holds.
public import CIMProfiles

/// Describes services out of a library's schemas: WSDL, and the schemas it needs.
public struct ServiceCatalog: Sendable {
  /// The service that takes every noun: operations Request and PublishEvent.
  public let generic = WebService.generic
  /// The strongly typed services, sorted by noun.
  public let services: [WebService]
  /// Nouns that have services, sorted.
  public let nouns: [String]

  let library: SchemaLibrary
  let envelopePath: String
  private let byName: [String: Int]
  private let typed: [String: TypedNamespace]
  private let paths: Set<String>

  /// - Throws: `ExportError` with code `.noEnvelope` where the library has no schema of the envelope.
  public init(_ library: SchemaLibrary) throws {
    var services: [WebService] = []
    var nouns: [String] = []
    var typed: [String: TypedNamespace] = [:]
    for noun in library.nouns {
      guard library.noun(ofQuery: noun) == nil, let profile = library.profile(noun) else { continue }
      nouns.append(noun)
      for service in WebService.services(of: profile, in: library) {
        services.append(service)
        typed[service.messageSchema] = TypedNamespace(service.messageNamespace)
      }
    }
    self.library = library
    self.services = services
    self.nouns = nouns
    self.typed = typed
    paths = Set(library.paths)
    byName = Dictionary(services.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    envelopePath = try Self.envelopePath(in: library)
  }

  /// The service of this name, the generic one included; nil for unknown ones.
  public func service(named name: String) -> WebService? {
    name == generic.name ? generic : byName[name].map { services[$0] }
  }

  /// Paths of all schemas, those of the messages included, sorted.
  public var schemaPaths: [String] { paths.union(typed.keys).union([generic.messageSchema]).sorted() }

  /// One schema, its references rewritten for where it is read.
  ///
  /// - Returns: nil for a path the library does not hold.
  /// - Throws: `ExportError` with code `.badSchema` where the document cannot be read.
  public func schema(_ path: String, for service: WebService, locations: ReferenceStyle) throws -> String? {
    let references = SchemaReferences(style: locations, service: service, from: path)
    if let text = message(path) {
      // The generated schemas refer to others by their paths from the library's root.
      return try references.rewritten(text, writtenAt: "", locate: library.located, isKnown: paths.contains)
    }
    guard paths.contains(path), let bytes = try read(path) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return try references.rewritten(text, writtenAt: path, locate: library.located, isKnown: paths.contains)
  }

  /// The schema of a service's messages, as it would stand in the library's root.
  private func message(_ path: String) -> String? {
    if path == generic.messageSchema { return WrapperSchema.text(envelope: envelopePath) }
    guard let typed = typed[path], let profile = library.profile(typed.name) else { return nil }
    return TypedMessageSchema.text(typed, profile: profile, envelope: envelopePath)
  }

  private func read(_ path: String) throws -> [UInt8]? {
    do {
      return try library.bytes(at: path)
    } catch {
      throw ExportError(.badSchema, "\(path) cannot be read", cause: error)
    }
  }

  private static func envelopePath(in library: SchemaLibrary) throws -> String {
    do {
      return try library.envelopePath()
    } catch {
      throw ExportError(.noEnvelope, "no schema has the target namespace \(SchemaLibrary.envelopeNamespace)")
    }
  }
}
