// What answers to a partner look like where it cannot read the standard form.

/// How standard answers are written for one partner; the default changes nothing.
public struct ReplyStyle: Sendable, Hashable, Codable {
  public enum VerbCase: String, Sendable, Hashable, Codable, CaseIterable {
    /// "reply", as the standard has it.
    case lower
    /// "REPLY"
    case upper
    /// "Reply"
    case capitalized
  }

  /// Namespace that takes the place of the envelope's; nil: the standard one.
  public var envelopeNamespace: String?
  /// Other namespaces, standard to foreign, e.g. of payloads or of strongly typed messages.
  public var namespaces: [String: String]
  public var verbCase: VerbCase
  /// Words for OK, PARTIAL and FAILED, e.g. ["OK": "SUCCESS"].
  public var results: [String: String]
  /// A ReplyCode in place of Result and Error, as the 2008 draft has it: 0.0 for OK, else the code of the first Error.
  public var usesReplyCode: Bool
  /// Names of the envelope's elements begin with a small letter.
  public var usesLowerCamelCase: Bool

  public init(
    envelopeNamespace: String? = nil, namespaces: [String: String] = [:], verbCase: VerbCase = .lower,
    results: [String: String] = [:], usesReplyCode: Bool = false, usesLowerCamelCase: Bool = false
  ) {
    self.envelopeNamespace = envelopeNamespace
    self.namespaces = namespaces
    self.verbCase = verbCase
    self.results = results
    self.usesReplyCode = usesReplyCode
    self.usesLowerCamelCase = usesLowerCamelCase
  }

  /// Whether standard answers are sent as they are.
  public var isStandard: Bool { self == ReplyStyle() }
}
