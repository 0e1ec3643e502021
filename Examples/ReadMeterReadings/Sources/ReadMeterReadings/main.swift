// Prints the values of a MeterReadings document, one a line: meter, time stamp, value, reading type.
import Foundation
import Part9

do {
  for set in try MeterReadings(contentsOf: CommandLine.arguments.dropFirst().first ?? "readings.xml").meterReading {
    let meter = set.meter?.names.first?.name ?? set.meter?.mRID ?? "-"
    let registers = set.readings.map { ($0.timeStamp, $0.value, $0.readingType) }
    let blocks = set.intervalBlocks.flatMap { b in b.intervalReadings.map { ($0.timeStamp, $0.value, b.readingType) } }
    for (time, value, type) in registers + blocks { print(meter, time?.xmlText ?? "-", value ?? "-", type.ref) }
  }
} catch { print(error); exit(1) }
