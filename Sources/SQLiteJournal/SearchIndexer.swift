// Brings the search index up to the journal, in small steps, behind the back of those who write.
import Foundation
import GRDB
import MessageBus

/// Reads new entries and writes their terms.
struct SearchIndexer: Sendable {
  let journal: DatabasePool
  let index: SearchIndex
  let spool: Spool
  /// Entries and bytes of bodies of one step at most; one body may be larger than that.
  var batch = 4096
  var batchBytes = 16 << 20
  /// Bytes of terms that are held at a time.
  var termBytes = 1 << 20

  /// Indexes the next entries.
  ///
  /// - Returns: how many; fewer than `batch` only where there is nothing more, or bodies are large.
  func step() throws -> Int {
    let pool = try index.pool()
    let progress = try pool.read { try SearchIndex.progress($0) }
    let rows = try read(after: progress.entry)
    guard let last = rows.last else { return 0 }
    try pool.write { db in
      var shard = try SearchIndex.prepareShard(db, of: rows[0].entry)
      var terms = SearchTerms()
      for row in rows {
        if row.entry / SearchIndex.shardSize != shard { shard = try SearchIndex.prepareShard(db, of: row.entry) }
        terms.removeAll()
        row.addFields(&terms)
        try add(row, to: &terms) { terms in
          guard terms.count > termBytes else { return }
          try SearchIndex.insert(db, shard: shard, entry: row.entry, terms)
          terms.removeAll()
        }
        try SearchIndex.insert(db, shard: shard, entry: row.entry, terms)
      }
      try SearchIndex.advance(db, to: SearchIndex.Progress(entry: last.entry, received: last.received))
    }
    return rows.count
  }

  /// What the index needs of an entry.
  struct Source: Sendable {
    var entry: Int64
    var received: Int64
    var sender: String
    var source: String?
    var noun: String?
    var verb: String?
    var state: String
    /// Separated by U+001F.
    var receivers: String?
    var body: Data
    /// Where the body lies if not here.
    var file: (name: String, bytes: Int)?

    /// The columns of `message`, and what other tables know of it.
    static let columns = """
      entry, received, sender, source, noun, verb, state,
      (SELECT group_concat(participant, char(31)) FROM delivery WHERE delivery.entry = message.entry), body,
      CASE length(body) WHEN 0 THEN (SELECT file FROM spooled s WHERE s.entry = message.entry AND part = 0) END,
      CASE length(body) WHEN 0 THEN (SELECT bytes FROM spooled s WHERE s.entry = message.entry AND part = 0) END
      """

    init(_ row: Row) {
      entry = row[0]
      received = row[1]
      sender = row[2]
      source = row[3]
      noun = row[4]
      verb = row[5]
      state = row[6]
      receivers = row[7]
      body = row[8]
      if let name: String = row[9], let bytes: Int = row[10] { file = (name, bytes) }
    }

    func addFields(_ terms: inout SearchTerms) {
      if let noun { terms.add(.noun, noun) }
      if let verb { terms.add(.verb, verb) }
      terms.add(.state, state)
      terms.add(.partner, sender)
      if let source, source != sender { terms.add(.partner, source) }
      for receiver in receivers?.split(separator: "\u{1F}") ?? [] { terms.add(.partner, String(receiver)) }
    }
  }

  private func read(after entry: Int64) throws -> [Source] {
    try journal.read { db in
      let cursor = try Row.fetchCursor(
        db,
        sql: "SELECT \(Source.columns) FROM message WHERE entry > ? ORDER BY entry LIMIT ?", arguments: [entry, batch])
      var rows: [Source] = []
      var bytes = 0
      while bytes < batchBytes, let row = try cursor.next() {
        let source = Source(row)
        bytes += source.body.count
        rows.append(source)
      }
      return rows
    }
  }

  /// Adds the terms of a body, out of its file where it lies in one. A file that is missing has no terms.
  private func add(_ row: Source, to terms: inout SearchTerms, full: (inout SearchTerms) throws -> Void) throws {
    do {
      var pieces = try spool.pieces(of: row)
      try terms.add(document: { try pieces.next() }, full: full)
    } catch let error as BusError where error.code == .missingBody {
      return
    }
  }

  /// Whether the content of an entry meets all criteria.
  func fits(_ row: Source, _ criteria: SearchCriteria) throws -> Bool {
    var missing = criteria
    var terms = SearchTerms()
    try add(row, to: &terms) { terms in
      guard terms.count > termBytes else { return }
      missing.strike(terms)
      terms.removeAll()
    }
    missing.strike(terms)
    return missing.isEmpty
  }

  /// Throws an index away that belongs to another journal, e.g. after a backup was put back.
  func checkOrigin() throws {
    let progress = try index.progress()
    guard progress.entry > 0 else { return }
    let fits = try journal.read { db in
      let received = try Int64.fetchOne(
        db, sql: "SELECT received FROM message WHERE entry = ?", arguments: [progress.entry])
      // The entry may have been pruned since; the newest never is.
      if let received { return received == progress.received }
      return progress.entry < (try Int64.fetchOne(db, sql: "SELECT max(entry) FROM message") ?? 0)
    }
    if !fits { index.discard() }
  }
}
