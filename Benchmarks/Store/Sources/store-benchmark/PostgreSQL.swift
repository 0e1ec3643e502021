// The store in PostgreSQL, and the rows of its peer: the mode postgresql, where it is built with it, and copy-rows.
import CIMCodec
import CIMProfiles
import Glibc
import LocalTime
import MeterIngest
import MeterStore

#if PostgreSQL
  import PostgreSQLMeterStore
#endif

/// The schema `bench` of the server that BUSBAR_POSTGRESQL names.
func postgreSQLStore() throws -> any ReadingStore {
  #if PostgreSQL
    guard let address = getenv("BUSBAR_POSTGRESQL").map({ String(cString: $0) }) else {
      throw Failure(description: "BUSBAR_POSTGRESQL does not say how to reach a server")
    }
    return try PostgreSQLReadingStore(address: address, schema: "bench", zone: .utc)
  #else
    throw Failure(description: "built without PostgreSQL")
  #endif
}

/// FILE validated, packed and committed into PostgreSQL.
func ingestPostgreSQL(_ file: String, into store: any ReadingStore) throws -> Work {
  let source = ReadingIngest.Source(name: file, key: "\(seconds(CLOCK_MONOTONIC))", author: "benchmark")
  let report = try ReadingIngest(store: store).ingest(source, resolver: SchemaLibrary.standard, limits: limits) {
    take in
    try readPieces(file, take)
  }
  guard report.breach == nil, report.outcome.added == report.readings, report.readings > 0 else {
    throw Failure(description: "not all was taken in: \(report)")
  }
  return Work(readings: report.readings, remark: "\(report.createdMeters) new meters")
}

/// Takes all readings out of the schema `bench`.
func emptyPostgreSQL() throws {
  let sql = "TRUNCATE bench.block, bench.before, bench.patch"
  guard let address = getenv("BUSBAR_POSTGRESQL").map({ String(cString: $0) }),
    system("psql -q '\(address)' -c '\(sql)'") == 0
  else { throw Failure(description: "psql cannot empty the schema bench") }
}

/// Writes the readings as rows for COPY to FOLDER/rows.tsv: meter, type, stamp, value, scale, quality.
func writeRows(_ file: String, _ folder: String) throws -> Work {
  guard let output = fopen(folder + "/rows.tsv", "w") else { throw Failure(description: "cannot write rows.tsv") }
  defer { fclose(output) }
  var meters: [String: Int] = [:]
  var rows = 0
  try readColumns(file) { columns in
    let codes = columns.qualities
    var place = codes.startIndex
    for meterReading in columns.meterReadings {
      let meter = meters[columns.string(meterReading.meterMRID) ?? "", default: meters.count]
      meters[columns.string(meterReading.meterMRID) ?? ""] = meter
      for index in meterReading.firstBlock..<meterReading.firstBlock + meterReading.blockCount {
        let block = columns.block(index)
        for row in columns.rows(block) {
          var quality = "\\N"
          if place < codes.endIndex, codes[place].row == row {
            quality = String(codes[place].code)
            place += 1
          }
          let stamp = columns.timeStamps[row] / 1_000_000
          fputs(
            "\(meter)\t\(block.readingType)\t\(stamp)\t\(columns.mantissas[row])\t\(columns.scales[row])\t\(quality)\n",
            output)
          rows += 1
        }
      }
    }
  }
  return Work(readings: rows)
}
