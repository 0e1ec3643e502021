// What the bus asks about payloads beyond their schemas.
public import IECMessage

/// The rules on codes and values and those on what a verb requires, as one.
///
/// - SeeAlso: `CodeRules`, `RequiredByVerb`
public struct PayloadRules: ContentRules {
  public var codes: CodeRules
  public var required: RequiredByVerb

  public init(codes: CodeRules = CodeRules(), required: RequiredByVerb = .standard) {
    self.codes = codes
    self.required = required
  }

  /// - Returns: what is missing first, then what is wrong in codes and values; each rule set keeps its own limit.
  public func check(_ message: Message) -> RuleReport {
    let missing = required.check(message)
    let wrong = codes.check(message)
    return RuleReport(
      findings: missing.findings + wrong.findings, isTruncated: missing.isTruncated || wrong.isTruncated)
  }
}
