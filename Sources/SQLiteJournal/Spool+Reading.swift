// Bodies as they are read back: whole, in part, or piece by piece.
import Foundation
import GRDB
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
    let reader = try FileReader(path: folder + "/" + file.name, bytes: file.bytes, entry: entry, offset: offset)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count, let piece = try reader.next(count - bytes.count) { bytes.append(contentsOf: piece) }
    return bytes
  }

  /// A body piece by piece, so that a large one is never held whole.
  struct Pieces {
    private var row: Data?
    private var file: FileReader?

    fileprivate init(row: Data) { self.row = row }
    fileprivate init(file: FileReader) { self.file = file }

    /// The next piece; nil at the end.
    mutating func next() throws -> Data? {
      if let file { return try file.next(Spool.pieceSize) }
      defer { row = nil }
      return row
    }
  }

  /// - Throws: `BusError` with code `.missingBody`.
  func pieces(of row: SearchIndexer.Source) throws -> Pieces {
    guard let file = row.file else { return Pieces(row: row.body) }
    return Pieces(file: try FileReader(path: folder + "/" + file.name, bytes: file.bytes, entry: row.entry, offset: 0))
  }
}

/// An open file of the spool; closed when it goes.
private final class FileReader {
  private let descriptor: Int32
  private let path: String
  private let entry: Int64

  /// - Throws: `BusError` with code `.missingBody` where the file is gone or shorter than it was.
  init(path: String, bytes: Int, entry: Int64, offset: Int) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.missing(entry, path, String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(file, &status) == 0, Int(status.st_size) == bytes, lseek(file, off_t(offset), SEEK_SET) >= 0 else {
      Foundation.close(file)
      throw Self.missing(entry, path, "it has \(status.st_size) bytes where \(bytes) were written")
    }
    descriptor = file
    self.path = path
    self.entry = entry
  }

  /// At most `limit` more bytes; nil at the end.
  func next(_ limit: Int) throws -> Data? {
    var piece = Data(count: min(limit, Spool.pieceSize))
    while true {
      let count = piece.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.missing(entry, path, String(cString: strerror(errno))) }
      if count == 0 { return nil }
      piece.count = count
      return piece
    }
  }

  private static func missing(_ entry: Int64, _ path: String, _ why: String) -> BusError {
    BusError(
      .missingBody, "the body of entry \(entry) cannot be read: \(path): \(why); put the file back from a backup")
  }

  deinit { Foundation.close(descriptor) }
}
