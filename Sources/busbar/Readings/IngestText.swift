// What became of a file, for people and for machines.
import MeterIngest
import MeterStore

enum IngestText {
  static func text(_ path: String, _ report: IngestReport) -> String {
    if report.wasComplete {
      return "\(path): was taken in before" + (report.breach == nil ? "" : ", up to where it is not valid")
    }
    let outcome = report.outcome
    var parts = [
      "\(report.readings) readings: \(outcome.added) new, \(outcome.changed) corrected, \(outcome.same) known"
    ]
    if report.resumed > 0 { parts.append("went on behind \(report.resumed) that were stored") }
    if report.createdMeters > 0 { parts.append("\(report.createdMeters) new meters") }
    if report.held > 0 { parts.append("\(report.held) held until their meters are released") }
    if report.future > 0 { parts.append("\(report.future) from the future, suspect") }
    if report.duplicates > 0 { parts.append("\(report.duplicates) came twice with different values") }
    if report.notNumbers > 0 { parts.append("\(report.notNumbers) are no numbers") }
    if report.unitMisfits > 0 { parts.append("\(report.unitMisfits) have a unit that does not fit, suspect") }
    for (reason, count) in report.refused.sorted(by: { $0.key < $1.key }) {
      parts.append("\(count) refused: \(reason)")
    }
    if let breach = report.breach { parts.append("not valid: \(breach)") }
    return "\(path): " + parts.joined(separator: "\n    ")
  }

  static func json(_ path: String, _ report: IngestReport) -> String {
    JSONText.object([
      ("file", .string(path)), ("wasComplete", .bool(report.wasComplete)), ("readings", .number(report.readings)),
      ("added", .number(report.outcome.added)), ("corrected", .number(report.outcome.changed)),
      ("known", .number(report.outcome.same)), ("resumed", .number(report.resumed)),
      ("meterReadings", .number(report.meterReadings)), ("createdMeters", .number(report.createdMeters)),
      ("held", .number(report.held)), ("future", .number(report.future)), ("duplicates", .number(report.duplicates)),
      ("notNumbers", .number(report.notNumbers)), ("longNumbers", .number(report.longNumbers)),
      ("unitMisfits", .number(report.unitMisfits)),
      ("refused", .object(report.refused.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
      ("breach", JSONText(report.breach)),
    ]).line
  }
}
