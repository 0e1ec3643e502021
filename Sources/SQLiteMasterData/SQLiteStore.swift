// Master data in one SQLite file: what Busbar uses.
public import CIMModel
import Dispatch
public import MasterData
package import SQLiteAccess
import Synchronization

/// Keeps master data in one file, in WAL mode with `synchronous=FULL`: what was committed survives the end of the
/// process and of power.
///
/// One transaction writes at a time; four read beside it. Transactions that wait are committed together, each of them whole
/// or not at all by itself. One that has begun is carried through even if its task is cancelled: its bound is the disk.
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
  private let waiting: WriteQueue
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
  public convenience init(
    path: String, isReadOnly: Bool = false, cacheBytes: Int = 64 << 20,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) throws {
    try self.init(path: path, isReadOnly: isReadOnly, cacheBytes: cacheBytes, limits: TermLevels.limits, now: now)
  }

  /// - Parameter limits: when terms are moved on.
  package init(
    path: String, isReadOnly: Bool = false, cacheBytes: Int = 64 << 20, limits: LevelLimits,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) throws {
    self.path = path
    self.isReadOnly = isReadOnly
    waiting = WriteQueue(limits: limits, now: now)
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
    try await withCheckedThrowingContinuation { continuation in
      enqueue([PendingWrite(keeps: keeps, body) { continuation.resume(with: $0) }])
    }
  }

  public func write<Result: Sendable>(
    each bodies: [@Sendable (any MasterDataTransaction) throws -> Result]
  ) async -> [Swift.Result<Result, any Error>] {
    guard !bodies.isEmpty else { return [] }
    return await withCheckedContinuation { continuation in
      let results = Mutex<[Swift.Result<Result, any Error>]>([])
      enqueue(
        bodies.map { body in
          PendingWrite(keeps: true, body) { [count = bodies.count] result in
            // They are finished in the order in which they came.
            let all = results.withLock {
              $0.append(result)
              return $0.count == count ? $0 : nil
            }
            if let all { continuation.resume(returning: all) }
          }
        })
    }
  }

  private func enqueue(_ writes: [PendingWrite]) {
    guard let writer else {
      let error = MasterDataError.storage("\(path) was opened for reading only")
      for write in writes { write.fail(error) }
      return
    }
    waiting.append(writes)
    // As often as there are writes: they may be carried out one by one, and some of the turns find nothing to do.
    for _ in writes { queue.async { [waiting] in waiting.carryOutSome(writer.connection) } }
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

  /// The first number that a query gives, which tests of the file's own tables ask.
  package func number(_ sql: StaticString) async throws -> Int64 {
    try await read { view in
      guard let view = view as? SQLiteTransaction else { return 0 }
      return try StoreSchema.number(view.connection, sql)
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
    try connection.loadWords()
    return try body(SQLiteTransaction(connection, time: now()))
  }

  /// Lets the file grow no more, as if the disk were full: for tests.
  package func limitPages() async throws {
    try await write { transaction in
      guard let transaction = transaction as? SQLiteTransaction else { return }
      _ = try StoreSchema.number(transaction.connection, "PRAGMA max_page_count = 1")
    }
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
