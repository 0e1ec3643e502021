// The journal in one SQLite file: what Busbar uses unless told otherwise.
public import CIMModel
import Foundation
import GRDB
public import MessageBus
import Synchronization

/// A journal in one SQLite file of the data folder, in WAL mode with `synchronous=FULL`: what was committed survives
/// the end of the process and of power.
///
/// Writers that come while a commit is under way share the next one. A write that has begun is never given up, even if
/// its task is cancelled: its bound is the disk. At most `Configuration.batch` (1,024) units share a commit.
public final class SQLiteJournal: Journal {
  public struct Configuration: Sendable {
    /// The file may not grow over this; beyond it writes throw `.diskFull`. Nil: no limit but the disk's.
    public var maximumBytes: Int?
    /// Units that share one commit at most.
    public var batch = 1024
    /// Readers at work at the same time.
    public var readers = 4
    /// Bytes of the largest body that lies in the file itself; larger ones lie in files of the folder `spool`.
    public var spoolOver = 256 << 10

    public init() {}
  }

  /// The journal's name in the data folder.
  public static let fileName = "journal.sqlite"

  private struct Waiting: Sendable {
    var unit: JournalUnit
    var files: [Spool.File]
    /// Not to be written if its first entry has come before.
    var isAdmission: Bool
    var continuation: CheckedContinuation<Admission, any Error>
  }

  private struct State {
    var waiting: [Waiting] = []
    /// Work on the journal itself, done in between: one piece after each commit.
    var maintenance: [@Sendable (Database) -> Void] = []
    var writing = false
    var closed = false
    var unitsCommitted = 0
  }

  /// The file's path.
  public let path: String
  let pool: DatabasePool
  let spool: Spool
  let index: SearchIndex
  /// How far the policy in use has been applied.
  let retention = Mutex<Retention?>(nil)
  let indexQueue = DispatchQueue(label: "busbar.search", qos: .utility)
  private let writer: UnitWriter
  private let lock: FileLock
  private let configuration: Configuration
  private let state = Mutex(State())

  /// Opens the journal in this folder; makes folder and file where they are absent.
  ///
  /// - Throws: `BusError` with code `.notWritable`, `.notAJournal`, `.newerSchema`, `.locked`, `.diskFull` or `.storage`.
  public init(folder: String, configuration: Configuration = .init()) throws {
    self.configuration = configuration
    try Self.makeFolder(folder)
    path = folder + (folder.hasSuffix("/") ? "" : "/") + Self.fileName
    spool = Spool(dataFolder: folder, limit: configuration.spoolOver)
    index = SearchIndex(folder: folder)
    lock = try FileLock(path: path + ".lock")
    try Schema.checkFile(path)
    do {
      var settings = GRDB.Configuration()
      settings.label = "busbar.journal"
      settings.maximumReaderCount = max(configuration.readers, 1)
      settings.foreignKeysEnabled = false
      settings.busyMode = .timeout(5)
      pool = try DatabasePool(path: path, configuration: settings)
      try Schema.open(pool, maximumBytes: configuration.maximumBytes)
      _ = try pool.read { [spool] in try spool.removeOrphans($0) }
      writer = try pool.writeWithoutTransaction { try UnitWriter($0) }
    } catch {
      throw BusError(reading: error, path: path)
    }
  }

  public var isDurable: Bool { true }

  /// Since the journal was opened.
  var unitsCommitted: Int { state.withLock { $0.unitsCommitted } }

  var indexer: SearchIndexer { SearchIndexer(journal: pool, index: index, spool: spool) }

  // MARK: Writing

  public func write(_ unit: JournalUnit) async throws -> [EntryID] {
    guard case .written(let ids, _) = try await queue(unit, isAdmission: false) else { return [] }
    return ids
  }

  public func admit(_ unit: JournalUnit) async throws -> Admission { try await queue(unit, isAdmission: true) }

  private func queue(_ unit: JournalUnit, isAdmission: Bool) async throws -> Admission {
    var unit = unit
    let files = try await spool.take(from: &unit)
    do {
      let admission = try await queue(unit, files, isAdmission: isAdmission)
      if case .duplicate = admission { spool.remove(files.map(\.name)) }
      return admission
    } catch {
      spool.remove(files.map(\.name))
      throw error
    }
  }

  private func queue(_ unit: JournalUnit, _ files: [Spool.File], isAdmission: Bool) async throws -> Admission {
    try await withCheckedThrowingContinuation { continuation in
      enum Next { case lead, follow, closed }
      let next: Next = state.withLock { state in
        if state.closed { return .closed }
        state.waiting.append(
          Waiting(unit: unit, files: files, isAdmission: isAdmission, continuation: continuation))
        defer { state.writing = true }
        return state.writing ? .follow : .lead
      }
      switch next {
      case .closed: continuation.resume(throwing: BusError(.closed, "the journal is closed"))
      case .follow: break
      case .lead: pool.asyncWriteWithoutTransaction { [self] db in drain(db) }
      }
    }
  }

  /// Does a short piece of work with the writer as soon as the commit under way is done.
  func maintain<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let leads = state.withLock { state -> Bool? in
        if state.closed { return nil }
        state.maintenance.append { [path] db in
          continuation.resume(with: Result { try work(db) }.mapError { BusError(reading: $0, path: path) as any Error })
        }
        defer { state.writing = true }
        return !state.writing
      }
      switch leads {
      case nil: continuation.resume(throwing: BusError(.closed, "the journal is closed"))
      case true?: pool.asyncWriteWithoutTransaction { [self] db in drain(db) }
      case false?: break
      }
    }
  }

  /// Commits what waits, in the order in which it came, until nothing does.
  private func drain(_ db: Database) {
    while true {
      let (batch, maintenance) = state.withLock { state in
        let batch = state.waiting.prefix(configuration.batch)
        state.waiting.removeFirst(batch.count)
        let maintenance = state.maintenance.isEmpty ? nil : state.maintenance.removeFirst()
        if batch.isEmpty, maintenance == nil { state.writing = false }
        return (batch, maintenance)
      }
      if batch.isEmpty, maintenance == nil { return }
      defer { maintenance?(db) }
      if batch.isEmpty { continue }
      do {
        let results = try commit(batch, db)
        state.withLock { $0.unitsCommitted += batch.count }
        for (waiting, result) in zip(batch, results) { waiting.continuation.resume(returning: result) }
      } catch {
        let error = BusError(reading: error, path: path)
        for waiting in batch { waiting.continuation.resume(throwing: error) }
      }
    }
  }

  private func commit(_ batch: ArraySlice<Waiting>, _ db: Database) throws -> [Admission] {
    var results: [Admission] = []
    results.reserveCapacity(batch.count)
    try db.inTransaction(.immediate) {
      for waiting in batch {
        results.append(
          waiting.isAdmission
            ? try writer.admit(waiting.unit, waiting.files, db)
            : .written(try writer.write(waiting.unit, waiting.files, db), reused: nil))
      }
      return .commit
    }
    return results
  }

  public func close() async throws {
    state.withLock { $0.closed = true }
    // Behind whatever is being written.
    await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { [writer] _ in
        writer.close()
        continuation.resume()
      }
    }
    await withCheckedContinuation { continuation in indexQueue.async { continuation.resume() } }
    index.close()
    do { try pool.close() } catch { throw BusError(reading: error, path: path) }
    lock.unlock()
  }

  // MARK: Reading

  public func pending(for participant: ParticipantID, limit: Int, bytes: Int) async throws -> PendingPage {
    try await read { [spool] in try Queries.pending($0, participant, limit, bytes, spool) }
  }

  public func lowestPriority(
    pendingOf correlationID: String, for participants: [ParticipantID]
  ) async throws -> Priority? {
    try await read { try Queries.lowestPriority($0, pendingOf: correlationID, for: participants) }
  }

  public func hasPriorities() async throws -> Bool {
    try await read { try Queries.hasPriorities($0) }
  }

  public func pendingCounts() async throws -> [ParticipantID: Int] {
    try await read { try Queries.pendingCounts($0) }
  }

  public func openRequests(
    after: EntryID, before received: Timestamp, limit: Int
  ) async throws -> [JournalEntry] {
    try await read { db in
      try Queries.entries(
        db, "state = 'open' AND entry > ? AND received < ?", [after.rawValue, received.microseconds], limit)
    }
  }

  public func openRequest(correlationID: String) async throws -> JournalEntry? {
    try await read { try Queries.openRequest($0, correlationID) }
  }

  public func body(of entry: EntryID) async throws -> [UInt8]? {
    try await read { [spool] db in
      try Data.fetchOne(db, sql: "SELECT body FROM message WHERE entry = ?", arguments: [entry.rawValue])
        .map { try spool.whole($0, .body, of: entry.rawValue, db) }
    }
  }

  public func form(of entry: EntryID) async throws -> [UInt8]? {
    try await read { [spool] db in
      try Row.fetchOne(
        db, sql: "SELECT coalesce(form, body), form IS NULL FROM message WHERE entry = ?", arguments: [entry.rawValue]
      )
      .map { try spool.whole($0[0], $0[1] ? .body : .form, of: entry.rawValue, db) }
    }
  }

  public func entry(_ entry: EntryID) async throws -> JournalEntry? {
    try await read { try Queries.entries($0, "entry = ?", [entry.rawValue], 1).first }
  }

  public func entry(of key: InboxKey) async throws -> EntryID? { try await read { try Queries.entry($0, of: key) } }

  public func replies(to entry: EntryID, limit: Int) async throws -> [JournalEntry] {
    try await read { try Queries.entries($0, "answers = ?", [entry.rawValue], limit) }
  }

  public func replays(of entry: EntryID, limit: Int) async throws -> [JournalEntry] {
    try await read { try Queries.entries($0, "replays = ?", [entry.rawValue], limit) }
  }

  public func timeline(messageID: String, limit: Int) async throws -> [JournalEntry] {
    try await read { try Queries.timeline($0, "message_id", messageID, limit) }
  }

  public func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry] {
    try await read { try Queries.timeline($0, "correlation_id", correlationID, limit) }
  }

  public func deadLetters(limit: Int) async throws -> [DeadLetter] {
    try await read { try Queries.deadLetters($0, limit) }
  }

  func checkOpen() throws {
    guard !state.withLock({ $0.closed }) else { throw BusError(.closed, "the journal is closed") }
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try checkOpen()
    do {
      return try await pool.read(body)
    } catch {
      throw BusError(reading: error, path: path)
    }
  }

  private static func makeFolder(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw BusError(
        .notWritable,
        "the data folder \(folder) cannot be made: a file of this name may be in the way, or the folder "
          + "above it may not be writable; name another with --data", cause: error)
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw BusError(
        .notWritable,
        "the data folder \(folder) cannot be written: mend its owner or rights, or name another with --data")
    }
  }
}
