// Corrections as they come: a document of MeterReadings with other values, some days after the readings.
import CIMCodec
import CIMProfiles
import CIMModel
import Glibc
import MeterIngest
import MeterStore

/// The document: two intervals and the register of every fourth meter, or all readings of every hundredth.
///
/// - Parameter salt: is added to every value, so that they differ from those of the round before.
func correctionDocument(_ file: String, wholeDays: Bool, salt: Int64) throws -> [UInt8] {
  var text = Array(#"<MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">"#.utf8)
  var meters = 0
  func put(_ string: String) { text.append(contentsOf: string.utf8) }
  try readColumns(file) { columns in
    for meterReading in columns.meterReadings {
      meters += 1
      if meters % (wholeDays ? 100 : 4) != 0 { continue }
      var blocks = [true: "", false: ""]
      for index in meterReading.firstBlock..<meterReading.firstBlock + meterReading.blockCount {
        let block = columns.block(index)
        let tag = block.isInterval ? "IntervalReadings" : "Readings"
        let type = "<ReadingType ref=\"\(columns.code(block.readingType))\"/>"
        var body = ""
        for row in stride(from: block.firstRow, to: block.firstRow + block.rowCount, by: wholeDays ? 1 : 25) {
          let stamp = Timestamp(microseconds: columns.timeStamps[row]).xmlText
          let value = ExactDecimal(columns.mantissas[row] + salt, scale: columns.scales[row])
          body += "<\(tag)><timeStamp>\(stamp)</timeStamp><value>\(value)</value>"
          body += block.isInterval ? "</\(tag)>" : type + "</\(tag)>"
        }
        blocks[block.isInterval]? += block.isInterval ? "<IntervalBlocks>\(body)\(type)</IntervalBlocks>" : body
      }
      let meter = columns.string(meterReading.meterMRID) ?? ""
      put(
        "<MeterReading>\(blocks[true] ?? "")<Meter><mRID>\(meter)</mRID></Meter>\(blocks[false] ?? "")</MeterReading>")
    }
  }
  put("</MeterReadings>")
  return text
}

/// Corrections validated, merged and committed into a store that has the readings of FILE.
func correct(_ mode: String, _ file: String, _ rounds: Int, into store: any ReadingStore, wholeDays: Bool) throws {
  for round in 0..<rounds {
    // Another one in each round, of whatever mode.
    let salt = Int64(seconds(CLOCK_REALTIME)) % 1000 * 100 + Int64(round) + 1
    let document = try correctionDocument(file, wholeDays: wholeDays, salt: salt)
    try measure(mode, 1) {
      let source = ReadingIngest.Source(name: mode, key: "\(seconds(CLOCK_MONOTONIC))", author: "benchmark")
      let report = try ReadingIngest(store: store).ingest(source, resolver: SchemaLibrary.standard) { take in
        try document.withUnsafeBytes { try take($0) }
      }
      guard report.breach == nil, report.outcome.changed == report.readings, report.readings > 0 else {
        throw Failure(description: "not all was changed: \(report)")
      }
      return Work(readings: report.readings, remark: "corrections of \(report.meterReadings) meters")
    }
  }
}
