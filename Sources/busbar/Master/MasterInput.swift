// Master data out of files: messages, bare payloads, and tables.
import CIMCodec
import CIMModel
import IECMessage
import MasterData

/// What a file says.
enum MasterInput {
  /// Config payloads and linkages of a file.
  ///
  /// - Parameter kind: of a table's objects.
  /// - Throws: `FileError` for what cannot be read, is not valid, or holds no master data.
  static func payloads(_ path: String) throws -> [Element] {
    let message = try message(path)
    switch message.payload?.content {
    case .objects(let objects): return objects
    case .operationSet(let set): return set.operations.compactMap(\.object)
    default:
      if let objects = message.request?.objects, !objects.isEmpty { return objects }
      throw FileError(description: "\(path): holds no Config payload")
    }
  }

  /// A message; a bare payload becomes a request to create it.
  static func message(_ path: String) throws -> Message {
    let bytes = try FileInput.read(path)
    let reader = MessageReader(unpacker: GzipPayload())
    let inspection = reader.read(bytes)
    guard inspection.verdict == .valid else {
      let first = inspection.violations.first.map { "line \($0.line): \($0.message)" } ?? "not readable"
      throw FileError(description: "\(path): is not valid: \(first)")
    }
    if let message = inspection.message, message.header != nil { return message }
    guard let root = reader.decode(bytes).root else { throw FileError(description: "\(path): is empty") }
    return .request(.create, root.name, [root], source: "busbar")
  }

  /// An export out of files; those that end in .csv are tables.
  static func export(_ paths: [String], kind: ObjectKind?) throws -> MasterDataExport {
    var export = MasterDataExport()
    let shapes = ProfileShapes()
    for path in paths {
      if path.hasSuffix(".csv") {
        guard let kind else { throw FileError(description: "\(path): say by --kind what the table holds") }
        let text = String(decoding: try FileInput.read(path), as: UTF8.self)
        try export.add(csv: text, kind: kind, shapes: shapes, file: path)
      } else {
        for payload in try payloads(path) { try export.add(payload) }
      }
    }
    return export
  }
}
