// Schemas in a folder of the user's.
public import CIMSchema

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// All `.xsd` files below a folder, or one file, read when asked for.
///
/// Bounds: 10,000 files, each of 64 MiB at most.
public struct FolderSource: SchemaSource {
  /// Relative to the folder.
  public let paths: [String]
  /// Whether it is one file, not a folder.
  let isFile: Bool
  private let folder: String

  /// - Parameter path: a folder, or one schema file; what the file includes is looked for beside it.
  /// - Throws: `SchemaError` where it cannot be read or holds no schema.
  public init(_ path: String) throws(SchemaError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw SchemaError(.notFound, "cannot be read: \(String(cString: strerror(errno)))", file: path, line: 0)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      isFile = false
      folder = path
      paths = try Self.files(below: path)
    } else {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      isFile = true
      folder = path == name ? "." : String(path.dropLast(name.count))
      paths = [name]
    }
  }

  private static func files(below folder: String) throws(SchemaError) -> [String] {
    var found: [String] = []
    var open = [""]
    while let relative = open.popLast() {
      let here = relative.isEmpty ? folder : folder + "/" + relative
      guard let handle = opendir(here) else {
        throw SchemaError(
          .notFound, "this folder cannot be read: \(String(cString: strerror(errno)))", file: here, line: 0)
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") { continue }
        let path = relative.isEmpty ? name : relative + "/" + name
        var status = stat()
        // A link to a folder is not followed: it may lead back here.
        guard lstat(folder + "/" + path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          open.append(path)
        } else if name.lowercased().hasSuffix(".xsd") {
          found.append(path)
        }
        if found.count + open.count > 10_000 {
          throw SchemaError(
            .tooLarge, "holds more than 10,000 schemas and folders: name the folder of the schemas alone",
            file: folder, line: 0)
        }
      }
    }
    if found.isEmpty { throw SchemaError(.notFound, "this folder holds no .xsd file", file: folder, line: 0) }
    return found.sorted()
  }

  /// Where a file lies, for people.
  func place(of path: String) -> String {
    folder == "." ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  public func bytes(at path: String) throws(SchemaError) -> [UInt8]? {
    guard let file = fopen(place(of: path), "rb") else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SchemaError(
        .notFound, "cannot be read: \(String(cString: strerror(errno)))", file: path, line: 0)
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
      if bytes.count > 64 << 20 { throw SchemaError(.tooLarge, "is larger than 64 MiB", file: path, line: 0) }
    }
    return bytes
  }
}
