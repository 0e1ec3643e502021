// All that is asked about a document beyond its schemas.
public import CIMModel
public import IECMessage

/// The rules of the envelope and those on codes and values, applied together to a document.
///
/// - SeeAlso: `EnvelopeRules`, `CodeRules`
public struct MessageRules: Sendable {
  public var envelope: EnvelopeRules
  public var codes: CodeRules

  public init(envelope: EnvelopeRules = EnvelopeRules(), codes: CodeRules = CodeRules()) {
    self.envelope = envelope
    self.codes = codes
  }

  /// Judges a document: its message, where it is one, by the rules of the envelope, and every code in it.
  ///
  /// - Parameters:
  ///   - message: nil for a profile without an envelope and for an envelope that cannot be made out.
  ///   - root: root of the document; the paths of findings on codes begin with it.
  /// - Returns: findings of the envelope first; `codes.limit` of each at most.
  public func check(_ message: Message?, in root: Element, context: RuleContext = RuleContext()) -> RuleReport {
    var list = FindingList(limit: codes.limit)
    for finding in message.map({ envelope.check($0, context: context) }) ?? [] { list.add(finding) }
    let report = codes.check(root)
    return RuleReport(
      findings: list.findings + report.findings, isTruncated: list.isTruncated || report.isTruncated)
  }
}
