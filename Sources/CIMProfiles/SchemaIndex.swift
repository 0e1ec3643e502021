// Which file is for which namespace and noun.
import CIMSchema

/// What a library knows of its files before it compiles any.
struct SchemaIndex: Sendable {
  /// Files by target namespace; chameleons are not among them.
  var paths: [String: [String]] = [:]
  /// By noun; the one that Busbar writes is first.
  var profiles: [String: [SchemaLibrary.Profile]] = [:]
  /// Namespaces of envelopes beside that of edition 1.
  var envelopes: Set<String> = []

  init(_ source: any SchemaSource) {
    for path in source.paths where path.hasSuffix(".xsd") {
      guard let bytes = try? source.bytes(at: path), let namespace = Self.targetNamespace(of: bytes) else { continue }
      paths[namespace, default: []].append(path)
      guard namespace != SchemaLibrary.envelopeNamespace else { continue }
      // One noun a file, named after it, is the rule of this repository and of the licensed schemas alike.
      let noun = Self.baseName(path)
      if profiles[noun] == nil {
        profiles[noun] = [SchemaLibrary.Profile(noun: noun, namespace: namespace, path: path)]
      }
    }
  }

  /// Adds a profile of the user's: in the place of the built-in one if it has the same namespace, else behind it.
  mutating func add(_ profile: SchemaLibrary.Profile) {
    var known = profiles[profile.noun] ?? []
    if let same = known.firstIndex(where: { $0.namespace == profile.namespace }) {
      known[same] = profile
    } else {
      known.append(profile)
    }
    profiles[profile.noun] = known
  }

  /// "MeterReadings" for "Part9/MeterReadings.xsd".
  static func baseName(_ path: String) -> String { String(path.split(separator: "/").last?.dropLast(4) ?? "") }

  /// The targetNamespace of a schema document, read off its text: parsing 60 files to learn it would cost each start.
  private static func targetNamespace(of bytes: [UInt8]) -> String? {
    let head = bytes.prefix(8192)
    let name = Array("targetNamespace".utf8)
    var start: Int?
    var place = 0
    while place + name.count <= head.count {
      if head[place] == name[0], head[place..<place + name.count].elementsEqual(name) {
        start = place + name.count
        break
      }
      place += 1
    }
    guard let start else { return nil }
    let rest = head[start...].drop { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
    guard let quote = rest.first else { return nil }
    return String(decoding: rest.dropFirst().prefix { $0 != quote }, as: UTF8.self)
  }
}
