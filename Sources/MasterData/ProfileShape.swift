// What the profiles say of the objects' elements: their order, and which of them may come several times.
import CIMModel
public import CIMProfiles
import CIMSchema

/// The content model of one Config noun, as far as changing an object needs it.
struct ProfileShape: Sendable {
  struct Child: Sendable {
    var rank: Int
    var isRepeated: Bool
    /// Nil: simple content.
    var type: Schema.ComplexTypeID?
  }

  private var types: [Schema.ComplexTypeID: [String: Child]] = [:]
  private(set) var root: Schema.ComplexTypeID?

  /// - Parameter schema: a noun's; nil: nothing is known, and every order is as good as another.
  init(_ schema: Schema?, noun: String, namespace: String) {
    guard let schema, let element = schema.element(SchemaName(namespace, noun)),
      case .complex(let id) = element.type
    else { return }
    root = id
    var open = [id]
    while let type = open.popLast() {
      guard types[type] == nil else { continue }
      var children: [String: Child] = [:]
      if let particle = schema.complexTypes[Int(type)].particle {
        Self.collect(particle, isRepeated: false, schema, into: &children)
      }
      types[type] = children
      open += children.values.compactMap(\.type)
    }
  }

  private static func collect(
    _ particle: Particle, isRepeated: Bool, _ schema: Schema, into children: inout [String: Child]
  ) {
    switch particle {
    case .element(let id, _, let max):
      let element = schema.elements[Int(id)]
      guard children[element.name.local] == nil else { return }
      var type: Schema.ComplexTypeID?
      if case .complex(let complex) = element.type { type = complex }
      children[element.name.local] = Child(
        rank: children.count, isRepeated: isRepeated || (max.map { $0 > 1 } ?? true), type: type)
    case .any: break
    case .sequence(let parts, _, let max), .choice(let parts, _, let max):
      let several = isRepeated || (max.map { $0 > 1 } ?? true)
      for part in parts { collect(part, isRepeated: several, schema, into: &children) }
    case .all(let parts, _):
      for part in parts { collect(part, isRepeated: isRepeated, schema, into: &children) }
    }
  }

  func child(_ name: String, of type: Schema.ComplexTypeID?) -> Child? { type.flatMap { types[$0]?[name] } }

  /// Puts children into the order of the profile; those of one name stay as they are, unknown ones go to the end.
  func arrange(_ children: inout [Element], of type: Schema.ComplexTypeID?) {
    guard let type, let ranks = types[type] else { return }
    let keyed = children.enumerated().map { (rank: ranks[$1.name]?.rank ?? .max, place: $0, element: $1) }
    children = keyed.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.element)
  }
}

/// The shapes of all kinds, made of a set of schemas once.
public struct ProfileShapes: Sendable {
  private let shapes: [ProfileShape]
  private let namespaces: [String]

  public init(_ schemas: SchemaLibrary = .standard) {
    namespaces = ObjectKind.all.map { schemas.namespace(ofNoun: $0.noun) }
    shapes = zip(ObjectKind.all, namespaces).map { kind, namespace in
      ProfileShape(
        (try? schemas.schema(forNamespace: namespace)) ?? nil, noun: kind.noun, namespace: namespace)
    }
    linkNamespace = schemas.namespace(ofNoun: "MasterDataLinkageConfig")
  }

  /// Namespace of MasterDataLinkageConfig.
  public let linkNamespace: String

  subscript(kind: ObjectKind) -> ProfileShape { shapes[kind.index] }

  /// Namespace of a kind's Config noun.
  public func namespace(of kind: ObjectKind) -> String { namespaces[kind.index] }
}
