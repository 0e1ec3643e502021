// How a partner's messages differ from the standard's.

/// The `dialect` section of a partner, as it stands in the file.
public struct DialectSettings: Sendable, Equatable {
  /// Name of a set of deviations that others are laid over.
  public var preset: String?
  /// Namespaces of the envelope that are taken beside the standard's; the first is written.
  public var envelopeNamespaces: [String] = []
  /// Namespaces it writes, to those of the profiles.
  public var namespaces: [String: String] = [:]
  /// Verbs it writes, to those of the standard.
  public var verbs: [String: String] = [:]
  /// Elements it writes, to those of the profiles.
  public var elements: [String: String] = [:]
  /// Time zone of stamps without one, e.g. "+01:00" or "Europe/Berlin".
  public var zone: String?
  public var acceptsNoNamespace = false
  public var replyStyle: String?

  public init() {}
}
