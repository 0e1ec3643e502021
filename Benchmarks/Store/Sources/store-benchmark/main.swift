// Times the store of readings: `store-benchmark MODE FILE FOLDER [ROUNDS]`. One line per timed round goes to standard
// output, tab-separated: mode, CPU seconds, wall seconds, readings, readings per wall second, remark.
import Glibc
import SQLiteMeterStore

let usage = """
  usage: store-benchmark MODE FILE FOLDER [ROUNDS]
    decode     FILE validated and put into columns; nothing is stored
    ingest     FILE validated, packed and committed into a new store in FOLDER
    known      the same into the store that ingest has left, emptied of readings: its meters are known
    rows       the same readings as rows of a plain SQLite table: the peer
    correct    two intervals and the register of every fourth meter corrected in the store that ingest has left
    late       the same, but all readings of one meter in a hundred
    rules      all sixteen validation rules over days of 96 intervals, one in fifty of them with a fault
    year       35,040 readings of one meter read
    postgresql FILE validated, packed and committed into PostgreSQL (built with BUSBAR_POSTGRESQL set)
    postgresql-known     the same in a store that is emptied of readings and stays open
    postgresql-correct, postgresql-late   as above, in PostgreSQL
    copy-rows  FILE's readings as rows for COPY, into FOLDER/rows.tsv
    write-day  FILE meters with 96 intervals each as a document to standard output, of the day FOLDER after 1970-01-01
    days       1,000,000 meters of 96 intervals on 3 days through the packer: METERS=n takes fewer
  """

let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 3, let rounds = Int(words.count > 3 ? words[3] : "1"), (1...100).contains(rounds) else {
  fail(usage)
}
let (mode, file, folder) = (words[0], words[1], words[2])
do {
  switch mode {
  case "decode": try measure(mode, rounds) { try decodeOnly(file) }
  case "ingest": try measure(mode, rounds) { try ingest(file, folder) }
  case "known":
    for _ in 0..<rounds {
      try emptyBlocks(folder)
      try measure(mode, 1) { try ingest(file, folder, isKnown: true) }
    }
  case "rows": try measure(mode, rounds) { try insertRows(file, folder) }
  case "correct", "late":
    let store = try SQLiteReadingStore(path: folder + "/readings.sqlite")
    try correct(mode, file, rounds, into: store, wholeDays: mode == "late")
    try store.close()
  case "rules": try measure(mode, rounds) { try validateDays() }
  case "year": try readYear(folder, rounds)
  case "postgresql": try measure(mode, rounds) { try ingestPostgreSQL(file, into: postgreSQLStore()) }
  case "postgresql-known":
    // Open already, as a server's is, and its meters looked up.
    let store = try postgreSQLStore()
    for _ in 0..<rounds {
      try emptyPostgreSQL()
      try measure(mode, 1) { try ingestPostgreSQL(file, into: store) }
    }
  case "postgresql-correct", "postgresql-late":
    try correct(mode, file, rounds, into: postgreSQLStore(), wholeDays: mode == "postgresql-late")
  case "copy-rows": try measure(mode, 1) { try writeRows(file, folder) }
  case "write-day":
    guard let meters = Int(file), (1...99_999_999).contains(meters), let day = Int32(folder) else { fail(usage) }
    try writeDay(meters: meters, day: day)
  case "days": try measure(mode, 1) { try fillDays(folder) }
  default: fail(usage)
  }
} catch {
  fail("\(mode): \(error)")
}
