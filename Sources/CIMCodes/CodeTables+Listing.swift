// Printing of whole tables, and names for shells to complete.

/// A table for people or machines to read.
public struct CodeListing: Sendable {
  public let name: String
  public let title: String
  public let clause: String
  public let columns: [String]
  public let rows: [[String]]

  /// Title, clause and aligned columns; columns that are empty in every row are left out.
  public var text: String {
    let used = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let numeric = Set(
      used.indices.filter { index in rows.allSatisfy { $0[used[index]].isEmpty || Int($0[used[index]]) != nil } })
    return "\(title)  (\(clause))\n\n"
      + TextTable(
        header: used.map { columns[$0] }, rows: rows.map { row in used.map { row[$0] } }, numeric: numeric
      ).text
  }

  /// One JSON object per row and line: `table` and every column as a string.
  public var jsonLines: String {
    rows.map { row in
      JSONText.object([("table", JSONText.string(name))] + zip(columns, row).map { ($0, JSONText.string($1)) }) + "\n"
    }.joined()
  }
}

extension CodeTables {
  /// A table for printing, e.g. "measurementKind".
  ///
  /// - Throws: `CodeError` with code `.unknownTable`, with the names that exist.
  public func list(_ name: String) throws(CodeError) -> CodeListing {
    let table = try table(named: name)
    return CodeListing(
      name: table.name, title: table.title, clause: table.clause, columns: table.columns, rows: table.rows.map(\.values)
    )
  }

  /// All tables with their titles, for a user who does not know the names.
  public var catalogue: CodeListing {
    CodeListing(
      name: "tables", title: "Tables", clause: "IEC 61968-9, Annexes A to F",
      columns: ["name", "rows", "title", "clause"],
      rows: tableNames.compactMap { name in
        self[name].map { [$0.name, String($0.rows.count), $0.title, $0.clause] }
      })
  }

  /// Codes and names that start with a text, for shell completion: reply codes, qualities, listed events and controls,
  /// and the names of the parts of reading types. At most 500, sorted.
  public func completions(for prefix: String) -> [String] {
    var found: Set<String> = []
    func offer(_ text: String) {
      if text.lowercased().hasPrefix(prefix.lowercased()) { found.insert(text) }
    }
    for name in ["replyCode", "eventType", "controlType"] {
      for row in self[name]?.rows ?? [] {
        offer(row.code)
        if name != "replyCode" { offer(row.name) }
      }
    }
    for system in self["qualitySystem"]?.rows ?? [] {
      for row in self["qualityCode"]?.rows ?? [] { offer("\(system.code).\(row.code)") }
    }
    for table in fieldTables {
      for row in table?.rows ?? [] where row.number != 0 { offer(row.name) }
    }
    return Array(found.sorted().prefix(500))
  }
}
