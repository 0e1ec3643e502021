// What the tables of an index in levels are called.

/// The names of an index in levels: `SortedLevels` says what lies where.
///
/// Both columns hold integers. The state is one row of a table of the owner's own, which has to have these columns and is
/// made with zeroes and, for the last two, NULL.
package struct LevelTables: Sendable {
  /// The table of settled rows; the others are `fresh_…`, `middle_…_0` and `middle_…_1`, the view of all is `any_…`.
  package var name: String
  package var key: String
  package var value: String
  package var state: State

  /// Where the state lies: a table and its columns.
  package struct State: Sendable {
    package var table: String
    package var fresh: String
    package var middle: String
    package var middleRows: String
    package var settledKey: String
    package var settledValue: String

    package init(
      table: String, fresh: String, middle: String, middleRows: String, settledKey: String, settledValue: String
    ) {
      self.table = table
      self.fresh = fresh
      self.middle = middle
      self.middleRows = middleRows
      self.settledKey = settledKey
      self.settledValue = settledValue
    }
  }

  package init(name: String, key: String, value: String, state: State) {
    self.name = name
    self.key = key
    self.value = value
    self.state = state
  }

  package var fresh: String { "fresh_\(name)" }
  package func middle(_ index: Int) -> String { "middle_\(name)_\(index)" }
  /// The view of all rows; while they are being settled it has some of them twice.
  package var all: String { "any_\(name)" }
  /// The tables behind the view.
  package var tables: [String] { [fresh, middle(0), middle(1), name] }

  /// The statements that make the tables and the view.
  package var creation: String {
    let made = tables.map { table in
      "CREATE TABLE \(table) (\(key) INTEGER NOT NULL, \(value) INTEGER NOT NULL, PRIMARY KEY (\(key), \(value))) "
        + "WITHOUT ROWID;"
    }
    let selections = tables.map { "SELECT \(key), \(value) FROM \($0)" }
    return (made + ["CREATE VIEW \(all) AS \(selections.joined(separator: " UNION ALL "));"]).joined(separator: "\n")
  }
}
