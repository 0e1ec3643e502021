// Search: through the index as far as it goes, and through the journal itself behind it.
import CIMModel
import Foundation
import GRDB
public import MessageBus

extension SQLiteJournal: SearchableJournal {
  public func search(_ query: MessageQuery) async throws -> MessagePage {
    let index = index
    let search = Search(query: query, index: index, indexer: indexer)
    return try await look { db in
      do {
        return try search.page(db)
      } catch let error as DatabaseError where Search.isDamage(error) {
        // Thrown away, it is made again behind; until then the journal itself is looked through.
        index.discard()
        return try search.page(db)
      }
    }
  }

  public func body(of entry: EntryID, from offset: Int, count: Int) async throws -> [UInt8]? {
    let spool = spool
    return try await look { try spool.slice(ofBodyOf: entry.rawValue, from: offset, count: count, $0) }
  }

  public func bodyLength(of entry: EntryID) async throws -> Int? {
    try await look { db in
      if let file = try Spool.file(db, .body, of: entry.rawValue) { return file.bytes }
      return try Int.fetchOne(db, sql: "SELECT length(body) FROM message WHERE entry = ?", arguments: [entry.rawValue])
    }
  }

  public func deadLetterGroups(
    by grouping: DeadLetterGroup.Grouping, limit: Int
  ) async throws -> [DeadLetterGroup] {
    try await look { try Queries.deadLetterGroups($0, grouping, limit) }
  }

  /// Units committed in a second over which the search index waits.
  static let busyRate = 500.0

  /// Brings the search index up to the journal and keeps it there until the task is cancelled.
  ///
  /// The index lags in a burst: while more than `busyRate` units a second are committed, it rests fifteen times as long
  /// as a step took (4,096 entries at most), else as long as that, so that it leaves half a core to others; where there
  /// is nothing to do it looks again every 500 ms. An index that cannot be written is tried again after a minute, and searches look through the journal meanwhile.
  public func maintainSearchIndex(onFailure: @Sendable (any Error) -> Void = { _ in }) async throws {
    let clock = ContinuousClock()
    var isChecked = false
    while true {
      var rest = Duration.milliseconds(500)
      do {
        if !isChecked { try indexer.checkOrigin() }
        isChecked = true
        let (start, before) = (clock.now, unitsCommitted)
        if try await indexStep() > 0 {
          let took = clock.now - start
          let isBusy = Double(unitsCommitted - before) > Self.busyRate * (took / .seconds(1))
          rest = min(isBusy ? took * 15 : took, .seconds(10))
        }
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        if (error as? BusError)?.code == .closed { throw error }
        if let error = error as? DatabaseError, Search.isDamage(error) { index.discard() }
        isChecked = false
        onFailure(error)
        rest = .seconds(60)
      }
      try await Task.sleep(for: rest)
    }
  }

  /// Indexes the next entries, off the threads of Swift's concurrency.
  ///
  /// - Returns: how many: none where the index is up to date.
  @discardableResult
  public func indexNext() async throws -> Int {
    try? await log.settle()
    return try await indexStep()
  }

  /// Indexes the next entries of those that lie in the database: the index does not make the log hurry.
  private func indexStep() async throws -> Int {
    let indexer = indexer
    try checkOpen()
    return try await withCheckedThrowingContinuation { continuation in
      indexQueue.async { continuation.resume(with: Result { try indexer.step() }) }
    }
  }
}
