// Bodies too large for a row: files beside the journal.
import Foundation
import GRDB
import IECMessage
import MessageBus

/// The folder `spool` of the data folder: one file per large body, written and forced to the disk before the commit
/// that refers to it. Rows of the table `spooled` hold names and lengths; a file without a row is of a write that was
/// cut short, and is removed at the next start.
struct Spool: Sendable {
  static let folderName = "spool"
  /// Bytes read at a time.
  static let pieceSize = 1 << 18

  /// Which bytes of an entry a file holds.
  enum Part: Int, Sendable { case body = 0, form = 1 }

  /// A file on its way into the journal.
  struct File: Sendable {
    /// The place of its entry in the unit.
    var index: Int
    var part: Part
    /// Below the folder, e.g. "3f/3f0a….xml".
    var name: String
    var bytes: Int
  }

  let folder: String
  /// Bodies over so many bytes are spooled.
  let limit: Int
  private let queue = DispatchQueue(label: "busbar.spool")

  init(dataFolder: String, limit: Int) {
    folder = dataFolder + (dataFolder.hasSuffix("/") ? "" : "/") + Self.folderName
    // An empty body in a row is the sign of a file.
    self.limit = max(limit, 0)
  }

  // MARK: Writing

  /// Writes the large bodies of a unit to files, and takes them out of the unit.
  ///
  /// - Throws: `BusError` with code `.diskFull` or `.storage`; then no file is left.
  func take(from unit: inout JournalUnit) async throws -> [File] {
    guard
      unit.entries.contains(where: {
        $0.document != nil || $0.body.count > limit || ($0.form?.count ?? 0) > limit
      })
    else { return [] }
    let whole = unit
    let files: [File] = try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try write(whole) }) }
    }
    for file in files {
      switch file.part {
      case .body:
        unit.entries[file.index].body = []
        unit.entries[file.index].document = nil
      case .form: unit.entries[file.index].form = []
      }
    }
    return files
  }

  private func write(_ unit: JournalUnit) throws -> [File] {
    var files: [File] = []
    do {
      for (index, entry) in unit.entries.enumerated() {
        if let document = entry.document {
          let name = Self.newName()
          files.append(File(index: index, part: .body, name: name, bytes: document.byteCount))
          try write(as: name) { write in
            do {
              try document.forEachPiece(write)
            } catch let error as BusError {
              throw error
            } catch {
              throw BusError(.storage, "a large message cannot be read back", cause: error)
            }
          }
        }
        for (part, bytes) in [(Part.body, entry.body), (.form, entry.form ?? [])] where bytes.count > limit {
          let name = Self.newName()
          files.append(File(index: index, part: part, name: name, bytes: bytes.count))
          try write(as: name) { write in try write(bytes) }
        }
      }
    } catch {
      remove(files.map(\.name))
      throw error
    }
    return files
  }

  private static func newName() -> String {
    let random = String(UInt64.random(in: 0 ... .max), radix: 16) + String(UInt64.random(in: 0 ... .max), radix: 16)
    let name = String(repeating: "0", count: 32 - random.utf8.count) + random
    return "\(name.prefix(2))/\(name).xml"
  }

  /// Writes what `content` hands over, piece by piece, and forces it to the disk.
  private func write(as name: String, _ content: (_ write: ([UInt8]) throws -> Void) throws -> Void) throws {
    let path = folder + "/" + name
    let parent = folder + "/" + name.prefix(2)
    if !FileManager.default.fileExists(atPath: parent) {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try DiskFile.force(folder)
      try DiskFile.force(folder + "/..")
    }
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw DiskFile.failure("cannot be made", path) }
    defer { Foundation.close(file) }
    var offset = 0
    try content { piece in
      try DiskFile.write(piece, to: file, at: offset, path)
      offset += piece.count
    }
    guard fsync(file) == 0 else { throw DiskFile.failure("cannot be forced to the disk", path) }
    try DiskFile.force(parent)
  }

  // MARK: Removing

  /// Removes files of which no row tells any more.
  func remove(_ names: [String]) {
    for name in names { unlink(folder + "/" + name) }
  }

  /// Removes what a write that was cut short has left: files of which no row tells.
  ///
  /// - Returns: how many.
  func removeOrphans(_ db: Database) throws -> Int {
    guard let parents = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return 0 }
    var removed = 0
    for parent in parents where parent.utf8.count == 2 {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + parent)) ?? []
      guard !files.isEmpty else { continue }
      let known = Set(
        try String.fetchAll(
          db, sql: "SELECT file FROM spooled WHERE file >= ? AND file < ?", arguments: [parent + "/", parent + "0"]))
      for file in files where !known.contains("\(parent)/\(file)") {
        unlink(folder + "/\(parent)/\(file)")
        removed += 1
      }
    }
    return removed
  }

  // MARK: Rows

  static func insert(_ db: Database, _ file: File, entry: EntryID) throws {
    try db.cachedStatement(sql: "INSERT INTO spooled (entry, part, file, bytes) VALUES (?, ?, ?, ?)")
      .execute(arguments: [entry.rawValue, file.part.rawValue, file.name, file.bytes])
  }

  /// Name and length of the file that holds these bytes; nil where the row holds them itself.
  static func file(_ db: Database, _ part: Part, of entry: Int64) throws -> (name: String, bytes: Int)? {
    let statement = try db.cachedStatement(sql: "SELECT file, bytes FROM spooled WHERE entry = ? AND part = ?")
    return try Row.fetchOne(statement, arguments: [entry, part.rawValue]).map { ($0[0], $0[1]) }
  }
}
