// Terms come in at random places of their index: they are sorted in small trees first, and moved on in order.
import MasterData
import SQLiteAccess

/// Where the terms of a file lie: the rows of the view `any_term`.
///
/// Hashes of mRIDs are random. Put straight into the tree of all terms, those of each set would change as many of its pages
/// as the set has objects, and a commit writes each page as a whole. So terms go into a small tree, `fresh_term`. When that
/// is full its terms go on, in order, into one of two larger ones, `middle_term_0` and `middle_term_1`. When that one is
/// full, too, the other takes its place, and is filled while the full one is settled into `term`, some of it each time, in
/// the order of the hashes: so each page there is changed once for all the terms that belong on it.
///
/// All of this is done by the transactions that add terms, and is theirs to take back: whoever reads the file, from any
/// process and at any time, finds each term in one of the four tables; while it is being settled, in two.
package struct TermLevels {
  /// How many terms are collected in a tree before they are moved on.
  package struct Limits: Sendable {
    package var fresh: Int
    package var middle: Int

    package init(fresh: Int = 16_000, middle: Int = 500_000) {
      self.fresh = fresh
      self.middle = middle
    }
  }

  /// A row of the tree that is being settled.
  private struct Place {
    var hash: Int64
    var object: Int64
  }

  private var fresh: Int
  /// The tree that takes what is no longer fresh: 0 or 1.
  private var middle: Int
  private var middleCount: Int
  /// How far the other one is settled; nil: it is empty.
  private var settled: Place?

  /// As the file has it.
  init(_ connection: Connection) throws {
    let found = try connection.rows(
      "SELECT fresh_terms, middle, middle_terms, settled_hash, settled_object FROM state"
    ) { row in
      (
        Int(row.integer(0)), Int(row.integer(1)), Int(row.integer(2)),
        row.optional(3).map { Place(hash: $0, object: row.integer(4)) }
      )
    }.first
    (fresh, middle, middleCount, settled) = found ?? (0, 0, 0, nil)
  }

  /// Ends a transaction that has put so many terms into `fresh_term`.
  mutating func settle(added: Int, limits: Limits, _ connection: Connection) throws {
    guard added > 0 else { return }
    fresh += added
    if fresh >= limits.fresh {
      try connection.run(
        middle == 0
          ? "INSERT OR IGNORE INTO middle_term_0 SELECT hash, object FROM fresh_term ORDER BY hash, object"
          : "INSERT OR IGNORE INTO middle_term_1 SELECT hash, object FROM fresh_term ORDER BY hash, object")
      try connection.run("DELETE FROM fresh_term")
      middleCount += fresh
      if let place = settled {
        // Twice what has come: so this tree is empty long before the other one is full.
        settled = try settle(after: place, fresh * 2, connection)
      } else if middleCount >= limits.middle {
        middle = 1 - middle
        middleCount = 0
        settled = Place(hash: .min, object: .min)
      }
      fresh = 0
    }
    try connection.run(
      "UPDATE state SET fresh_terms = ?, middle = ?, middle_terms = ?, settled_hash = ?, settled_object = ?",
      .integer(Int64(fresh)), .integer(Int64(middle)), .integer(Int64(middleCount)),
      settled.map { .integer($0.hash) } ?? .null, settled.map { .integer($0.object) } ?? .null)
  }

  /// Settles terms behind a place; empties their tree when there are no more.
  private func settle(after place: Place, _ number: Int, _ connection: Connection) throws -> Place? {
    // Statements are found again by their literals: one of them for each tree.
    let (copy, last, clear): (StaticString, StaticString, StaticString) =
      middle == 1
      ? (
        """
        INSERT OR IGNORE INTO term SELECT hash, object FROM middle_term_0 WHERE (hash, object) > (?, ?)
        ORDER BY hash, object LIMIT ?
        """,
        "SELECT hash, object FROM middle_term_0 WHERE (hash, object) > (?, ?) ORDER BY hash, object LIMIT 1 OFFSET ?",
        "DELETE FROM middle_term_0"
      )
      : (
        """
        INSERT OR IGNORE INTO term SELECT hash, object FROM middle_term_1 WHERE (hash, object) > (?, ?)
        ORDER BY hash, object LIMIT ?
        """,
        "SELECT hash, object FROM middle_term_1 WHERE (hash, object) > (?, ?) ORDER BY hash, object LIMIT 1 OFFSET ?",
        "DELETE FROM middle_term_1"
      )
    let (hash, object) = (SQLValue.integer(place.hash), SQLValue.integer(place.object))
    try connection.run(copy, hash, object, .integer(Int64(number)))
    let reached = try connection.rows(last, hash, object, .integer(Int64(number - 1))) {
      Place(hash: $0.integer(0), object: $0.integer(1))
    }.first
    if reached == nil { try connection.run(clear) }
    return reached
  }
}
