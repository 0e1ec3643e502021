// The modes columns, columns-2-threads and memory-columns.
import CIMCodec
import CIMProfiles
import Dispatch

/// Reads a document in memory into columns, with a decoder that knows nothing yet.
///
/// - Returns: how many IntervalReadings and Readings there were, e.g. "980000 rows": 49 a meter. `report` checks it.
/// - Throws: where the document is not valid or was not read to its end.
func readColumns(_ bytes: [UInt8], threads: Int) throws -> String {
  if threads > 1 { return try readColumnsOnThreads(bytes, threads) }
  var rows = 0
  var decoder = MeterReadingsDecoder(resolver: SchemaLibrary.standard, limits: limits)
  let document = bytes.withUnsafeBytes { decoder.decode($0) { rows += $0.rowCount } }
  try check(document)
  return "\(rows) rows"
}

private func readColumnsOnThreads(_ bytes: [UInt8], _ threads: Int) throws -> String {
  let ended = DispatchSemaphore(value: 0)
  nonisolated(unsafe) var rows = 0
  nonisolated(unsafe) var readings: DecodedReadings?
  Task.detached {
    readings = await MeterReadingsDecoder.decode(
      bytes, resolver: SchemaLibrary.standard, limits: limits, threads: threads
    ) { rows += $0.rowCount }
    ended.signal()
  }
  ended.wait()
  guard let readings else { fail("columns-2-threads: nothing was decoded") }
  try check(readings.document)
  guard readings.oneThreadFrom == nil || bytes.count < 4 << 20 else {
    fail("columns-2-threads: the document was not cut into pieces")
  }
  return "\(rows) rows"
}

/// The same as `readColumns` on one thread with pieces of 256 KiB from the disk (`readPieces`), handing out columns as
/// they fill: memory must not grow with the file.
func readColumnsInPieces(_ path: String) throws -> String {
  var rows = 0
  var decoder = MeterReadingsDecoder(resolver: SchemaLibrary.standard, limits: limits)
  try readPieces(path, size: 1 << 18) {
    decoder.feed($0)
    rows += decoder.columns.rowCount
    decoder.removeComplete()
  }
  try check(decoder.finish())
  return "\(rows + decoder.columns.rowCount) rows"
}

private func check(_ document: DecodedDocument) throws {
  guard document.isWellFormed, document.findings.isEmpty, document.unknown.isEmpty, document.profiles.count == 1 else {
    throw NotValid(document)
  }
}
