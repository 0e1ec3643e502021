// Which entries a policy lets go of.
import CIMModel
import Foundation
import GRDB
import MessageBus

/// Finds what a policy lets go of, a slice of the journal at a time, and remembers how far it has come: entries that
/// have been kept for their age are not looked at again before that age is over.
struct Retention: Sendable {
  /// Entries looked at in one query.
  static let slice = 2000
  /// Busy entries that are remembered; with more, everything is looked at again.
  static let busyLimit = 10_000

  /// Entries that share an age.
  private struct Group: Sendable {
    var age: Duration
    /// Nil: all nouns but those of other groups.
    var nouns: [String]?
    /// Every entry up to here has been judged for good, but those that are busy.
    var judged: Int64 = 0
    /// Over their age, but open or pending.
    var busy: [Int64] = []
  }

  let policy: RetentionPolicy
  private var groups: [Group]

  init(_ policy: RetentionPolicy) {
    self.policy = policy
    groups = Dictionary(grouping: policy.ages.keys) { policy.ages[$0] ?? .zero }
      .map { Group(age: $0.key, nouns: $0.value) }
    if let age = policy.age { groups.append(Group(age: age)) }
  }

  /// Entries that may go.
  struct Candidates: Sendable {
    var entries: [Int64]
    /// Only so many of them as bring the journal down to this size; nil: all.
    var size: Int?
  }

  /// Entries that may go, at most `limit`; none when there are no more.
  mutating func next(_ db: Database, now: Timestamp, limit: Int) throws -> Candidates {
    let dead = try deadLetters(db, now, limit)
    if !dead.isEmpty { return Candidates(entries: dead) }
    for index in groups.indices {
      let found = try next(db, &groups[index], now, limit)
      if !found.isEmpty { return Candidates(entries: found) }
    }
    return Candidates(entries: try oldest(db, limit), size: policy.totalBytes)
  }

  /// What the journal must tell of an entry: it is open or waits for somebody.
  private static let isBusy =
    "(state = 'open' OR EXISTS (SELECT 1 FROM delivery d WHERE d.entry = message.entry AND d.state = 'pending'))"
  private static let isDead =
    "(state = 'dead' OR EXISTS (SELECT 1 FROM dead_letter l WHERE l.entry = message.entry))"
  private static let isNewest = "entry = (SELECT max(entry) FROM message)"

  private static func cutoff(_ now: Timestamp, _ age: Duration) -> Int64 {
    let seconds = min(age.components.seconds, 1 << 40)
    return now.microseconds - seconds * 1_000_000 - age.components.attoseconds / 1_000_000_000_000
  }

  private func deadLetters(_ db: Database, _ now: Timestamp, _ limit: Int) throws -> [Int64] {
    guard let age = policy.deadLetterAge else { return [] }
    let cutoff = Self.cutoff(now, age)
    return try Int64.fetchAll(
      db,
      sql: """
        SELECT entry FROM message WHERE NOT \(Self.isBusy) AND NOT \(Self.isNewest) AND entry IN (
          SELECT entry FROM dead_letter GROUP BY entry HAVING max(time) < ?)
        ORDER BY entry LIMIT ?
        """, arguments: [cutoff, limit])
  }

  private func next(_ db: Database, _ group: inout Group, _ now: Timestamp, _ limit: Int) throws -> [Int64] {
    let cutoff = Self.cutoff(now, group.age)
    if group.busy.count > Self.busyLimit { (group.busy, group.judged) = ([], 0) }
    var found = try free(db, of: &group.busy)
    let end = try Search.entry(db, before: cutoff + Search.slack)
    // Entries near the border may be older than some before them: they are looked at again.
    let settled = try Search.entry(db, before: cutoff - Search.slack) - 1
    var last = group.judged
    while found.count < limit, last + 1 < end {
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT entry, received, noun, \(Self.isBusy), \(Self.isDead), \(Self.isNewest) FROM message
            WHERE entry > ? AND entry < ? ORDER BY entry LIMIT \(Self.slice)
            """), arguments: [last, end])
      guard !rows.isEmpty else {
        group.judged = max(group.judged, min(end - 1, settled))
        break
      }
      for row in rows where found.count < limit {
        let entry: Int64 = row[0]
        last = entry
        if entry <= settled { group.judged = entry }
        guard (row[1] as Int64) < cutoff, includes(row[2], group), !(row[4] as Bool) else { continue }
        let isBusy: Bool = row[3] || row[5]
        if !isBusy {
          found.append(entry)
        } else if entry <= settled {
          group.busy.append(entry)
        }
      }
    }
    return found
  }

  private func includes(_ noun: String?, _ group: Group) -> Bool {
    if let nouns = group.nouns { return noun.map(nouns.contains) ?? false }
    return noun.map { policy.ages[$0] == nil } ?? true
  }

  /// Takes out of a list what is not busy any more.
  private func free(_ db: Database, of busy: inout [Int64]) throws -> [Int64] {
    guard !busy.isEmpty else { return [] }
    let list = busy.map(String.init).joined(separator: ",")
    let still = Set(
      try Int64.fetchAll(
        db, sql: "SELECT entry FROM message WHERE entry IN (\(list)) AND (\(Self.isBusy) OR \(Self.isNewest))"))
    let dead = Set(
      try Int64.fetchAll(db, sql: "SELECT entry FROM message WHERE entry IN (\(list)) AND \(Self.isDead)"))
    let free = busy.filter { !still.contains($0) && !dead.contains($0) }
    busy = busy.filter(still.contains)
    return free
  }

  /// The oldest entries, where more room is used than there may be.
  private func oldest(_ db: Database, _ limit: Int) throws -> [Int64] {
    guard let total = policy.totalBytes, try Self.bytesInUse(db) > total else { return [] }
    return try Int64.fetchAll(
      db,
      sql: "SELECT entry FROM message WHERE NOT \(Self.isBusy) AND NOT \(Self.isNewest) ORDER BY entry LIMIT ?",
      arguments: [limit])
  }

  /// Bytes of pages in use and of spooled bodies.
  static func bytesInUse(_ db: Database) throws -> Int {
    func pragma(_ name: String) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
    let pages = try pragma("page_count") - pragma("freelist_count")
    return try pages * pragma("page_size") + (Int.fetchOne(db, sql: "SELECT sum(bytes) FROM spooled") ?? 0)
  }

  /// Deletes these entries until the time is over, each unless it is busy or the newest by now.
  static func delete(_ db: Database, _ candidates: Candidates, within time: Duration) throws -> Deletion {
    var done = Deletion()
    let clock = ContinuousClock()
    let end = clock.now + time
    for entry in candidates.entries {
      let identifiers = try Identifiers.of(db, entry: entry)
      try db.cachedStatement(
        sql: "DELETE FROM message WHERE entry = ? AND NOT \(isBusy) AND NOT \(isNewest)"
      ).execute(arguments: [entry])
      done.handled += 1
      if db.changesCount > 0 {
        done.deleted += 1
        try Identifiers.delete(db, identifiers, entry: entry)
        for row in try Row.fetchAll(
          db.cachedStatement(sql: "SELECT file, bytes FROM spooled WHERE entry = ?"), arguments: [entry])
        {
          done.files.append(row[0])
          done.spooledBytes += row[1]
        }
        for table in ["delivery", "dead_letter", "spooled"] {
          try db.cachedStatement(sql: "DELETE FROM \(table) WHERE entry = ?").execute(arguments: [entry])
        }
      }
      if clock.now >= end { break }
      if let size = candidates.size, try bytesInUse(db) <= size {
        done.isEnough = true
        break
      }
    }
    return done
  }

  struct Deletion: Sendable {
    /// How many of the list are dealt with, deleted or not.
    var handled = 0
    var deleted = 0
    var spooledBytes = 0
    /// To be removed once the deletion is committed.
    var files: [String] = []
    /// The journal is small enough.
    var isEnough = false
  }
}
