// Bodies as they are read back: whole, in part, or piece by piece.
import Foundation
import GRDB
import IECMessage
import MessageBus

extension Spool {
  /// The bytes of a row, or of the file that stands for them.
  ///
  /// - Parameter bytes: as the row has them: empty where they lie in a file.
  /// - Throws: `BusError` with code `.missingBody`.
  func whole(_ bytes: Data, _ part: Part, of entry: Int64, _ db: Database) throws -> [UInt8] {
    guard bytes.isEmpty, let file = try Self.file(db, part, of: entry) else { return Array(bytes) }
    return try read(file, of: entry, from: 0, count: file.bytes)
  }

  /// A part of the body.
  func slice(ofBodyOf entry: Int64, from offset: Int, count: Int, _ db: Database) throws -> [UInt8]? {
    let offset = max(offset, 0)
    if let file = try Self.file(db, .body, of: entry) {
      return try read(file, of: entry, from: offset, count: max(min(count, file.bytes - offset), 0))
    }
    return try Data.fetchOne(
      db, sql: "SELECT coalesce(substr(body, ?, ?), x'') FROM message WHERE entry = ?",
      arguments: [offset + 1, max(count, 0), entry]
    ).map(Array.init)
  }

  private func read(
    _ file: (name: String, bytes: Int), of entry: Int64, from offset: Int, count: Int
  ) throws -> [UInt8] {
    let document = try document(file, of: entry)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let piece = try document.bytes(from: offset + bytes.count, count: count - bytes.count)
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  /// The file, open.
  ///
  /// - Throws: `BusError` with code `.missingBody`.
  func document(_ file: (name: String, bytes: Int), of entry: Int64) throws -> SpoolDocument {
    try SpoolDocument(path: folder + "/" + file.name, bytes: file.bytes, entry: entry)
  }

  /// A body piece by piece, so that a large one is never held whole.
  struct Pieces {
    private var row: Data?
    private var file: SpoolDocument?
    private var offset = 0

    fileprivate init(row: Data) { self.row = row }
    fileprivate init(file: SpoolDocument) { self.file = file }

    /// The next piece; nil at the end.
    mutating func next() throws -> Data? {
      if let file {
        let piece = try file.bytes(from: offset, count: Spool.pieceSize)
        offset += piece.count
        return piece.isEmpty ? nil : Data(piece)
      }
      defer { row = nil }
      return row
    }
  }

  /// - Throws: `BusError` with code `.missingBody`.
  func pieces(of row: SearchIndexer.Source) throws -> Pieces {
    guard let file = row.file else { return Pieces(row: row.body) }
    return Pieces(file: try document((file.name, file.bytes), of: row.entry))
  }
}

/// A file of the spool, opened for each reading: many of them may wait for a partner that is away.
final class SpoolDocument: DocumentSource {
  private let path: String
  private let entry: Int64
  let byteCount: Int

  /// - Throws: `BusError` with code `.missingBody` where the file is gone or shorter than it was, `.storage` where it
  ///   cannot be read.
  init(path: String, bytes: Int, entry: Int64) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.failure(errno, entry, path) }
    guard Int(status.st_size) == bytes else {
      throw Self.missing(entry, path, "it has \(status.st_size) bytes where \(bytes) were written")
    }
    byteCount = bytes
    self.path = path
    self.entry = entry
  }

  /// - Throws: `BusError` with code `.missingBody`.
  func bytes(from offset: Int, count: Int) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.failure(errno, entry, path) }
    defer { Foundation.close(file) }
    do throws(FileBytes.Failure) {
      return try FileBytes.read(file, from: offset, count: min(count, Spool.pieceSize))
    } catch {
      throw Self.failure(error.code, entry, path)
    }
  }

  /// A file that is there, and cannot be read now, may be read another time.
  private static func failure(_ code: Int32, _ entry: Int64, _ path: String) -> BusError {
    let why = String(cString: strerror(code))
    guard code != ENOENT else { return missing(entry, path, why) }
    return BusError(.storage, "the body of entry \(entry) cannot be read: \(path): \(why)")
  }

  private static func missing(_ entry: Int64, _ path: String, _ why: String) -> BusError {
    BusError(
      .missingBody, "the body of entry \(entry) cannot be read: \(path): \(why); put the file back from a backup")
  }
}
