// The compiled form of a schema set: immutable tables that decoder, writer, export and documentation share.

/// A compiled schema set.
public struct Schema: Sendable {
  /// Every element and attribute name that occurs, numbered.
  public internal(set) var symbols: [SchemaName] = []
  public internal(set) var symbolIDs: [SchemaName: Symbol] = [:]
  public internal(set) var elements: [ElementDeclaration] = []
  /// Global elements by name.
  public internal(set) var globalElements: [SchemaName: ElementID] = [:]
  public internal(set) var complexTypes: [ComplexType] = []
  public internal(set) var namedComplexTypes: [SchemaName: ComplexTypeID] = [:]
  public internal(set) var namedSimpleTypes: [SchemaName: SimpleType] = [:]
  /// Global attributes, for wildcards.
  public internal(set) var globalAttributes: [SchemaName: AttributeUse] = [:]
  /// Keys, uniqueness and references; element declarations say which are theirs.
  public internal(set) var identityConstraints: [IdentityConstraint] = []
  /// Namespaces of the documents that were compiled.
  public internal(set) var targetNamespaces: Set<String> = []
  /// What the root document says of itself.
  public internal(set) var documentation = ""
  public internal(set) var status: String?

  public typealias Symbol = Int32
  public typealias ElementID = Int32
  public typealias ComplexTypeID = Int32
}

/// The type of an element.
public enum TypeReference: Sendable {
  case simple(SimpleType)
  case complex(Schema.ComplexTypeID)
  /// xs:anyType: anything goes, known elements inside are still checked.
  case any
}

public struct ElementDeclaration: Sendable {
  public var name: SchemaName
  public var symbol: Schema.Symbol
  public var type: TypeReference
  public var isGlobal: Bool
  public var isNillable: Bool
  public var isAbstract: Bool
  public var fixed: String?
  public var defaultValue: String?
  /// Derivations that xsi:type and substitution must not use: "extension", "restriction", "substitution".
  public var block: Set<String>
  /// Places in `Schema.identityConstraints`.
  public var identityConstraints: Range<Int32>
  /// As declared at the place of use; for global elements 1 and 1.
  public var minOccurs: Int
  /// Nil: unbounded.
  public var maxOccurs: Int?
  public var documentation: String
  public var status: String?
}

public struct AttributeUse: Sendable {
  public var name: SchemaName
  public var type: SimpleType
  public var isRequired: Bool
  public var isProhibited: Bool
  public var fixed: String?
  public var defaultValue: String?
  public var documentation: String
}

public struct Wildcard: Sendable {
  public enum Namespaces: Sendable, Hashable {
    case any
    /// Everything but this namespace and no namespace.
    case other(String)
    /// "" stands for no namespace.
    case list(Set<String>)
  }
  public enum Process: String, Sendable { case strict, lax, skip }
  public var namespaces: Namespaces
  public var process: Process

  public func admits(_ namespace: String) -> Bool {
    switch namespaces {
    case .any: return true
    case .other(let target): return !namespace.isEmpty && namespace != target
    case .list(let names): return names.contains(namespace)
    }
  }
}

public struct ComplexType: Sendable {
  public enum Content: Sendable {
    case empty
    case simple(SimpleType)
    case elements
    case mixed
  }

  /// Nil for anonymous types.
  public var name: SchemaName?
  public var content: Content
  public var model: ContentModel
  public var attributes: [AttributeUse]
  public var anyAttribute: Wildcard?
  public var isAbstract: Bool
  public var block: Set<String>
  /// The complex type this one is derived from; nil for xs:anyType and simple types.
  public var base: Schema.ComplexTypeID?
  /// The simple type at the root of simple content.
  public var simpleBase: SimpleType?
  /// "extension" or "restriction".
  public var derivation: String
  /// What the author wrote, for documentation, export and writers: the particles before compilation.
  public var particle: Particle?
  public var documentation: String
  public var status: String?
}

/// A node of a content model as written.
public indirect enum Particle: Sendable {
  case element(Schema.ElementID, min: Int, max: Int?)
  case any(Wildcard, min: Int, max: Int?)
  case sequence([Particle], min: Int, max: Int?)
  case choice([Particle], min: Int, max: Int?)
  case all([Particle], min: Int)
}

/// The automaton of a content model. State 0 is the beginning.
public struct ContentModel: Sendable {
  public struct Transition: Sendable {
    public var symbol: Schema.Symbol
    public var element: Schema.ElementID
    public var next: Int32
  }

  public struct WildcardTransition: Sendable {
    public var wildcard: Wildcard
    public var next: Int32
  }

  public struct State: Sendable {
    public var first: Int32
    public var count: Int32
    public var wildcardFirst: Int32
    public var wildcardCount: Int32
    public var accepts: Bool
  }

  public var states: [State] = []
  public var transitions: [Transition] = []
  public var wildcards: [WildcardTransition] = []
  /// For xs:all: its members, in place of an automaton; at most 64.
  public var all: [AllMember]?
  /// Whether an xs:all may be left out whole.
  public var allIsOptional = false

  public struct AllMember: Sendable {
    public var symbol: Schema.Symbol
    public var element: Schema.ElementID
    public var isRequired: Bool
    /// Members of one substitution group share the place of their head.
    public var slot: Int
  }
}

extension Schema {
  public func element(_ name: SchemaName) -> ElementDeclaration? {
    globalElements[name].map { elements[Int($0)] }
  }

  /// Whether a complex type is another or derived from it, and by which derivations.
  public func derivations(from derived: ComplexTypeID, to base: ComplexTypeID) -> Set<String>? {
    var steps: Set<String> = []
    var here: ComplexTypeID? = derived
    while let id = here {
      if id == base { return steps }
      steps.insert(complexTypes[Int(id)].derivation)
      here = complexTypes[Int(id)].base
    }
    return nil
  }
}
