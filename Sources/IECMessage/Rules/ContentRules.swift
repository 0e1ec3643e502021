// Rules about what a message says, which a bus applies beside those of the envelope.

/// Judges the content of a message, e.g. its codes and values.
///
/// `BusConfiguration.contentRules` takes one; what it rejects is answered FAILED with the finding's reply code.
public protocol ContentRules: Sendable {
  /// - Returns: what is wrong or odd, in document order; the number of findings is bounded.
  func check(_ message: Message) -> RuleReport
}

/// What rules say about one message.
public struct RuleReport: Sendable, Hashable {
  public var findings: [RuleFinding]
  /// There was more to say than is kept; no reject is dropped for something less grave.
  public var isTruncated: Bool

  public init(findings: [RuleFinding] = [], isTruncated: Bool = false) {
    self.findings = findings
    self.isTruncated = isTruncated
  }

  /// Whether anything is to be refused.
  public var hasReject: Bool { findings.contains { $0.severity == .reject } }
}
