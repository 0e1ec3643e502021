// Readings as rows for SQL: blocks stay packed, a function unpacks them.
import CIMModel
import Foundation
import GRDB
import MeterStore

/// Offers the temporary view `reading` and the function `block_rows` on a connection.
///
/// `reading` has the columns meter, reading_type, is_interval, day, stamp (text, UTC), value (text, exact), qualities
/// (a JSON array of the numbers of table `quality`). A condition on meter and day is cheap; one on stamp alone is not.
enum ReadingRows {
  static func install(in db: Database) throws {
    db.add(
      function: DatabaseFunction("block_rows", argumentCount: 3, pure: true) { values in
        guard let data = Data.fromDatabaseValue(values[0]), let day = Int32.fromDatabaseValue(values[1]) else {
          return nil
        }
        return try json([UInt8](data), [UInt8](Data.fromDatabaseValue(values[2]) ?? Data()), day)
      })
    // The tables may not be there yet; a view does not mind until it is asked.
    try db.execute(
      sql: """
        CREATE TEMP VIEW IF NOT EXISTS reading AS
        SELECT coalesce(meter.mrid, meter.name, meter.usage_point) AS meter, reading_type.code AS reading_type,
          series.is_interval AS is_interval, date((block.place >> 32) * 86400, 'unixepoch') AS day,
          json_extract(row.value, '$[0]') AS stamp, json_extract(row.value, '$[1]') AS value,
          json_extract(row.value, '$[2]') AS qualities
        FROM meter JOIN series ON series.meter = meter.number JOIN reading_type ON reading_type.number = series.type
          JOIN block ON block.place & 4294967295 = series.number
          LEFT JOIN patch ON patch.place = block.place
          JOIN json_each(block_rows(block.data, block.place >> 32, patch.data)) AS row
        WHERE meter.state = 0
        """)
  }

  /// [["2026-11-21T10:15:00Z", "12.50", [3]], …]
  private static func json(_ data: [UInt8], _ patches: [UInt8], _ day: Int32) throws -> String {
    var run = ReadingRun()
    try data.withUnsafeBytes { data in
      try patches.withUnsafeBytes { try BlockReader.append(data, patches: $0, day: day, to: &run) }
    }
    var text = "["
    var place = 0
    for row in 0..<run.count {
      if row > 0 { text += "," }
      text += "[\"" + Timestamp(microseconds: run.stamps[row]).xmlText + "\","
      text += run.text(row).map(quoted) ?? "null"
      text += ",["
      var isFirst = true
      while place < run.qualities.count, run.qualities[place].row == row {
        if !isFirst { text += "," }
        text += String(run.qualities[place].code)
        isFirst = false
        place += 1
      }
      text += "]]"
    }
    return text + "]"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
