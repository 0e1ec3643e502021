// Times Busbar's ways of reading a document: `decode-benchmark MODE FILE [ROUNDS]`. One line per timed round goes to
// standard output, tab-separated: mode, CPU seconds, wall seconds, bytes, elements or what was found.

import Glibc

let usage = """
  usage: decode-benchmark MODE FILE [ROUNDS]
    columns             readings into columns, one thread
    columns-2-threads   the same on two threads
    judge               validation only, no tree
    element             validation and the element tree
    memory-judge        judge, reading the file piece by piece; prints peak memory
    memory-columns      columns, reading the file piece by piece; prints peak memory
  usage: decode-benchmark schemas
    schemas             compiles all profiles that are built in, from nothing
  """

let words = Array(CommandLine.arguments.dropFirst())
guard let mode = words.first, words.count <= 3 else { fail(usage) }
if mode == "schemas" {
  measure(mode, bytes: 0, rounds: 1, warmUps: 0) { try compileAllProfiles() }
  exit(0)
}
guard words.count >= 2 else { fail(usage) }
let path = words[1]
guard let rounds = Int(words.count == 3 ? words[2] : "1"), (1...1000).contains(rounds) else {
  fail("ROUNDS is a number from 1 to 1000")
}

do {
  switch mode {
  case "judge": try measureInMemory(mode, path, rounds) { try judge($0, buildsTree: false) }
  case "element": try measureInMemory(mode, path, rounds) { try judge($0, buildsTree: true) }
  case "columns": try measureInMemory(mode, path, rounds) { try readColumns($0, threads: 1) }
  case "columns-2-threads": try measureInMemory(mode, path, rounds) { try readColumns($0, threads: 2) }
  case "memory-judge": try measurePeak(mode, path) { try judgeInPieces(path) }
  case "memory-columns": try measurePeak(mode, path) { try readColumnsInPieces(path) }
  default: fail("there is no mode \(mode)\n\(usage)")
  }
} catch {
  fail("\(mode) \(path): \(error)")
}

func measureInMemory(_ mode: String, _ path: String, _ rounds: Int, _ body: ([UInt8]) throws -> String) throws {
  let bytes = try readWhole(path)
  measure(mode, bytes: bytes.count, rounds: rounds, warmUps: 1) { try body(bytes) }
}
