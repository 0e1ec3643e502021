// The user's schema folders laid over the built-in schemas.
import CIMSchema

/// The user's files go before the built-in ones of the same path. What they refer to and do not bring is looked for
/// among the built-in files: by its path, or by the longest end of it that names exactly one.
///
/// The user's files are read once: what changes on the disk later changes no verdict.
struct UserSource: SchemaSource {
  private static let totalLimit = 256 << 20

  private var files: [String: [UInt8]] = [:]
  /// Where the files lie, for people.
  private var places: [String: String] = [:]
  private var total = 0
  private let builtIn: any SchemaSource
  private let builtInPaths: Set<String>
  /// Built-in files whose namespace the user's take over.
  var hidden: Set<String> = []

  /// - Throws: `SchemaError` where a file cannot be read, or two folders hold different files of one path.
  init(_ folders: [FolderSource], over builtIn: any SchemaSource) throws(SchemaError) {
    self.builtIn = builtIn
    builtInPaths = Set(builtIn.paths)
    for folder in folders {
      var open = folder.paths
      while let path = open.popLast() {
        guard let bytes = try folder.bytes(at: path) else { continue }
        try add(path, bytes, place: folder.place(of: path))
        if folder.isFile { open += newReferences(of: path, bytes) }
      }
    }
  }

  private mutating func add(_ path: String, _ bytes: [UInt8], place: String) throws(SchemaError) {
    if let other = files[path] {
      if other == bytes { return }
      throw SchemaError(
        .duplicate, "differs from \(places[path] ?? path): rename one of the two", file: place, line: 0)
    }
    total += bytes.count
    if total > Self.totalLimit {
      throw SchemaError(.tooLarge, "all schemas together are larger than 256 MiB", file: place, line: 0)
    }
    files[path] = bytes
    places[path] = place
  }

  /// What a single schema refers to beside it; a mistake in it is found later, when its place can be told.
  private func newReferences(of path: String, _ bytes: [UInt8]) -> [String] {
    guard let head = try? SchemaHead(bytes, file: path) else { return [] }
    return head.references.compactMap { SchemaPath.resolve($0, from: path) }.filter { files[$0] == nil }
  }

  var userPaths: [String] { files.keys.sorted() }

  var paths: [String] { builtInPaths.subtracting(hidden).union(files.keys).sorted() }

  func isBuiltIn(_ path: String) -> Bool { builtInPaths.contains(path) }

  func isTested(_ path: String) -> Bool { files[path] == nil && builtIn.isTested(path) }

  func located(_ path: String) -> String {
    if files[path] != nil || builtInPaths.contains(path) { return path }
    var rest = path[...]
    while !rest.isEmpty {
      let end = "/" + rest
      let found = builtInPaths.filter { $0 == rest || $0.hasSuffix(end) }
      if found.count == 1, let only = found.first { return only }
      guard let slash = rest.firstIndex(of: "/") else { return path }
      rest = rest[rest.index(after: slash)...]
    }
    return path
  }

  func bytes(at path: String) throws(SchemaError) -> [UInt8]? {
    let path = located(path)
    if let own = files[path] { return own }
    return try builtIn.bytes(at: path)
  }

  /// An error whose file is where the user finds it.
  func placed(_ error: SchemaError) -> SchemaError {
    var error = error
    error.file = places[error.file] ?? error.file
    return error
  }
}
