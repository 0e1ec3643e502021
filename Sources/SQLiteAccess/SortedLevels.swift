// Rows come in at random places of their index: they are sorted in small trees first, and moved on in order.

/// Moves the rows of an index on, from tree to tree.
///
/// Hashes are random. Put straight into the tree of all of them, those of each transaction would change as many of its pages
/// as there are rows, and a commit writes each page as a whole. So rows go into a small tree, `fresh_…`. When that is full
/// they go on, in order, into one of two larger ones, `middle_…_0` and `middle_…_1`. When that one is full, too, the other
/// takes its place, and is filled while the full one is settled into the last, some of it each time, in the order of the
/// hashes: so each page there is changed once for all the rows that belong on it.
///
/// All of this is done by the transactions that add rows, and is theirs to take back: whoever reads the file, from any
/// process and at any time, finds each row in one of the four tables; while it is being settled, in two.
///
/// To be used by one thread at a time, and closed before its connection is.
package final class SortedLevels<Failure: SQLiteError> {
  /// A row of the tree that is being settled.
  private struct Place {
    var key: Int64
    var value: Int64
  }

  /// As the file has it at the beginning of a transaction.
  private struct State {
    var fresh = 0
    /// The tree that takes what is no longer fresh: 0 or 1.
    var middle = 0
    var middleRows = 0
    /// How far the other one is settled; nil: it is empty.
    var settled: Place?
  }

  private let connection: OpaquePointer
  private let tables: LevelTables
  private let limits: LevelLimits
  private var statements: [String: PreparedStatement<Failure>] = [:]

  /// - Parameter connection: the `sqlite3 *`.
  package init(_ connection: OpaquePointer, _ tables: LevelTables, limits: LevelLimits) {
    self.connection = connection
    self.tables = tables
    self.limits = limits
  }

  package func close() {
    for statement in statements.values { statement.close() }
    statements = [:]
  }

  /// Ends a transaction that has put so many rows into the fresh table.
  package func settle(added: Int) throws(Failure) {
    guard added > 0 else { return }
    var state = try state()
    // In several steps for each fresh tree, so that no transaction has much of it to do.
    let step = max(limits.fresh / 8, 1)
    let steps = (state.fresh + added) / step - state.fresh / step
    if let place = state.settled, steps > 0 {
      // Twice what has come: so this tree is empty long before the other one is full.
      state.settled = try settle(tables.middle(1 - state.middle), after: place, steps * step * 2)
    }
    state.fresh += added
    if state.fresh >= limits.fresh {
      try run(move(from: tables.fresh, to: tables.middle(state.middle)))
      try run("DELETE FROM \(tables.fresh)")
      state.middleRows += state.fresh
      if state.settled == nil, state.middleRows >= limits.middle {
        state.middle = 1 - state.middle
        state.middleRows = 0
        state.settled = Place(key: .min, value: .min)
      }
      state.fresh = 0
    }
    try save(state)
  }

  /// Settles rows behind a place; empties their tree when there are no more.
  private func settle(_ table: String, after place: Place, _ number: Int) throws(Failure) -> Place? {
    let rest = "FROM \(table) WHERE (\(tables.key), \(tables.value)) > (?, ?) ORDER BY \(tables.key), \(tables.value)"
    try run(
      "INSERT OR IGNORE INTO \(tables.name) SELECT \(tables.key), \(tables.value) \(rest) LIMIT ?",
      place.key, place.value, Int64(number))
    let last = try statement("SELECT \(tables.key), \(tables.value) \(rest) LIMIT 1 OFFSET ?")
    last.bind(1, place.key)
    last.bind(2, place.value)
    last.bind(3, Int64(number - 1))
    guard try last.step() else {
      try run("DELETE FROM \(table)")
      return nil
    }
    defer { last.reset() }
    return Place(key: last.integer(0), value: last.integer(1))
  }

  private func move(from table: String, to other: String) -> String {
    "INSERT OR IGNORE INTO \(other) SELECT \(tables.key), \(tables.value) FROM \(table) "
      + "ORDER BY \(tables.key), \(tables.value)"
  }

  private func state() throws(Failure) -> State {
    let place = tables.state
    let found = try statement(
      """
      SELECT \(place.fresh), \(place.middle), \(place.middleRows), \(place.settledKey), \(place.settledValue)
      FROM \(place.table)
      """)
    var state = State()
    guard try found.step() else { return state }
    defer { found.reset() }
    state.fresh = Int(found.integer(0))
    state.middle = found.integer(1) == 0 ? 0 : 1
    state.middleRows = Int(found.integer(2))
    if !found.isNull(3) { state.settled = Place(key: found.integer(3), value: found.integer(4)) }
    return state
  }

  private func save(_ state: State) throws(Failure) {
    let place = tables.state
    try run(
      """
      UPDATE \(place.table) SET \(place.fresh) = ?, \(place.middle) = ?, \(place.middleRows) = ?,
        \(place.settledKey) = ?, \(place.settledValue) = ?
      """, Int64(state.fresh), Int64(state.middle), Int64(state.middleRows), state.settled?.key, state.settled?.value)
  }

  private func run(_ sql: String, _ values: Int64?...) throws(Failure) {
    let statement = try statement(sql)
    for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
    try statement.run()
  }

  private func statement(_ sql: String) throws(Failure) -> PreparedStatement<Failure> {
    if let known = statements[sql] { return known }
    let statement = try PreparedStatement<Failure>(connection, sql)
    statements[sql] = statement
    return statement
  }
}

/// How many rows are collected in a tree before they are moved on.
package struct LevelLimits: Sendable {
  package var fresh: Int
  package var middle: Int

  package init(fresh: Int, middle: Int) {
    self.fresh = fresh
    self.middle = middle
  }
}
