// The repository that generated files go to.
import CIMGenerator

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct Repository {
  private let root: String

  /// - Parameter root: a folder that holds Sources and Tests.
  init(_ root: String) { self.root = root }

  /// Files that are missing or different.
  func stale(_ wanted: [FacadeGenerator.File]) throws -> [FacadeGenerator.File] {
    try wanted.filter { try text(of: $0.path) != $0.text }
  }

  /// Paths of Swift files in the folder that are not wanted, sorted.
  func extra(_ wanted: [FacadeGenerator.File], in folder: String) throws -> [String] {
    guard let handle = opendir(root + "/" + folder) else {
      if errno == ENOENT, access(root + "/Package.swift", F_OK) == 0 { return [] }
      throw GeneratorError("\(root)/\(folder): \(reason); run it in the repository's root, or name the root")
    }
    defer { closedir(handle) }
    var paths: [String] = []
    while let entry = readdir(handle), paths.count < 10_000 {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = folder + "/" + name
      if name.hasSuffix(".swift"), !wanted.contains(where: { $0.path == path }) { paths.append(path) }
    }
    return paths.sorted()
  }

  func write(_ file: FacadeGenerator.File) throws {
    makeFolder(of: file.path)
    guard let handle = fopen(root + "/" + file.path, "wb") else { throw GeneratorError("\(file.path): \(reason)") }
    let isWritten = fputs(file.text, handle) >= 0
    guard fclose(handle) == 0, isWritten else { throw GeneratorError("\(file.path): \(reason)") }
  }

  /// The module of a part that is new has no folder yet.
  private func makeFolder(of path: String) {
    var folder = root
    for step in path.split(separator: "/").dropLast() {
      folder += "/" + step
      mkdir(folder, 0o755)
    }
  }

  func remove(_ path: String) throws {
    guard unlink(root + "/" + path) == 0 else { throw GeneratorError("\(path): \(reason)") }
  }

  /// Nil where there is no such file.
  private func text(of path: String) throws -> String? {
    guard let handle = fopen(root + "/" + path, "rb") else { return nil }
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= 64 << 20 {
      let count = fread(&chunk, 1, chunk.count, handle)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
    throw GeneratorError("\(path): is larger than 64 MiB")
  }

  private var reason: String { String(cString: strerror(errno)) }
}
