// The peer: the same readings, a row each, with prepared statements and the same durability.
import CIMCodec
import CIMProfiles
import GRDBSQLite

/// Decodes FILE as ours does, and inserts (meter, type, stamp, value) into a table WITHOUT ROWID keyed by the first three.
func insertRows(_ file: String, _ folder: String) throws -> Work {
  let path = folder + "/rows.sqlite"
  remove(store: path)
  var connection: OpaquePointer?
  guard sqlite3_open(path, &connection) == SQLITE_OK else { throw Failure(description: "cannot open \(path)") }
  defer { sqlite3_close(connection) }
  func run(_ sql: String) throws {
    guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
      throw Failure(description: String(cString: sqlite3_errmsg(connection)))
    }
  }
  try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
  try run(
    "CREATE TABLE reading (meter INTEGER, type INTEGER, stamp INTEGER, value INTEGER, scale INTEGER, quality INTEGER, "
      + "PRIMARY KEY (meter, type, stamp)) WITHOUT ROWID; BEGIN")
  var insert: OpaquePointer?
  sqlite3_prepare_v2(connection, "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?)", -1, &insert, nil)
  defer { sqlite3_finalize(insert) }
  var meters: [String: Int64] = [:]
  var rows = 0
  try readColumns(file) { columns in
    let codes = columns.qualities
    var place = codes.startIndex
    for meterReading in columns.meterReadings {
      let key = columns.string(meterReading.meterMRID) ?? ""
      let meter = meters[key] ?? Int64(meters.count)
      meters[key] = meter
      for index in meterReading.firstBlock..<meterReading.firstBlock + meterReading.blockCount {
        let block = columns.block(index)
        for row in columns.rows(block) {
          sqlite3_bind_int64(insert, 1, meter)
          sqlite3_bind_int64(insert, 2, Int64(block.readingType))
          sqlite3_bind_int64(insert, 3, columns.timeStamps[row] / 1_000_000)
          sqlite3_bind_int64(insert, 4, columns.mantissas[row])
          sqlite3_bind_int64(insert, 5, Int64(columns.scales[row]))
          if place < codes.endIndex, codes[place].row == row {
            sqlite3_bind_int64(insert, 6, Int64(codes[place].code))
            place += 1
          } else {
            sqlite3_bind_null(insert, 6)
          }
          guard sqlite3_step(insert) == SQLITE_DONE else {
            throw Failure(description: String(cString: sqlite3_errmsg(connection)))
          }
          sqlite3_reset(insert)
          rows += 1
          if rows % 1_000_000 == 0 { try run("COMMIT; BEGIN") }
        }
      }
    }
  }
  try run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
  return Work(readings: rows, remark: "file \(perReading(size(of: path), rows)) B a reading")
}

/// Takes all readings out of a store, and gives their room back.
func emptyBlocks(_ folder: String) throws {
  var connection: OpaquePointer?
  let sql = """
    DELETE FROM block; DELETE FROM before; DELETE FROM patch; DELETE FROM file;
    VACUUM; PRAGMA wal_checkpoint(TRUNCATE)
    """
  guard sqlite3_open(folder + "/readings.sqlite", &connection) == SQLITE_OK,
    sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK
  else { throw Failure(description: "\(folder)/readings.sqlite cannot be emptied: run 'ingest' first") }
  sqlite3_close(connection)
}
