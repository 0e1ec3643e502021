// Schemas and what was worked out about their types, shared by all conversions of a mapping.
import CIMCodec
import CIMSchema
import Synchronization

/// A schema with the plans of its types.
final class LoadedSchema: Sendable {
  let schema: Schema
  /// Named types by local name, for xsi:type.
  let complexTypes: [String: [Schema.ComplexTypeID]]
  let simpleTypes: [String: [SimpleType]]
  private let plans = Mutex<[Schema.ComplexTypeID: TypePlan]>([:])

  init(_ schema: Schema) {
    self.schema = schema
    complexTypes = Dictionary(grouping: schema.namedComplexTypes, by: \.key.local).mapValues { $0.map(\.value) }
    simpleTypes = Dictionary(grouping: schema.namedSimpleTypes, by: \.key.local).mapValues { $0.map(\.value) }
  }

  func plan(_ id: Schema.ComplexTypeID) -> TypePlan {
    if let known = plans.withLock({ $0[id] }) { return known }
    let plan = TypePlan(schema.complexTypes[Int(id)], in: schema)
    plans.withLock { $0[id] = plan }
    return plan
  }
}

/// What an element's content is mapped by.
enum MappingRule {
  case simple(SimpleType)
  case complex(TypePlan, LoadedSchema)
  /// No schema says anything; known elements further down are mapped by their own unless `isOpaque`.
  case untyped(isOpaque: Bool)
}

/// Finds schemas by the names of elements.
final class SchemaStore: Sendable {
  private let resolver: any SchemaResolver
  private let loaded = Mutex<[String: LoadedSchema]>([:])
  /// Beyond this many namespaces nothing is kept: a peer can invent them without end.
  private static let capacity = 512

  init(_ resolver: any SchemaResolver) { self.resolver = resolver }

  /// The declaration of a global element, and the rule for its content; nil where no schema knows it.
  ///
  /// - Parameter isOpaque: below a wildcard that skips, only profiles are known, as for the decoder.
  func global(_ name: SchemaName, isOpaque: Bool) -> (declaration: ElementDeclaration, schema: LoadedSchema)? {
    guard let found = resolver.resolve(name), found.isProfile || !isOpaque else { return nil }
    let schema: LoadedSchema
    if let known = loaded.withLock({ $0[name.namespace] }) {
      schema = known
    } else {
      schema = LoadedSchema(found.schema)
      loaded.withLock { if $0.count < Self.capacity { $0[name.namespace] = schema } }
    }
    return (found.schema.elements[Int(found.element)], schema)
  }

  /// The rule for the content of a declared element.
  ///
  /// - Parameter typeName: the value of its xsi:type. `Element` does not keep prefixes, so that only the local part
  ///   counts: among the types of that name, the one that is derived from the declared type.
  static func rule(
    for declaration: ElementDeclaration, in loaded: LoadedSchema, typeName: String?
  ) -> MappingRule {
    if let typeName { return rule(for: declaration, in: loaded, named: typeName) }
    switch declaration.type {
    case .simple(let type): return .simple(type)
    case .complex(let id): return .complex(loaded.plan(id), loaded)
    case .any: return .untyped(isOpaque: false)
    }
  }

  private static func rule(
    for declaration: ElementDeclaration, in loaded: LoadedSchema, named typeName: String
  ) -> MappingRule {
    let local = typeName.filter { !$0.isWhitespace }.split(separator: ":").last.map(String.init) ?? ""
    switch declaration.type {
    case .complex(let base):
      let found = (loaded.complexTypes[local] ?? []).filter { loaded.schema.derivations(from: $0, to: base) != nil }
      // Two of them: no telling which is meant, and the untyped form loses nothing.
      if found.count == 1, let id = found.first { return .complex(loaded.plan(id), loaded) }
    case .simple(let base):
      let found = (loaded.simpleTypes[local] ?? []).filter { $0.isDerived(from: base) }
      if found.count == 1, let type = found.first { return .simple(type) }
      if found.isEmpty, let type = SimpleType.builtin(local), type.isDerived(from: base) { return .simple(type) }
    case .any: break
    }
    return .untyped(isOpaque: false)
  }
}

/// A single schema as a resolver.
struct OneSchema: SchemaResolver {
  let schema: Schema

  func resolve(_ name: SchemaName) -> ResolvedElement? {
    schema.globalElements[name].map { ResolvedElement(schema: schema, element: $0, isProfile: false) }
  }
}
