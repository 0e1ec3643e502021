// Prefixes in force at one place of a document.

/// The namespace declarations in force where a value is written; QName and NOTATION values need them.
public protocol NamespaceContext: Sendable {
  /// The namespace bound to `prefix`, or nil when it is not declared.
  ///
  /// The empty prefix asks for the default namespace. The prefix `xml` is never asked for.
  func namespace(ofPrefix prefix: String) -> String?
}

/// A context without any declaration.
public struct NoNamespaces: NamespaceContext {
  public init() {}

  public func namespace(ofPrefix prefix: String) -> String? { nil }
}
