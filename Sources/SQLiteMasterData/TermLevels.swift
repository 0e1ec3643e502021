// Where the terms of a master data file lie: an index in levels.
import SQLiteAccess

/// The rows of the view `any_term`: hashes of mRIDs, names and attributes, which are random (`SortedLevels`).
enum TermLevels {
  static let limits = LevelLimits(fresh: 16_000, middle: 500_000)

  static let tables = LevelTables(
    name: "term", key: "hash", value: "object",
    state: LevelTables.State(
      table: "state", fresh: "fresh_terms", middle: "middle", middleRows: "middle_terms", settledKey: "settled_hash",
      settledValue: "settled_object"))
}
