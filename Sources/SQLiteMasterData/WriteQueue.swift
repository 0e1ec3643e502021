// Writes that wait for their turn are carried out together: one commit, one wait for the disk, for all of them.
import CIMModel
import MasterData
import SQLiteAccess
import Synchronization

/// A write on its way: what it does, and whom to tell.
struct PendingWrite: Sendable {
  /// False for a trial.
  let keeps: Bool
  /// Runs the body; what it returns tells the writer of the result.
  let run: @Sendable (SQLiteTransaction) throws -> @Sendable () -> Void
  /// Tells the writer that nothing was written.
  let fail: @Sendable (any Error) -> Void

  init<Result: Sendable>(
    keeps: Bool, _ body: @escaping @Sendable (any MasterDataTransaction) throws -> Result,
    _ finish: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
  ) {
    self.keeps = keeps
    run = { transaction in
      let result = try body(transaction)
      return { finish(.success(result)) }
    }
    fail = { finish(.failure($0)) }
  }
}

/// Writes in the order in which they came.
final class WriteQueue: Sendable {
  /// A commit is of at most so many writes, and none is begun later than this after the first: a writer waits for the
  /// commit of others no longer than that, and a write of its own length.
  private static let limit = (writes: 16, time: Duration.milliseconds(200))

  private let pending = Mutex<[PendingWrite]>([])
  private let now: @Sendable () -> Timestamp
  private let limits: LevelLimits

  init(limits: LevelLimits, now: @escaping @Sendable () -> Timestamp) {
    self.limits = limits
    self.now = now
  }

  func append(_ writes: [PendingWrite]) { pending.withLock { $0 += writes } }

  private func next() -> PendingWrite? { pending.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

  /// Carries out what waits, at most one group of it.
  func carryOutSome(_ connection: Connection) {
    guard let first = next() else { return }
    var taken = [first]
    var finishes: [() -> Void] = []
    var words = connection.words.texts.count
    do {
      try connection.run("BEGIN IMMEDIATE")
      try connection.loadWords()
      words = connection.words.texts.count
      var last = try StoreSchema.number(connection, "SELECT last_known FROM state")
      let earlier = last
      var addedTerms = 0
      let start = ContinuousClock.now
      while let write = taken.last {
        let time = Timestamp(microseconds: max(now().microseconds, last + 1))
        let transaction = SQLiteTransaction(connection, time: time)
        let (isKept, finish) = try carryOut(write, transaction)
        finishes.append(finish)
        if isKept {
          last = time.microseconds
          addedTerms += transaction.addedTerms
        }
        guard taken.count < Self.limit.writes, ContinuousClock.now - start < Self.limit.time, let write = next() else {
          break
        }
        taken.append(write)
      }
      if last > earlier {
        try connection.settleTerms(added: addedTerms, limits: limits)
        try connection.run("UPDATE state SET last_known = ?", .integer(last))
        try connection.run("COMMIT")
      } else {
        connection.words.truncate(to: words)
        try connection.run("ROLLBACK")
      }
      for finish in finishes { finish() }
    } catch {
      connection.words.truncate(to: words)
      // SQLite may have rolled back by itself already, as it does when the disk is full.
      try? connection.run("ROLLBACK")
      // What a refusal or a trial said rested on writes that are gone: it is not true either.
      for write in taken { write.fail(error) }
    }
  }

  /// Carries one out within the transaction of its group, and takes it back where it fails or is a trial.
  ///
  /// - Returns: whether it is to stay, and what tells its writer, once the group is committed.
  /// - Throws: where the transaction of the whole group is gone.
  private func carryOut(_ write: PendingWrite, _ transaction: SQLiteTransaction) throws -> (Bool, () -> Void) {
    let connection = transaction.connection
    let words = connection.words.texts.count
    try connection.run("SAVEPOINT one")
    do {
      let finish = try write.run(transaction)
      if write.keeps {
        try connection.run("RELEASE one")
        return (true, finish)
      }
      try takeBack(connection, words)
      return (false, finish)
    } catch {
      guard connection.isInTransaction else { throw error }
      try takeBack(connection, words)
      return (false, { write.fail(error) })
    }
  }

  private func takeBack(_ connection: Connection, _ words: Int) throws {
    connection.words.truncate(to: words)
    try connection.run("ROLLBACK TO one")
    try connection.run("RELEASE one")
  }
}
