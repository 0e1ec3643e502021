// Retention: what the policy lets go of is deleted in steps too short to be felt.
public import CIMModel
import Foundation
import GRDB
import MessageBus
import Synchronization

extension SQLiteJournal {
  /// How long one step may keep others from writing, but for its commit.
  static let pruneStep = Duration.milliseconds(5)

  /// Deletes messages that the policy lets go of, oldest first, at most `limit` of them, between the commits of others.
  ///
  /// Call it until `isDone`. The journal's file does not shrink: the pages that are freed are used again first.
  ///
  /// - Throws: `BusError` with code `.diskFull`, `.storage` or `.closed`.
  public func prune(_ policy: RetentionPolicy, now: Timestamp = .now(), limit: Int = 1000) async throws -> PruneResult {
    var result = PruneResult()
    var retention = retention.withLock { $0 }.flatMap { $0.policy == policy ? $0 : nil } ?? Retention(policy)
    while result.deleted < limit {
      let from = retention
      let wanted = min(limit - result.deleted, 256)
      // A full disk is when it is wanted most. What is on its way into the database only makes entries less busy.
      let (candidates, judged) = try await look { db in
        var retention = from
        let candidates = try retention.next(db, now: now, limit: wanted)
        return (candidates, retention)
      }
      retention = judged
      if candidates.entries.isEmpty {
        result.isDone = true
        break
      }
      guard try await delete(candidates, &result) else { break }
    }
    self.retention.withLock { $0 = retention }
    if result.isDone { try? await pruneIndex() }
    return result
  }

  /// Keeps the journal to the policy until the task is cancelled: every `interval`, and in steps between which others
  /// have the disk to themselves.
  ///
  /// - Parameter onRound: told what was deleted in a round, and what went wrong.
  public func keep(
    to policy: RetentionPolicy, every interval: Duration = .seconds(600),
    onRound: @Sendable (Result<PruneResult, any Error>) -> Void = { _ in }
  ) async throws {
    while true {
      var round = PruneResult()
      do {
        while !round.isDone {
          let step = try await prune(policy, limit: 256)
          round.deleted += step.deleted
          round.spooledBytes += step.spooledBytes
          round.isDone = step.isDone
          try await Task.sleep(for: .milliseconds(20))
        }
        onRound(.success(round))
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        if (error as? BusError)?.code == .closed { throw error }
        onRound(.failure(error))
      }
      try await Task.sleep(for: interval)
    }
  }

  /// - Returns: false when none of these could be deleted, so that asking again would not help.
  private func delete(_ candidates: Retention.Candidates, _ result: inout PruneResult) async throws -> Bool {
    var rest = candidates
    var deleted = 0
    while !rest.entries.isEmpty {
      let these = rest
      let done = try await maintain { db in
        var done = Retention.Deletion()
        try db.inTransaction(.immediate) {
          done = try Retention.delete(db, these, within: Self.pruneStep)
          return .commit
        }
        return done
      }
      // A crash here leaves files that no row tells of: the next start removes them.
      spool.remove(done.files)
      deleted += done.deleted
      result.deleted += done.deleted
      result.spooledBytes += done.spooledBytes
      if done.isEnough { return true }
      rest.entries.removeFirst(min(max(done.handled, 1), rest.entries.count))
    }
    return deleted > 0
  }

  /// Drops the parts of the search index that hold nothing but deleted messages.
  private func pruneIndex() async throws {
    let oldest = try await look { try Int64.fetchOne($0, sql: "SELECT min(entry) FROM message") ?? 0 }
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      indexQueue.async { [index] in continuation.resume(with: Result { try index.prune(under: oldest) }) }
    }
  }
}
