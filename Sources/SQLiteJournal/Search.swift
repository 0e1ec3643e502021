// One search: candidates from where they are few, judged by the journal.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus

/// Finds the page of one query. Candidates come, newest first, out of the entries behind the index, then out of the
/// index or, for states that few messages have, out of the journal's own lists; what they are says the journal.
struct Search: Sendable {
  let query: MessageQuery
  let index: SearchIndex
  let indexer: SearchIndexer

  /// Entries behind the index that are looked through, and bytes of bodies that are read for it.
  static let tailLimit = 20_000
  static let tailBytes = 64 << 20
  /// Candidates that are judged before a search ends with what it has, and bytes of bodies read for them.
  static let candidateLimit = 100_000
  static let bodyLimit = 128 << 20
  /// What the index may find for candidates of another list, before their bodies are read instead.
  static let holderLimit = 20_000
  /// Senders' clocks and ours disagree with the order of entries by less than this.
  static let slack: Int64 = 120_000_000

  static func isDamage(_ error: DatabaseError) -> Bool {
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_IOERR].contains(error.resultCode)
      || error.message?.hasPrefix("no such table: terms_") == true
      || error.message?.contains("fts5") == true && error.resultCode == .SQLITE_ERROR
  }

  func page(_ db: Database) throws -> MessagePage {
    let newest = try Int64.fetchOne(db, sql: "SELECT max(entry) FROM message") ?? 0
    let pool = try? index.pool()
    let indexed = min(try pool?.read { try SearchIndex.progress($0).entry } ?? 0, newest)
    var page = MessagePage(entries: [], next: nil, indexedUpTo: EntryID(indexed), unsearched: 0)
    // Entries strictly between these two.
    var (low, high) = (Int64(0), min(query.before?.rawValue ?? .max, newest + 1))
    if let from = query.from { low = max(low, try Self.entry(db, before: from.microseconds - Self.slack) - 1) }
    if let to = query.to { high = min(high, try Self.entry(db, before: to.microseconds + Self.slack) + 1) }
    var found = Found(limit: query.boundedLimit)
    if low + 1 < high {
      if let list = ownList {
        try collect(db, list, over: low, under: high, &found, pool, indexed)
      } else if !criteria.isEmpty {
        page.unsearched = try collectTail(db, over: max(low, indexed), under: high, &found)
        if let pool, !found.isFull {
          try collect(db, fromIndex: pool, over: low, under: min(high, indexed + 1), &found)
        }
      } else {
        try collect(db, Self.whole, over: low, under: high, &found, pool, indexed)
      }
    }
    page.next = found.next
    page.entries = try entries(db, found.entries)
    return page
  }

  // MARK: What is asked

  /// The conditions that the journal's columns answer.
  private var conditions: (sql: String, arguments: [any DatabaseValueConvertible]) {
    var parts: [String] = []
    var arguments: [any DatabaseValueConvertible] = []
    func add(_ sql: String, _ values: (any DatabaseValueConvertible)?...) {
      let known = values.compactMap { $0 }
      guard known.count == values.count else { return }
      parts.append(sql)
      arguments += known
    }
    add("message_id = ?", query.messageID)
    add("correlation_id = ?", query.correlationID)
    add("noun = ?", query.noun)
    add("verb = ?", query.verb?.rawValue)
    add("state = ?", query.state?.rawValue)
    add("received >= ?", query.from?.microseconds)
    add("received < ?", query.to?.microseconds)
    let partner = query.partner?.rawValue
    add(
      "(sender = ? OR source = ? OR EXISTS (SELECT 1 FROM delivery d WHERE d.entry = message.entry AND participant = ?))",
      partner, partner, partner)
    return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), arguments)
  }

  private var content: SearchCriteria { SearchCriteria.content(of: query) }

  /// What is asked of the index.
  private var criteria: SearchCriteria {
    var criteria = content
    if let noun = query.noun { criteria.add([(.noun, noun)]) }
    if let verb = query.verb { criteria.add([(.verb, verb.rawValue)]) }
    if let partner = query.partner { criteria.add([(.partner, partner.rawValue)]) }
    // An event without subscribers is so from its first moment; other states change.
    if query.state == .unrouted { criteria.add([(.state, "unrouted")]) }
    return criteria
  }

  /// A list of candidates: SQL with the placeholders of two entry numbers, between which they lie, and a limit.
  private struct List {
    var sql: String
    var arguments: [any DatabaseValueConvertible] = []
  }

  private static var whole: List {
    List(sql: "SELECT entry FROM message WHERE entry > ? AND entry < ? ORDER BY entry DESC LIMIT ?")
  }

  /// A list that is short of itself.
  private var ownList: List? {
    if let id = query.messageID {
      let hashes = Identifiers.hashes(messageID: id)
      return List(
        sql: """
          \(Identifiers.entries(from: "?", to: "?")) AND entry > ? AND entry < ?
          ORDER BY entry DESC LIMIT ?
          """,
        arguments: [hashes.lowerBound, hashes.upperBound])
    }
    if let id = query.correlationID {
      return List(
        sql: Identifiers.newestFirst(hash: "?1", bounds: " AND entry > ?2 AND entry < ?3", limit: "?4"),
        arguments: [Identifiers.hash(correlationID: id)])
    }
    switch query.state {
    case .open:
      return List(
        sql: """
          SELECT entry FROM message INDEXED BY message_open WHERE state = 'open' AND entry > ? AND entry < ?
          ORDER BY entry DESC LIMIT ?
          """)
    case .dead:
      return List(
        sql: "SELECT DISTINCT entry FROM dead_letter WHERE entry > ? AND entry < ? ORDER BY entry DESC LIMIT ?")
    default: return nil
    }
  }

  // MARK: Collecting

  private struct Found {
    let limit: Int
    var entries: [Int64] = []
    /// Where to go on.
    var next: EntryID?
    var judged = 0
    var bytes = 0

    var isFull: Bool { next != nil }

    /// - Returns: false when there is one more than fits.
    mutating func add(_ entry: Int64) -> Bool {
      guard entries.count < limit else {
        next = entries.last.map { EntryID($0) }
        return false
      }
      entries.append(entry)
      return true
    }
  }

  private func collect(
    _ db: Database, fromIndex pool: DatabasePool, over low: Int64, under high: Int64, _ found: inout Found
  ) throws {
    let criteria = criteria
    try collect(db, over: low, under: high, &found) { high, limit in
      try pool.read { try SearchIndex.entries($0, criteria, over: low, under: high, limit: limit) }
    }
  }

  private func collect(
    _ db: Database, _ list: List, over low: Int64, under high: Int64, _ found: inout Found, _ pool: DatabasePool?,
    _ indexed: Int64
  ) throws {
    let content = content
    var known: Set<Int64>?
    try collect(db, over: low, under: high, &found) { high, limit in
      let page = try Int64.fetchAll(
        db.cachedStatement(sql: list.sql), arguments: StatementArguments(list.arguments + [low, high, limit]))
      known = content.isEmpty ? nil : try holders(content, pool, page)
      return page
    } mayHold: { entry in
      known.map { entry > indexed || $0.contains(entry) } ?? true
    } holds: { entry, bytes in
      try content.isEmpty || known != nil && entry <= indexed || fits(db, entry, &bytes)
    }
  }

  /// What the index finds between the first and the last of these entries; nil where that is too much to be of use.
  private func holders(_ content: SearchCriteria, _ pool: DatabasePool?, _ page: [Int64]) throws -> Set<Int64>? {
    guard let pool, let first = page.last, let last = page.first else { return nil }
    let entries = try pool.read {
      try SearchIndex.entries($0, content, over: first - 1, under: last + 1, limit: Self.holderLimit)
    }
    return entries.count < Self.holderLimit ? Set(entries) : nil
  }

  /// Takes candidates page by page until enough fit.
  private func collect(
    _ db: Database, over low: Int64, under high: Int64, _ found: inout Found,
    _ candidates: (_ high: Int64, _ limit: Int) throws -> [Int64],
    mayHold: (_ entry: Int64) -> Bool = { _ in true },
    holds: (_ entry: Int64, _ bytes: inout Int) throws -> Bool = { _, _ in true }
  ) throws {
    var high = high
    var size = min(max(found.limit + 1, 64), 1001)
    while !found.isFull {
      let page = try candidates(high, size)
      for entry in try fitting(db, page.filter(mayHold)) {
        guard try holds(entry, &found.bytes) else { continue }
        guard found.add(entry) else { return }
      }
      guard page.count == size, let last = page.last else { return }
      high = last
      found.judged += page.count
      if found.judged >= Self.candidateLimit || found.bytes >= Self.bodyLimit { found.next = EntryID(high) }
      size = min(size * 2, 4096)
    }
  }

  /// Those of these entries that the journal's columns let pass, in their order.
  private func fitting(_ db: Database, _ candidates: [Int64]) throws -> [Int64] {
    guard !candidates.isEmpty else { return [] }
    let (sql, arguments) = conditions
    let numbers = candidates.map(String.init).joined(separator: ",")
    return try Int64.fetchAll(
      db, sql: "SELECT entry FROM message WHERE entry IN (\(numbers)) AND \(sql) ORDER BY entry DESC",
      arguments: StatementArguments(arguments))
  }

  /// Looks through the newest entries, which are not indexed yet.
  ///
  /// - Returns: how many there were too many.
  private func collectTail(_ db: Database, over low: Int64, under high: Int64, _ found: inout Found) throws -> Int {
    guard low + 1 < high else { return 0 }
    let first = max(low, high - 1 - Int64(Self.tailLimit))
    let (sql, arguments) = conditions
    let needsBody = !content.isEmpty
    let cursor = try Int64.fetchCursor(
      db,
      sql: """
        SELECT entry FROM message WHERE entry > ? AND entry < ? AND \(sql) ORDER BY entry DESC
        """, arguments: StatementArguments([first, high] + arguments))
    var bytes = 0
    while let entry = try cursor.next() {
      if needsBody {
        if bytes > Self.tailBytes { return Int(entry - low) }
        guard try fits(db, entry, &bytes) else { continue }
      }
      guard found.add(entry) else { return 0 }
    }
    return Int(first - low)
  }

  /// Whether the body of an entry holds what is asked for; counts its bytes.
  private func fits(_ db: Database, _ entry: Int64, _ bytes: inout Int) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT \(SearchIndexer.Source.columns) FROM message WHERE entry = ?")
    guard let row = try Row.fetchOne(statement, arguments: [entry]) else { return false }
    let source = SearchIndexer.Source(row)
    bytes += source.file?.bytes ?? source.body.count
    return try indexer.fits(source, content)
  }

  private func entries(_ db: Database, _ numbers: [Int64]) throws -> [JournalEntry] {
    guard !numbers.isEmpty else { return [] }
    let list = numbers.map(String.init).joined(separator: ",")
    return try Queries.entries(db, "entry IN (\(list))", [], numbers.count).reversed()
  }

  /// The first entry received at this time or later, where entries are in the order of time; one more than the last if
  /// there is none.
  static func entry(_ db: Database, before time: Int64) throws -> Int64 {
    guard var low = try Int64.fetchOne(db, sql: "SELECT min(entry) FROM message"),
      var high = try Int64.fetchOne(db, sql: "SELECT max(entry) + 1 FROM message")
    else { return 0 }
    let next = try db.cachedStatement(
      sql: "SELECT entry, received FROM message WHERE entry >= ? ORDER BY entry LIMIT 1")
    while low < high {
      let middle = low + (high - low) / 2
      guard let row = try Row.fetchOne(next, arguments: [middle]) else {
        high = middle
        continue
      }
      let (entry, received): (Int64, Int64) = (row[0], row[1])
      if entry < high, received < time { low = entry + 1 } else { high = middle }
    }
    return low
  }
}
