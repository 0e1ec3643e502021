/// One table of the annexes: rows in the order of the table, found by number or by name.
///
/// - SeeAlso: IEC 61968-9, Annexes A to F
public struct CodeTable: Sendable {
  /// One row, e.g. 12 energy of the table of measurement kinds.
  public struct Row: Sendable {
    /// First column as written, e.g. "12", "4.131" or "*.26.0.85".
    public let code: String
    /// The code as an integer, where it is one.
    public let number: Int?
    /// Name in the spelling of the standard, e.g. "fifteenMinute"; a unit's and a multiplier's word, not the symbol.
    public let name: String
    /// What it means, in our words; empty where the name says it.
    public let meaning: String
    /// How sure the row is: "ed2" printed in edition 2, "ed2-late" and "ed2-1src" less sure, "ed3", "own" a utility's.
    public let status: String
    /// Every column, in the order of `CodeTable.columns`.
    public let values: [String]
  }

  /// Name of the table, e.g. "measurementKind".
  public let name: String
  /// Title in our words.
  public let title: String
  /// Where the standard has it, e.g. "IEC 61968-9, Table C.10".
  public let clause: String
  /// Names of the columns.
  public let columns: [String]
  /// The rows in the order they were read.
  public private(set) var rows: [Row] = []

  private var byCode: [String: Int] = [:]
  private var byNumber: [Int: Int] = [:]
  private var byName: [String: Int] = [:]
  private let nameColumn: Int?
  private let aliasColumn: Int?
  private let statusColumn: Int?
  private let meaningColumns: [Int]

  /// - Throws: `CodeError` with code `.malformedTable`.
  init(name: String, title: String, clause: String, csv: String) throws(CodeError) {
    let text = try CSVText(csv, table: name)
    self.name = name
    self.title = title
    self.clause = clause
    columns = text.header
    nameColumn = columns.firstIndex(of: "name")
    aliasColumn = columns.firstIndex(of: "aliases")
    statusColumn = columns.firstIndex(of: "status")
    // A unit's row has a quantity and a currency's row its list instead of a description.
    meaningColumns = ["description", "quantity", "note"].compactMap { text.header.firstIndex(of: $0) }
    for row in text.rows { append(row.fields) }
  }

  /// Adds the rows of a CSV text; a row replaces the one with the same code.
  ///
  /// Columns are matched by name, columns the table does not have are ignored, columns the text does not have are empty.
  mutating func add(csv: String, defaultStatus: String) throws(CodeError) {
    let text = try CSVText(csv, table: name)
    guard let key = columns.first, text.header.contains(key) else {
      throw CodeError(.malformedTable, "table \(name): the text has no column \(columns.first ?? "code")")
    }
    let sources = columns.map { text.header.firstIndex(of: $0) }
    for row in text.rows {
      var values = sources.map { $0.map { row.fields[$0] } ?? "" }
      if values[0].isEmpty {
        throw CodeError(.malformedTable, "table \(name), line \(row.line): the column \(key) is empty")
      }
      if let statusColumn, values[statusColumn].isEmpty { values[statusColumn] = defaultStatus }
      append(values)
    }
  }

  private mutating func append(_ values: [String]) {
    let row = Row(
      code: values[0], number: Int(values[0]), name: nameColumn.map { values[$0] } ?? values[0],
      meaning: meaningColumns.lazy.map { values[$0] }.first { !$0.isEmpty } ?? "",
      status: statusColumn.map { values[$0] } ?? "", values: values)
    // The key is not unique in tables of combinations such as C.16; they are for printing only.
    if let index = byCode[row.code], nameColumn != nil, columns.first == "code" {
      rows[index] = row
    } else {
      byCode[row.code] = rows.count
      if let number = row.number { byNumber[number] = rows.count }
      rows.append(row)
    }
    guard let index = byCode[row.code] else { return }
    let aliases = aliasColumn.map { values[$0].split(separator: ";").map(String.init) } ?? []
    for name in [row.name] + aliases {
      let key = Self.key(name)
      if !key.isEmpty, byName[key] == nil { byName[key] = index }
    }
  }

  /// The row of a number, e.g. 12.
  public subscript(_ number: Int) -> Row? { byNumber[number].map { rows[$0] } }

  /// The row of a code as written, e.g. "4.131".
  public subscript(_ code: String) -> Row? { byCode[code].map { rows[$0] } }

  /// The row of a name or alias, without regard to case, blanks and hyphens.
  public func row(named name: String) -> Row? { byName[Self.key(name)].map { rows[$0] } }

  /// The value of a named column; `nil` where it is empty or the table has no such column.
  public func value(_ column: String, of row: Row) -> String? {
    guard let index = columns.firstIndex(of: column), index < row.values.count else { return nil }
    return row.values[index].isEmpty ? nil : row.values[index]
  }

  static func key(_ name: String) -> String {
    String(String.UnicodeScalarView(name.lowercased().unicodeScalars.filter { $0 != " " && $0 != "-" && $0 != "_" }))
  }
}

extension CodeTable: CustomStringConvertible, CustomReflectable {
  /// Name and number of rows.
  public var description: String { "CodeTable(\(name), \(rows.count) rows)" }

  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
