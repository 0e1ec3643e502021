// Master data in one SQLite file: what Busbar uses.
public import CIMModel
import Dispatch
public import MasterData
import SQLiteAccess
import Synchronization

/// Keeps master data in one file, in WAL mode with `synchronous=FULL`: what was committed survives the end of the
/// process and of power.
///
/// One transaction writes at a time; up to `readers` read beside it. A transaction that has begun is carried through even
/// if its task is cancelled: its bound is the disk.
public final class SQLiteStore: MasterDataStore {
  /// The file's name in a data folder.
  public static let fileName = "master.sqlite"

  /// A connection on its way from one thread to the next.
  // Guarded by the writer's serial queue, or by being taken out of the list of idle readers while it is in use.
  private struct Handed: @unchecked Sendable { let connection: Connection }

  public let path: String
  private let isReadOnly: Bool
  private let now: @Sendable () -> Timestamp
  private let writer: Handed?
  private let queue = DispatchQueue(label: "busbar.master")
  private let reading = DispatchQueue(label: "busbar.master.reading", attributes: .concurrent)
  private let idle = Mutex<[Handed]>([])
  private let readerLimit = DispatchSemaphore(value: 4)

  /// Opens a file; makes it where it is absent, unless it is only to be read.
  ///
  /// - Parameters:
  ///   - cacheBytes: memory for pages of the file, by the writer.
  ///   - now: the clock of knowledge.
  /// - Throws: `MasterDataError` with code `.notAStore` or `.storage`.
  public init(
    path: String, isReadOnly: Bool = false, cacheBytes: Int = 64 << 20,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) throws {
    self.path = path
    self.isReadOnly = isReadOnly
    self.now = now
    let connection = try Connection(path: path, isReadOnly: isReadOnly)
    try StoreSchema.open(connection, path: path, isReadOnly: isReadOnly)
    try connection.execute("PRAGMA cache_size = -\(max(cacheBytes >> 10, 2_000))")
    if isReadOnly {
      writer = nil
      idle.withLock { $0.append(Handed(connection: connection)) }
    } else {
      writer = Handed(connection: connection)
    }
  }

  public func write<Result: Sendable>(
    keeps: Bool, _ body: @escaping @Sendable (any MasterDataTransaction) throws -> Result
  ) async throws -> Result {
    guard let writer else { throw MasterDataError.storage("\(path) was opened for reading only") }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { [now] in
        continuation.resume(
          with: Swift.Result { try Self.write(writer.connection, now: now, keeps: keeps, body) })
      }
    }
  }

  private static func write<Result>(
    _ connection: Connection, now: @Sendable () -> Timestamp, keeps: Bool,
    _ body: (any MasterDataTransaction) throws -> Result
  ) throws -> Result {
    try connection.run("BEGIN IMMEDIATE")
    var words = 0
    do {
      try loadWords(connection)
      words = connection.words.texts.count
      let last = try StoreSchema.number(connection, "SELECT last_known FROM state")
      let time = Timestamp(microseconds: max(now().microseconds, last + 1))
      let result = try body(SQLiteTransaction(connection, time: time))
      guard keeps else {
        connection.words.truncate(to: words)
        try connection.run("ROLLBACK")
        return result
      }
      try connection.run("UPDATE state SET last_known = ?", .integer(time.microseconds))
      try connection.run("COMMIT")
      return result
    } catch {
      connection.words.truncate(to: words)
      // SQLite may have rolled back by itself already, as it does when the disk is full.
      try? connection.run("ROLLBACK")
      throw error
    }
  }

  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (any MasterDataView) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      reading.async { [self] in
        readerLimit.wait()
        defer { readerLimit.signal() }
        continuation.resume(with: Swift.Result { try readNow(body) })
      }
    }
  }

  private func readNow<Result>(_ body: (any MasterDataView) throws -> Result) throws -> Result {
    let handed: Handed
    if let known = idle.withLock({ $0.popLast() }) {
      handed = known
    } else {
      handed = Handed(connection: try Connection(path: path, isReadOnly: true))
      try StoreSchema.open(handed.connection, path: path, isReadOnly: true)
    }
    defer { idle.withLock { $0.append(handed) } }
    let connection = handed.connection
    try connection.run("BEGIN")
    defer { try? connection.run("COMMIT") }
    try Self.loadWords(connection)
    return try body(SQLiteTransaction(connection, time: now()))
  }

  /// Reads the words that others have added.
  private static func loadWords(_ connection: Connection) throws {
    let known = connection.words.texts.count
    for text in try connection.rows(
      "SELECT text FROM word WHERE number >= ? ORDER BY number", .integer(Int64(known)), read: { $0.text(0) ?? "" })
    { connection.words.append(text) }
  }

  /// Writes the log into the file.
  public func checkpoint() async throws {
    guard let writer else { return }
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      queue.async {
        continuation.resume(
          with: Swift.Result {
            _ = try writer.connection.rows("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
          })
      }
    }
  }
}
