// Services as files, for partners who want them before the bus runs.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ServiceCatalog {
  /// A document to be written: relative path and text.
  public struct Document: Sendable, Hashable {
    public var path: String
    public var text: String

    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Every schema and the WSDL of every service, with relative references: path and text, sorted by path.
  ///
  /// - Parameter address: URL of the server, without the services' own paths.
  /// - Throws: `ExportError` with code `.badSchema` where a document of the library cannot be read.
  public func documents(address: String) throws -> [Document] {
    let schemas = try schemaPaths.compactMap { path in
      try schema(path, for: generic, locations: .files).map { Document(path: path, text: $0) }
    }
    let base = address.hasSuffix("/") ? address : address + "/"
    let wsdls = ([generic] + services).map { service in
      Document(
        path: "WSDL/\(service.name).wsdl", text: wsdl(of: service, address: base + service.path, locations: .files))
    }
    return (schemas + wsdls).sorted { $0.path < $1.path }
  }

  /// Writes `documents` below a folder, which is made where it is missing; files of the same names are replaced.
  ///
  /// - Throws: `ExportError` with code `.notWritable` or `.badSchema`.
  public func write(to folder: String, address: String) throws {
    try Self.write(try documents(address: address), to: folder)
  }

  /// Writes the schemas alone, as they lie in the library, with those of the strongly typed messages.
  ///
  /// - Throws: as `write(to:address:)`.
  public func writeSchemas(to folder: String) throws {
    try Self.write(try documents(address: "http://127.0.0.1").filter { $0.path.hasSuffix(".xsd") }, to: folder)
  }

  /// Writes documents below a folder, as `write(to:address:)` does.
  package static func write(_ documents: [Document], to folder: String) throws {
    for document in documents {
      var parent = folder
      try makeFolder(parent)
      for segment in document.path.split(separator: "/").dropLast() {
        parent += "/" + segment
        try makeFolder(parent)
      }
      try write(document.text, to: folder + "/" + document.path)
    }
  }

  private static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw notWritable(path) }
  }

  private static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw notWritable(path) }
    var text = text
    let isWritten = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    // What is buffered is written at the close: only its success says that the file is whole.
    let isClosed = fclose(file) == 0
    guard isWritten, isClosed else { throw notWritable(path) }
  }

  private static func notWritable(_ path: String) -> ExportError {
    ExportError(.notWritable, "\(path) cannot be written: \(String(cString: strerror(errno)))")
  }
}
