/// The tables of Annexes A to F: what every operation on codes looks its numbers up in.
///
/// `standard` is edition 2. A utility adds the rows of edition 3 or its own when the program starts:
///
///     let tables = try CodeTables(edition3: true, adding: [.init(table: "macroPeriod", csv: "code,name\n1001,yearly")])
///
/// - SeeAlso: IEC 61968-9, Annexes A to F
public struct CodeTables: Sendable {
  /// Rows for one table as a CSV text with a header row.
  public struct Addition: Sendable {
    /// Name of the table the rows belong to; one of `CodeTables.tableNames`.
    public let table: String
    /// Header row and rows. The first column of the table is needed, columns left out are empty.
    public let csv: String

    public init(table: String, csv: String) {
      self.table = table
      self.csv = csv
    }
  }

  /// Edition 2, read on first use.
  public static let standard: CodeTables = {
    do {
      return try CodeTables(edition3: false)
    } catch {
      // The embedded texts are our own; a test reads every one of them.
      preconditionFailure("the embedded tables cannot be read: \(error)")
    }
  }()

  /// Names of all tables in the order of the annexes, e.g. "macroPeriod".
  public let tableNames: [String]

  private var tables: [String: CodeTable]
  /// Phases, multipliers and the rest in the order of the eighteen fields; `nil` for the pairs.
  private(set) var fieldTables: [CodeTable?] = []
  private(set) var vocabulary: WordVocabulary
  private(set) var obisRules: [OBISRule] = []
  private(set) var resultEvents: [EndDeviceResultRow] = []

  /// Reads the embedded tables and adds rows to them.
  ///
  /// - Parameters:
  ///   - edition3: whether the rows that only edition 3 has are loaded too.
  ///   - additions: a utility's own rows, read last; a row replaces the one with the same code. A row without status
  ///     gets the status "own".
  /// - Throws: `CodeError` with code `.unknownTable` or `.malformedTable`.
  public init(edition3: Bool = false, adding additions: [Addition] = []) throws(CodeError) {
    var tables: [String: CodeTable] = [:]
    let index = try CSVText(TablesText.text.description, table: "tables")
    var about: [String: [String]] = [:]
    for row in index.rows { about[row.fields[0]] = row.fields }
    for entry in EmbeddedTables.standard {
      let row = about[entry.name] ?? [entry.name, entry.name, ""]
      tables[entry.name] = try CodeTable(
        name: entry.name, title: row[1], clause: row[2], csv: entry.text.description)
    }
    if edition3 {
      for entry in EmbeddedTables.edition3 {
        try tables[entry.name]?.add(csv: entry.text.description, defaultStatus: "ed3")
      }
    }
    for addition in additions {
      guard tables[addition.table] != nil else {
        throw CodeError(.unknownTable, "there is no table \(CodeError.quote(addition.table))")
      }
      try tables[addition.table]?.add(csv: addition.csv, defaultStatus: "own")
    }
    tableNames = index.rows.map { $0.fields[0] }
    self.tables = tables
    fieldTables = ReadingTypeField.allCases.map { field in field.tableName.flatMap { tables[$0] } }
    vocabulary = try WordVocabulary(tables: tables)
    obisRules = try OBISRule.rules(of: self["obis"])
    resultEvents = try EndDeviceResultRow.rows(of: self["controlType"])
  }

  subscript(name: String) -> CodeTable? { tables[name] }

  /// A table by its name, e.g. "measurementKind", without regard to case and hyphens.
  ///
  /// - Throws: `CodeError` with code `.unknownTable`, with the names that exist.
  public func table(named name: String) throws(CodeError) -> CodeTable {
    if let table = tables[name] { return table }
    let key = CodeTable.key(name)
    if let known = tableNames.first(where: { CodeTable.key($0) == key }), let table = tables[known] { return table }
    throw CodeError(
      .unknownTable,
      "there is no table \(CodeError.quote(name)); the tables are \(tableNames.joined(separator: ", "))")
  }
}

extension CodeTables: CustomStringConvertible, CustomReflectable {
  /// The number of tables; their content would fill hundreds of lines of a log.
  public var description: String { "CodeTables(\(tableNames.count) tables)" }

  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
