// A reader for the tables' CSV: RFC 4180 quotes, UTF-8, LF or CRLF, a header row.

package struct CSVText {
  /// The fields of one line, with the number of the line they start on.
  package struct Row {
    package let line: Int
    package let fields: [String]
  }

  package let header: [String]
  package let rows: [Row]

  /// - Throws: `CodeError` with code `.malformedTable`, naming table and line.
  package init(_ text: String, table: String) throws(CodeError) {
    var rows = try Self.split(Array(text.utf8), table: table)
    guard !rows.isEmpty else { throw CodeError(.malformedTable, "table \(table): the text has no header row") }
    header = rows.removeFirst().fields
    for row in rows where row.fields.count != header.count {
      throw CodeError(
        .malformedTable,
        "table \(table), line \(row.line): \(row.fields.count) fields where the header has \(header.count)")
    }
    self.rows = rows
  }

  private static func split(_ bytes: [UInt8], table: String) throws(CodeError) -> [Row] {
    let quote = UInt8(ascii: "\"")
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var start = 1
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0

    func close() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    func closeRow() {
      close()
      // A blank line and a comment carry no row.
      if fields.count > 1 || fields[0] != "", !fields[0].hasPrefix("#") {
        rows.append(Row(line: start, fields: fields))
      }
      fields.removeAll(keepingCapacity: true)
    }

    while index < bytes.count {
      switch bytes[index] {
      case quote where field.isEmpty:
        index += 1
        while true {
          guard index < bytes.count else {
            throw CodeError(.malformedTable, "table \(table), line \(start): a quoted field is not closed")
          }
          if bytes[index] == quote {
            guard index + 1 < bytes.count, bytes[index + 1] == quote else { break }
            index += 1
          }
          if bytes[index] == UInt8(ascii: "\n") { line += 1 }
          field.append(bytes[index])
          index += 1
        }
        index += 1
        guard
          index >= bytes.count
            || [UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(bytes[index])
        else { throw CodeError(.malformedTable, "table \(table), line \(line): text follows a closing quote") }
      case UInt8(ascii: ","):
        close()
        index += 1
      case UInt8(ascii: "\r") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n"):
        index += 1
      case UInt8(ascii: "\n"):
        closeRow()
        line += 1
        start = line
        index += 1
      case let byte:
        field.append(byte)
        index += 1
      }
    }
    if !field.isEmpty || !fields.isEmpty { closeRow() }
    return rows
  }
}
