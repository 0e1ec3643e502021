// Writes MeterReadings documents for the decode benchmark; the same options give the same bytes on every machine.

import Glibc

func stop(_ message: String) -> Never {
  let line = Array("generate-readings: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  exit(1)
}

do {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  let markup = Markup(try OutputFile(path: options.path), style: options.style, seed: options.seed)
  var document = ReadingsDocument(markup, prefix: options.prefix)
  let wanted = options.megabytes.map { $0 * 1_000_000 }
  var meters = 0
  while wanted.map({ document.count < $0 }) ?? (meters < options.meters) {
    try document.write(MeterDay(index: meters, seed: options.seed, qualityPercent: options.quality))
    meters += 1
  }
  try document.finish()
  print("\(options.path): \(document.count) bytes, \(meters) meters")
} catch {
  stop("\(error)")
}
