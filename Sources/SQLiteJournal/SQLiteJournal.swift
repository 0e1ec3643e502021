// The journal in one SQLite file: what Busbar uses unless told otherwise.
public import CIMModel
import Foundation
import GRDB
public import MessageBus
import Synchronization

/// A journal in one SQLite file of the data folder, in WAL mode with `synchronous=FULL`, with a log of its own before it
/// (`JournalLog`): what was written survives the end of the process and of power.
///
/// Writers that come while a write is under way share the next one. A write that has begun is never given up, even if
/// its task is cancelled: its bound is the disk. At most `Configuration.batch` (1,024) units share a write. What is read
/// comes out of the database, once all that was acknowledged before lies there.
public final class SQLiteJournal: Journal {
  public struct Configuration: Sendable {
    /// The file may not grow over this; beyond it writes throw `.diskFull`. Nil: no limit but the disk's.
    public var maximumBytes: Int?
    /// Units that share one write at most.
    public var batch = 1024
    /// Units, and bytes, with which the log goes into the database, at the latest after `carryAge`, or where nothing has
    /// come for `carryQuiet`. Until then other programs do not see them in the file.
    public var carryUnits = 8192
    public var carryBytes = 16 << 20
    public var carryAge = Duration.milliseconds(500)
    public var carryQuiet = Duration.milliseconds(30)
    /// Bytes of units in the log over which writers wait for the database.
    public var logBytes = 64 << 20
    /// Readers at work at the same time.
    public var readers = 4
    /// When identifiers are moved on in their index.
    var identifiers = Identifiers.limits
    /// Bytes of the largest body that lies in the file itself; larger ones lie in files of the folder `spool`.
    public var spoolOver = 256 << 10

    public init() {}
  }

  /// The journal's name in the data folder.
  public static let fileName = "journal.sqlite"

  /// The file's path.
  public let path: String
  let pool: DatabasePool
  let spool: Spool
  let index: SearchIndex
  /// How far the policy in use has been applied.
  let retention = Mutex<Retention?>(nil)
  let indexQueue = DispatchQueue(label: "busbar.search", qos: .utility)
  private let writer: LoadWriter
  private let lock: FileLock
  let log: JournalLog
  private let logFolder: LogFolder
  private let hasClosed = Mutex(false)

  /// Opens the journal in this folder; makes folder and file where they are absent.
  ///
  /// - Throws: `BusError` with code `.notWritable`, `.notAJournal`, `.newerSchema`, `.locked`, `.diskFull` or `.storage`.
  public init(folder: String, configuration: Configuration = .init()) throws {
    try Self.makeFolder(folder)
    path = folder + (folder.hasSuffix("/") ? "" : "/") + Self.fileName
    spool = Spool(dataFolder: folder, limit: configuration.spoolOver)
    index = SearchIndex(folder: folder)
    logFolder = LogFolder(dataFolder: folder)
    lock = try FileLock(path: path + ".lock")
    try Schema.checkFile(path)
    do {
      var settings = GRDB.Configuration()
      settings.label = "busbar.journal"
      settings.maximumReaderCount = max(configuration.readers, 1)
      settings.foreignKeysEnabled = false
      settings.busyMode = .timeout(5)
      settings.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = \(Schema.pageBytes)") }
      pool = try DatabasePool(path: path, configuration: settings)
      try Schema.open(pool)
      let writer = try pool.writeWithoutTransaction { try LoadWriter($0, limits: configuration.identifiers) }
      self.writer = writer
      log = try Self.openLog(logFolder, pool, writer, spool, path: path, configuration)
      if let limit = configuration.maximumBytes { try Schema.limit(pool, to: limit) }
      // Not before the log has told of its files.
      _ = try pool.read { [spool] in try spool.removeOrphans($0) }
    } catch {
      throw BusError(reading: error, path: path)
    }
  }

  public var isDurable: Bool { true }

  /// Carries what a process that was killed has left in the log into the database, and begins a new one.
  private static func openLog(
    _ folder: LogFolder, _ pool: DatabasePool, _ writer: LoadWriter, _ spool: Spool, path: String,
    _ configuration: Configuration
  ) throws -> JournalLog {
    try folder.make()
    let carried = try pool.read { try Int64.fetchOne($0, sql: "SELECT carried FROM log") ?? 0 }
    let (units, last) = try folder.recover(after: carried)
    try pool.writeWithoutTransaction { try writer.write(LogKeeper.Load(units: units, segment: last), $0) }
    folder.clear()
    let newest = try pool.read { try Int64.fetchOne($0, sql: "SELECT max(entry) FROM message") ?? 0 }
    let keeper = LogKeeper(
      folder: folder, inbox: try InboxReader(path: path), spool: spool, path: path, configuration: configuration,
      lastSegment: last, lastEntry: newest)
    return JournalLog(keeper, spool: spool, configuration: configuration) { load, done in
      pool.asyncWriteWithoutTransaction { db in
        done(Result { try writer.write(load, db) }.mapError { BusError(reading: $0, path: path) })
      }
    }
  }

  /// Since the journal was opened.
  var unitsCommitted: Int { log.unitsWritten }

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
    let admission = try await log.write(unit, files, isAdmission: isAdmission)
    if case .duplicate = admission { spool.remove(files.map(\.name)) }
    return admission
  }

  /// Does a short piece of work with the writer, between the loads of the log.
  func maintain<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try checkOpen()
    return try await withCheckedThrowingContinuation { continuation in
      pool.asyncWriteWithoutTransaction { [path] db in
        continuation.resume(with: Result { try work(db) }.mapError { BusError(reading: $0, path: path) as any Error })
      }
    }
  }

  public func close() async throws {
    await log.close()
    // Afterwards the folder may be another journal's.
    guard
      hasClosed.withLock({ hasClosed in
        defer { hasClosed = true }
        return !hasClosed
      })
    else { return }
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
    if log.isSettled { logFolder.clear() }
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
    try await look { try Queries.timeline($0, messageID: messageID, limit) }
  }

  public func timeline(correlationID: String, limit: Int) async throws -> [JournalEntry] {
    try await look { try Queries.timeline($0, correlationID: correlationID, limit) }
  }

  public func deadLetters(limit: Int) async throws -> [DeadLetter] {
    try await look { try Queries.deadLetters($0, limit) }
  }

  func checkOpen() throws {
    guard !log.isClosed else { throw BusError(.closed, "the journal is closed") }
  }

  /// Reads what operators ask for: where the log cannot be carried into the database, it is told without it.
  func look<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try checkOpen()
    try? await log.settle()
    return try await readDatabase(body)
  }

  /// Reads what the bus goes by: everything that was acknowledged before.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try checkOpen()
    try await log.settle()
    return try await readDatabase(body)
  }

  private func readDatabase<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
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
