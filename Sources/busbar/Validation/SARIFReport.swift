// Verdicts as SARIF 2.1.0, for the tools that show findings in editors and reviews.
import ArgumentParser
import CIMCodec
import IECMessage

/// One run as a SARIF log, written piece by piece: results first, the rules they name at the end.
///
/// - SeeAlso: OASIS, Static Analysis Results Interchange Format 2.1.0
struct SARIFReport {
  private var rules: Set<String> = []
  private var failures: [String] = []
  private var isFirst = true

  func begin() -> String {
    let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return "{\"$schema\":\"\(schema)\",\"version\":\"2.1.0\",\"runs\":[{\"columnKind\":\"unicodeCodePoints\","
      + "\"results\":["
  }

  /// The results of one file, with what separates them from those before.
  mutating func results(_ file: String, _ inspection: Inspection, _ report: RuleReport) -> String {
    let all =
      inspection.violations.map { result(file, violation: $0) } + report.findings.map { result(file, finding: $0) }
    var text = ""
    for result in all {
      text += (isFirst ? "\n" : ",\n") + result.line
      isFirst = false
    }
    return text
  }

  /// A file that could not be judged.
  mutating func addFailure(_ message: String) { failures.append(message) }

  func end(status: Int32) -> String {
    let driver = JSONText.object([
      ("name", .string("busbar")), ("version", .string(Busbar.configuration.version)),
      (
        "rules",
        .array(
          rules.sorted().map { rule in
            .object([("id", .string(rule)), ("shortDescription", Self.text(RuleText.short(rule)))])
          })
      ),
    ])
    let notifications = failures.map { JSONText.object([("level", .string("error")), ("message", Self.text($0))]) }
    let invocation = JSONText.object([
      ("executionSuccessful", .bool(failures.isEmpty)), ("exitCode", .number(Int(status))),
      ("toolExecutionNotifications", .array(notifications)),
    ])
    return "\n],\"tool\":" + JSONText.object([("driver", driver)]).line + ",\"invocations\":["
      + invocation.line + "]}]}\n"
  }

  private mutating func result(_ file: String, violation: Violation) -> JSONText {
    rules.insert(violation.rule)
    let region = JSONText.object([
      ("startLine", .number(max(violation.line, 1))), ("startColumn", .number(max(violation.column, 1))),
    ])
    return .object([
      ("ruleId", .string(violation.rule)), ("level", .string("error")), ("message", Self.text(violation.message)),
      ("locations", .array([location(file, region: region, path: violation.path)])),
      ("properties", .object([("replyCode", .string(violation.replyCode))])),
    ])
  }

  private mutating func result(_ file: String, finding: RuleFinding) -> JSONText {
    rules.insert(finding.rule.rawValue)
    let level: String
    switch finding.severity {
    case .reject: level = "error"
    case .warn: level = "warning"
    case .note: level = "note"
    }
    let probably = finding.suggestion.map { "; probably \($0)" } ?? ""
    return .object([
      ("ruleId", .string(finding.rule.rawValue)), ("level", .string(level)),
      ("message", Self.text(finding.message + probably)),
      // Rules judge the tree, which knows paths and no lines.
      ("locations", .array([location(file, region: nil, path: finding.path)])),
      (
        "properties",
        .object([("replyCode", .string(finding.replyCode)), ("clause", .string(finding.clause))])
      ),
    ])
  }

  private func location(_ file: String, region: JSONText?, path: String) -> JSONText {
    let artifact = JSONText.object([("uri", .string(Self.uri(file)))])
    let physical = [("artifactLocation", artifact)] + (region.map { [("region", $0)] } ?? [])
    let kind = path.split(separator: "/").last?.hasPrefix("@") == true ? "attribute" : "element"
    return .object([
      ("physicalLocation", .object(physical)),
      (
        "logicalLocations",
        .array([.object([("fullyQualifiedName", .string(path)), ("kind", .string(kind))])])
      ),
    ])
  }

  private static func text(_ message: String) -> JSONText { .object([("text", .string(message))]) }

  /// A file's path as a URI reference: absolute paths as file URIs, others relative to where the command runs.
  static func uri(_ path: String) -> String {
    if path == "-" { return "stdin" }
    var uri = path.hasPrefix("/") ? "file://" : ""
    let hex = Array("0123456789ABCDEF")
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        uri.append(Character(Unicode.Scalar(byte)))
      default: uri += "%" + String([hex[Int(byte >> 4)], hex[Int(byte & 15)]])
      }
    }
    return uri
  }
}
