// Keys, uniqueness and references between elements, as a schema states them.

/// An identity constraint of an element declaration.
///
/// - SeeAlso: XML Schema Part 1, 3.11
public struct IdentityConstraint: Sendable {
  public enum Kind: String, Sendable {
    /// Every field must be there, and no two elements may agree in all of them.
    case key
    /// No two elements may agree in all fields; elements that lack one do not count.
    case unique
    /// The fields together must be those of an element that `refer` selects.
    case keyref
  }

  public var name: SchemaName
  public var kind: Kind
  /// Alternatives that select elements, seen from the element that carries the constraint.
  public var selector: [IdentityPath]
  /// For each field its alternatives, seen from the selected element.
  public var fields: [[IdentityPath]]
  /// The fields as the schema writes them, for messages.
  public var fieldTexts: [String]
  /// For a keyref the number of its key or unique constraint in `Schema.identityConstraints`.
  public var refer: Int32?
}

/// One path of a selector or field: a chain of child steps, at its end perhaps an attribute.
public struct IdentityPath: Sendable, Hashable {
  /// What a step accepts.
  public enum NameTest: Sendable, Hashable {
    case any
    /// Every name of this namespace.
    case namespace(String)
    case name(SchemaName)

    public func accepts(_ name: SchemaName) -> Bool {
      switch self {
      case .any: true
      case .namespace(let namespace): namespace == name.namespace
      case .name(let wanted): wanted.local == name.local && wanted.namespace == name.namespace
      }
    }
  }

  /// Whether the chain may begin at any depth (".//").
  public var isAnywhere: Bool
  public var steps: [NameTest]
  /// For a field that is an attribute.
  public var attribute: NameTest?

  /// Whether the chain leads from an element to the innermost open one.
  ///
  /// - Parameters:
  ///   - names: the open elements, outermost first.
  ///   - start: index of the element from which the path is seen.
  public func reaches(_ names: [SchemaName], from start: Int) -> Bool {
    let depth = names.count - 1 - start
    guard isAnywhere ? depth >= steps.count : depth == steps.count else { return false }
    var index = names.count - steps.count
    for step in steps {
      guard step.accepts(names[index]) else { return false }
      index += 1
    }
    return true
  }
}
