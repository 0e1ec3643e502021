// Columns that line up on a terminal.

struct TextTable {
  let header: [String]
  let rows: [[String]]
  /// Columns whose texts stand at the right edge.
  let numeric: Set<Int>

  /// The table with two blanks between columns, each line ended by a line feed.
  var text: String {
    var widths = header.map(Self.width)
    for row in rows {
      for (column, value) in row.enumerated() { widths[column] = max(widths[column], Self.width(value)) }
    }
    return ([header] + rows).map { row in
      var line = ""
      for (column, value) in row.enumerated() {
        if column > 0 { line += "  " }
        let padding = String(repeating: " ", count: widths[column] - Self.width(value))
        line += numeric.contains(column) ? padding + value : value + padding
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// Terminal columns: one per character, which holds for every table of ours.
  static func width(_ text: String) -> Int { text.count }
}

extension CodeExplanation {
  /// The explanation for a terminal: the code, its name, a table of the parts, OBIS, ESPI, remarks and warnings.
  public var text: String {
    var out = "\(code)  \(kind.rawValue)\n\(name)\n\n"
    out +=
      TextTable(
        header: ["field", "number", "name", "meaning"],
        rows: fields.map { [$0.name, $0.number.map(String.init) ?? "*", $0.word, $0.meaning] }, numeric: [1]
      ).text
    var lines: [(String, String)] = []
    if !obis.isEmpty { lines.append(("OBIS", obis.joined(separator: ", "))) }
    if !espi.isEmpty {
      lines.append(("ESPI", espi.map { "\($0.element) \($0.value)" }.joined(separator: ", ")))
    }
    lines += remarks.map { ($0.name, $0.text) }
    if !lines.isEmpty {
      let width = lines.map(\.0.count).max() ?? 0
      out += "\n" + lines.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 + "\n" }.joined()
    }
    if !warnings.isEmpty { out += "\n" + warnings.map { $0.description + "\n" }.joined() }
    return out
  }
}
