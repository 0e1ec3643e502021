// How a verdict is told: a block of text for people, an object for machines.
import CIMCodec
import IECMessage

enum VerdictReport {
  static func json(_ file: String, _ inspection: Inspection, _ report: RuleReport) -> JSONText {
    .object([
      ("file", .string(file)),
      ("verdict", .string(inspection.verdict.rawValue)),
      (
        "envelope",
        part(inspection.envelope, [("form", form(inspection)), ("soap", JSONText(inspection.soap?.rawValue))])
      ),
      ("payload", part(inspection.payload, [("roots", .array(inspection.payloadRoots.map { .string($0) }))])),
      ("noun", JSONText(inspection.noun)),
      ("violations", .array(inspection.violations.map(violation))),
      (
        "repairs",
        .array(
          inspection.repairs.map {
            .object([("line", .number($0.line)), ("path", .string($0.path)), ("message", .string($0.message))])
          })
      ),
      ("findings", .array(report.findings.map(finding))),
      ("findingsTruncated", .bool(report.isTruncated)),
    ])
  }

  private static func finding(_ finding: RuleFinding) -> JSONText {
    .object([
      ("severity", .string(finding.severity.rawValue)), ("rule", .string(finding.rule.rawValue)),
      ("clause", .string(finding.clause)), ("path", .string(finding.path)), ("message", .string(finding.message)),
      ("suggestion", JSONText(finding.suggestion)), ("replyCode", .string(finding.replyCode)),
    ])
  }

  private static func part(_ verdict: Verdict?, _ more: [(String, JSONText)]) -> JSONText {
    guard let verdict else { return .null }
    return .object([("verdict", .string(verdict.rawValue))] + more)
  }

  private static func form(_ inspection: Inspection) -> JSONText {
    switch inspection.form {
    case .generic: return .string("generic")
    case .wrapped: return .string("wrapped")
    case .typed: return .string("typed")
    case .profile: return .string("profile")
    case nil: return .null
    }
  }

  private static func violation(_ violation: Violation) -> JSONText {
    .object([
      ("line", .number(violation.line)), ("column", .number(violation.column)), ("path", .string(violation.path)),
      ("rule", .string(violation.rule)), ("message", .string(violation.message)),
      ("replyCode", .string(violation.replyCode)),
    ])
  }

  static func text(_ file: String, _ inspection: Inspection, _ report: RuleReport, color: Bool) -> String {
    func paint(_ text: String, _ code: String) -> String { color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
    let mark: String
    switch inspection.verdict {
    case .valid: mark = paint("valid", "32")
    case .invalid: mark = paint("invalid", "31")
    case .unreadable: mark = paint("unreadable", "31")
    }
    var parts: [String] = []
    if let noun = inspection.noun, !noun.isEmpty { parts.append(noun) }
    if let soap = inspection.soap { parts.append("SOAP \(soap.rawValue)") }
    if let envelope = inspection.envelope { parts.append("envelope \(envelope.rawValue)") }
    if let payload = inspection.payload { parts.append("payload \(payload.rawValue)") }
    var text = "\(file): \(mark)" + (parts.isEmpty ? "" : "  (\(parts.joined(separator: ", ")))") + "\n"
    for violation in inspection.violations {
      text += "  \(violation.line):\(violation.column)  \(violation.message)\n"
      text +=
        paint("      at \(violation.path)   rule \(violation.rule)   reply code \(violation.replyCode)", "2") + "\n"
    }
    let colors: [RuleSeverity: String] = [.reject: "31", .warn: "33", .note: "36"]
    for finding in report.findings {
      let probably = finding.suggestion.map { "; probably \($0)" } ?? ""
      text += "  \(paint(finding.severity.rawValue, colors[finding.severity] ?? "0"))  \(finding.message)\(probably)\n"
      let source = "at \(finding.path)   rule \(finding.rule) (\(finding.clause))   reply code \(finding.replyCode)"
      text += paint("      " + source, "2") + "\n"
    }
    if report.isTruncated { text += "  there are more findings\n" }
    return text
  }
}
