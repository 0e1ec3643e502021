// Verdicts, one after another, in the form that was asked for.
import ArgumentParser
import CIMCodec
import IECMessage

/// How verdicts are told.
enum VerdictFormat: String, CaseIterable {
  case text, json, sarif
}

/// Writes verdicts to standard output as they come.
struct VerdictOutput {
  let format: VerdictFormat
  private var sarif = SARIFReport()
  private(set) var valid = 0
  private(set) var invalid = 0
  private(set) var unread = 0
  /// A file was judged, but not by all that was asked for.
  private var isIncomplete = false

  init(_ format: VerdictFormat) {
    self.format = format
    if format == .sarif { Terminal.write(sarif.begin()) }
  }

  mutating func add(_ file: String, _ verdict: FileJudge.Verdict) {
    if verdict.inspection.verdict == .valid { valid += 1 } else { invalid += 1 }
    switch format {
    case .json: Terminal.line(VerdictReport.json(file, verdict.inspection, verdict.report).line)
    case .text:
      Terminal.write(VerdictReport.text(file, verdict.inspection, verdict.report, color: Terminal.hasColor))
    case .sarif: Terminal.write(sarif.results(file, verdict.inspection, verdict.report))
    }
  }

  mutating func addUnread(_ message: String) {
    unread += 1
    fail(message)
  }

  mutating func addIncomplete(_ message: String) {
    isIncomplete = true
    fail(message)
  }

  private mutating func fail(_ message: String) {
    sarif.addFailure(message)
    Terminal.warn("busbar: \(message)")
  }

  func skip(_ file: String) {
    guard format == .text else { return }
    let text = "\(file): skipped, its name ends with neither .xml nor .gz"
    Terminal.line(Terminal.hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text)
  }

  /// - Returns: the exit status that says the worst.
  mutating func end() -> Int32 {
    let status = unread > 0 || isIncomplete ? ExitStatus.notRun : invalid > 0 ? ExitStatus.negative : ExitStatus.success
    if format == .sarif { Terminal.write(sarif.end(status: status.rawValue)) }
    if format == .text && valid + invalid + unread > 1 {
      Terminal.line("\(valid) valid, \(invalid) invalid, \(unread) not read")
    }
    return status.rawValue
  }
}
