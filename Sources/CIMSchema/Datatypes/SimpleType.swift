// Simple type definitions: what they are and how they derive from one another.

/// A simple type definition: built in, restriction, list or union. Immutable.
///
/// Types are compared by identity: one definition is one object.
///
/// - SeeAlso: XML Schema Part 2, 4.1; XML Schema Part 1, 3.14
public final class SimpleType: Sendable {
  /// How the values are made up.
  public enum Variety: Sendable {
    /// anySimpleType: any text.
    case any
    case atomic(Primitive)
    /// Items separated by white space.
    case list(item: SimpleType)
    /// The first member that accepts a text decides its value.
    case union([SimpleType])
  }

  /// Local name of a builtin ("dateTime") or of a named type; nil for an anonymous one.
  public let name: String?

  /// The type this one derives from; nil for anySimpleType only.
  public let base: SimpleType?

  public let variety: Variety

  /// The facets in force, inherited ones first: one `pattern` per derivation step, of every other facet the last.
  public let facets: [Facet]

  /// The facets this definition itself gives, as written; empty for lists and unions.
  public let ownFacets: [Facet]

  /// What happens to white space before the check; `preserve` for a union, whose members decide.
  public let whiteSpace: WhiteSpace

  let form: LexicalForm
  let constraints: Constraints

  init(
    name: String?, base: SimpleType?, variety: Variety, form: LexicalForm, whiteSpace: WhiteSpace,
    constraints: Constraints, facets: [Facet], ownFacets: [Facet]
  ) {
    self.name = name
    self.base = base
    self.variety = variety
    self.form = form
    self.whiteSpace = whiteSpace
    self.constraints = constraints
    self.facets = facets
    self.ownFacets = ownFacets
  }

  /// A list of values of `item`.
  ///
  /// - Throws: `SimpleTypeError` when the item is a list, anySimpleType, or a union with a list among its members.
  /// - SeeAlso: XML Schema Part 1, 3.14.6 (cos-list-of-atomic)
  public init(listOf item: SimpleType, name: String?) throws(SimpleTypeError) {
    guard item.canBeListItem else {
      throw SimpleTypeError("a list of \(item.label) is not possible: items must be atomic or a union of atomic types")
    }
    self.name = name
    base = Builtins.anySimpleType
    variety = .list(item: item)
    form = .list
    whiteSpace = .collapse
    constraints = Constraints()
    facets = [.whiteSpace(.collapse)]
    ownFacets = []
  }

  /// A union of `members`; of members that are unions themselves, their members count, in order.
  ///
  /// Facets that restrict a member union are dropped with it (XML Schema Part 1, 3.14.2, as Xerces).
  public init(unionOf members: [SimpleType], name: String?) {
    self.name = name
    base = Builtins.anySimpleType
    variety = .union(
      members.flatMap { member -> [SimpleType] in
        if case .union(let inner) = member.variety { inner } else { [member] }
      })
    form = .union
    whiteSpace = .preserve
    constraints = Constraints()
    facets = []
    ownFacets = []
  }
}

extension SimpleType {
  /// The name for messages.
  var label: String { name ?? base.map { "a type based on \($0.label)" } ?? "an anonymous type" }

  /// Whether a list of values of this type is possible.
  var canBeListItem: Bool {
    switch variety {
    case .atomic: true
    case .union(let members): members.allSatisfy(\.canBeListItem)
    case .any, .list: false
    }
  }

  /// Whether this type is `other`, derives from it, or derives from a member of it when `other` is a union.
  ///
  /// - SeeAlso: XML Schema Part 1, 3.14.6 (cos-st-derived-ok)
  public func isDerived(from other: SimpleType) -> Bool {
    if case .any = other.variety { return true }
    var type: SimpleType? = self
    while let step = type {
      if step === other { return true }
      type = step.base
    }
    if case .union(let members) = other.variety { return members.contains { isDerived(from: $0) } }
    return false
  }

  /// Whether the values are document-wide unique names (ID or a restriction of it).
  public var isID: Bool { form.isAtomic && isDerived(from: Builtins.id) }

  /// Whether the values refer to an ID.
  public var isIDREF: Bool { form.isAtomic && isDerived(from: Builtins.idref) }

  /// Whether the values are lists of references to IDs.
  public var isIDREFS: Bool {
    if case .list(let item) = variety { item.isIDREF } else { false }
  }
}
