// Where schema files come from: embedded text or a folder; never the network.

/// A set of schema files, named by relative paths with "/".
public protocol SchemaSource: Sendable {
  /// Paths of all files, sorted.
  var paths: [String] { get }
  /// The bytes of a file; nil where there is none of this path.
  func bytes(at path: String) throws(SchemaError) -> [UInt8]?
  /// The path under which a file that is referred to by this one is kept: a document reached by two paths counts once.
  func located(_ path: String) -> String
  /// Whether a file's grammar need not be checked, because a test does it.
  func isTested(_ path: String) -> Bool
}

extension SchemaSource {
  public func located(_ path: String) -> String { path }
  public func isTested(_ path: String) -> Bool { false }
}

/// Files held in memory.
public struct MemorySource: SchemaSource {
  private let files: [String: [UInt8]]
  public let paths: [String]

  public init(_ files: [String: [UInt8]]) {
    self.files = files
    paths = files.keys.sorted()
  }

  public func bytes(at path: String) -> [UInt8]? { files[path] }
}

package enum SchemaPath {
  private static var slash: UInt8 { UInt8(ascii: "/") }

  /// A schemaLocation resolved against the file that names it. Nil for URLs, which are never fetched.
  package static func resolve(_ location: String, from file: String) -> String? {
    var parts = file.utf8.split(separator: slash).dropLast()
    if location.utf8.contains(UInt8(ascii: ":")) && location.contains("://") { return nil }
    for step in location.utf8.split(separator: slash) {
      if step.elementsEqual(".".utf8) { continue }
      if step.elementsEqual("..".utf8) {
        if parts.isEmpty { return nil }
        parts.removeLast()
      } else {
        parts.append(step)
      }
    }
    return parts.map { String(Substring($0)) }.joined(separator: "/")
  }
}
