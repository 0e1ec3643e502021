// From a compiled schema to classes and properties.
import CIMSchema

/// Collects what is reachable from the root of one profile.
struct FacadeBuilder {
  private let noun: String
  private let schema: Schema
  private var classes: [String: FacadeClass] = [:]
  private var enumerations: [String: FacadeEnumeration] = [:]
  private var waiting: [Schema.ComplexTypeID] = []

  static func profile(_ noun: String, namespace: String, schema: Schema) throws(GeneratorError) -> FacadeProfile {
    var builder = FacadeBuilder(noun: noun, schema: schema)
    return try builder.build(namespace: namespace)
  }

  private init(noun: String, schema: Schema) {
    self.noun = noun
    self.schema = schema
  }

  private mutating func build(namespace: String) throws(GeneratorError) -> FacadeProfile {
    guard let root = schema.element(SchemaName(namespace, noun)), case .complex(let id) = root.type else {
      throw GeneratorError("\(noun): the profile has no root element \(noun) of a complex type")
    }
    let rootClass = try makeClass(id, name: noun)
    while let next = waiting.popLast() {
      guard let name = schema.complexTypes[Int(next)].name?.local, classes[name] == nil else { continue }
      guard name != noun else { throw GeneratorError("\(noun): class \(noun) stands below itself; no form for that") }
      classes[name] = try makeClass(next, name: name)
    }
    return FacadeProfile(
      noun: noun, namespace: namespace, documentation: schema.documentation,
      classes: classes.values.sorted { $0.name < $1.name },
      enumerations: enumerations.values.sorted { $0.name < $1.name }, root: rootClass)
  }

  private mutating func makeClass(_ id: Schema.ComplexTypeID, name: String) throws(GeneratorError) -> FacadeClass {
    let type = schema.complexTypes[Int(id)]
    guard case .elements = type.content, type.attributes.isEmpty else {
      throw GeneratorError("\(noun).\(name): a class has child elements and no attributes; this type is different")
    }
    var made = FacadeClass(name: name, documentation: type.documentation, properties: [])
    if let particle = type.particle {
      try add(particle, isRequired: true, repeats: false, to: &made)
    }
    var seen: Set<String> = []
    for property in made.properties where !seen.insert(SwiftNames.property(property.element)).inserted {
      throw GeneratorError("\(noun).\(name): two elements would be property \(SwiftNames.property(property.element))")
    }
    return made
  }

  private mutating func add(
    _ particle: Particle, isRequired: Bool, repeats: Bool, to made: inout FacadeClass
  ) throws(GeneratorError) {
    switch particle {
    case .element(let id, let min, let max):
      let element = schema.elements[Int(id)]
      let isMany = repeats || max != 1
      let isNeeded = isRequired && min > 0
      made.properties.append(
        FacadeProperty(
          element: element.name.local, type: try type(of: element, in: made.name),
          cardinality: isMany ? .many(required: isNeeded) : isNeeded ? .required : .optional,
          documentation: element.documentation))
    case .sequence(let members, let min, let max):
      guard max == 1 || members.count == 1 else {
        throw GeneratorError("\(noun).\(made.name): a sequence that repeats has no form; repeat its elements instead")
      }
      for member in members {
        try add(member, isRequired: isRequired && min > 0, repeats: repeats || max != 1, to: &made)
      }
    case .choice(let members, let min, let max):
      let isRequired = isRequired && min > 0 && members.count == 1
      for member in members { try add(member, isRequired: isRequired, repeats: repeats || max != 1, to: &made) }
    case .all(let members, let min):
      for member in members { try add(member, isRequired: isRequired && min > 0, repeats: repeats, to: &made) }
    case .any:
      // What comes through a wildcard has no type; it stays in the element.
      break
    }
  }

  private mutating func type(of element: ElementDeclaration, in owner: String) throws(GeneratorError) -> FacadeType {
    switch element.type {
    case .simple(let type): return plain(type)
    case .complex(let id):
      let type = schema.complexTypes[Int(id)]
      if let name = type.name?.local {
        if classes[name] == nil { waiting.append(id) }
        return .cimClass(name)
      }
      if case .empty = type.content, type.attributes.map(\.name) == [SchemaName("", "ref")] { return .reference }
      throw GeneratorError("\(noun).\(owner).\(element.name.local): a type without name must be a reference by @ref")
    case .any:
      throw GeneratorError("\(noun).\(owner).\(element.name.local): anyType has no form")
    }
  }

  private mutating func plain(_ type: SimpleType) -> FacadeType {
    let detail = type.isBuiltin ? nil : type.name
    guard case .atomic(let primitive) = type.variety else { return .plain("String", detail: detail) }
    switch primitive {
    case .boolean: return .plain("Bool", detail: detail)
    case .decimal:
      let isInteger = SimpleType.builtin("integer").map { type.isDerived(from: $0) } ?? false
      return .plain(isInteger ? "Int" : "ExactDecimal", detail: detail)
    case .float, .double: return .plain("ExactDecimal", detail: detail)
    case .dateTime: return .plain("Timestamp", detail: detail)
    case .date, .time: return .plain("String", detail: detail ?? "xs:\(primitive.rawValue)")
    default: break
    }
    if let name = type.name {
      for case .enumeration(let values) in type.facets {
        enumerations[name] = FacadeEnumeration(name: name, values: values)
        return .enumeration(name)
      }
    }
    return .plain("String", detail: detail)
  }
}
