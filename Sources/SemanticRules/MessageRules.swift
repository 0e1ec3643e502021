// All that is asked about a document beyond its schemas.
public import CIMModel
public import IECMessage

/// The rules of the envelope, those on what a verb requires, and those on codes and values, applied together to a
/// document.
///
/// - SeeAlso: `EnvelopeRules`, `RequiredByVerb`, `CodeRules`
public struct MessageRules: Sendable {
  public var envelope: EnvelopeRules
  public var codes: CodeRules
  public var required: RequiredByVerb

  public init(
    envelope: EnvelopeRules = EnvelopeRules(), codes: CodeRules = CodeRules(), required: RequiredByVerb = .standard
  ) {
    self.envelope = envelope
    self.codes = codes
    self.required = required
  }

  /// Judges a document: its message, where it is one, by the rules of the envelope, and every code in it.
  ///
  /// - Parameters:
  ///   - message: nil for a profile without an envelope and for an envelope that cannot be made out.
  ///   - root: root of the document; the paths of findings on codes begin with it.
  /// - Returns: findings of the envelope and of what is missing first; `codes.limit` of each at most.
  public func check(_ message: Message?, in root: Element, context: RuleContext = RuleContext()) -> RuleReport {
    var list = FindingList(limit: codes.limit)
    if let message {
      let place = place(ofMessageIn: root)
      let missing = required.check(message)
      if missing.isTruncated { list.markTruncated() }
      for var finding in envelope.check(message, context: context) + missing.findings {
        // The rules know the generic root only; the document may have a typed one, in SOAP or in a wrapper.
        finding.path = place + finding.path.dropFirst(message.kind.rawValue.count + 1)
        list.add(finding)
      }
    }
    let report = codes.check(root)
    return RuleReport(
      findings: list.findings + report.findings, isTruncated: list.isTruncated || report.isTruncated)
  }

  private func place(ofMessageIn root: Element) -> String {
    var place = "/" + root.name
    var here = root
    if here.name == "Envelope", let body = here["Body"], let first = body.children.first {
      place += "/Body/" + first.name
      here = first
    }
    return here["Header"] == nil && here["message"] != nil ? place + "/message" : place
  }
}
