// Expanded names of schema components.

/// Namespace and local name.
public struct SchemaName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Empty for no namespace.
  public var namespace: String
  public var local: String

  public init(_ namespace: String, _ local: String) {
    self.namespace = namespace
    self.local = local
  }

  /// By the local part alone: namespaces are long and few.
  public func hash(into hasher: inout Hasher) { hasher.combine(local) }

  public static func < (a: SchemaName, b: SchemaName) -> Bool { (a.namespace, a.local) < (b.namespace, b.local) }
  public var description: String { namespace.isEmpty ? local : "{\(namespace)}\(local)" }

  /// The namespace of XML Schema itself.
  public static let xsd = "http://www.w3.org/2001/XMLSchema"
}
