// Schemas in a folder of the user's.
public import CIMSchema

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// All `.xsd` files below a folder, read when asked for.
public struct FolderSource: SchemaSource {
  public let paths: [String]
  private let folder: String

  /// - Throws: `SchemaError` where the folder cannot be read or holds no schema.
  public init(_ folder: String) throws(SchemaError) {
    self.folder = folder
    var found: [String] = []
    var open = [""]
    while let relative = open.popLast(), found.count < 10_000 {
      let here = relative.isEmpty ? folder : folder + "/" + relative
      guard let handle = opendir(here) else {
        if relative.isEmpty {
          throw SchemaError(
            .notFound, "this folder cannot be read: \(String(cString: strerror(errno)))", file: folder, line: 0)
        }
        continue
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") { continue }
        let path = relative.isEmpty ? name : relative + "/" + name
        var status = stat()
        guard stat(folder + "/" + path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          open.append(path)
        } else if name.hasSuffix(".xsd") {
          found.append(path)
        }
      }
    }
    if found.isEmpty { throw SchemaError(.notFound, "this folder holds no .xsd file", file: folder, line: 0) }
    paths = found.sorted()
  }

  public func bytes(at path: String) throws(SchemaError) -> [UInt8]? {
    guard let file = fopen(folder + "/" + path, "rb") else { return nil }
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

/// One source laid over another: the user's files go before the built-in ones of the same namespace or path.
public struct LayeredSource: SchemaSource {
  private let top: any SchemaSource
  private let base: any SchemaSource

  public init(_ top: any SchemaSource, over base: any SchemaSource) {
    self.top = top
    self.base = base
  }

  public var paths: [String] { Array(Set(top.paths).union(base.paths)).sorted() }

  public func bytes(at path: String) throws(SchemaError) -> [UInt8]? {
    if let own = try top.bytes(at: path) { return own }
    return try base.bytes(at: path)
  }
}
