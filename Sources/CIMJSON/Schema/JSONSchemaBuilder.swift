// From complex types to $defs.
import CIMSchema

/// Collects the definitions that a root needs.
struct JSONSchemaBuilder {
  let loaded: LoadedSchema
  private var names: [Schema.ComplexTypeID: String] = [:]
  private var simpleNames: [ObjectIdentifier: String] = [:]
  private var used: Set<String> = []
  private var open: [(Schema.ComplexTypeID, String)] = []
  private var made: [(String, JSONTree)] = []

  init(_ loaded: LoadedSchema) { self.loaded = loaded }

  /// All definitions that were referred to, and those they refer to, by name.
  mutating func definitions() -> [(String, JSONTree)] {
    while let (id, name) = open.popLast() {
      let definition = definition(of: id, name: name)
      made.append((name, definition))
    }
    return made.sorted { $0.0 < $1.0 }
  }

  // MARK: Names

  private mutating func unique(_ wanted: String) -> String {
    var name = wanted
    var number = 2
    while !used.insert(name).inserted {
      name = "\(wanted)_\(number)"
      number += 1
    }
    return name
  }

  private static func reference(_ name: String) -> JSONTree {
    var text = "#/$defs/"
    for byte in name.utf8 {
      if byte < 0x80 {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + String(byte, radix: 16, uppercase: true)
      }
    }
    return .object([("$ref", .string(text))])
  }

  private mutating func reference(to id: Schema.ComplexTypeID, path: String) -> JSONTree {
    let name: String
    if let known = names[id] {
      name = known
    } else {
      name = unique(loaded.schema.complexTypes[Int(id)].name?.local ?? path)
      names[id] = name
      open.append((id, name))
    }
    return Self.reference(name)
  }

  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  static func description(_ text: String) -> [(String, JSONTree)] {
    let line = oneLine(text)
    return line.isEmpty ? [] : [("description", .string(line))]
  }

  // MARK: Values

  /// The schema of one occurrence of an element.
  ///
  /// - Parameter path: the name for a type without one.
  mutating func value(of element: ElementDeclaration, path: String) -> JSONTree {
    var value: JSONTree
    switch element.type {
    case .any: value = .object([])
    case .simple(let type): value = self.value(of: type)
    case .complex(let id): value = complexValue(id, path: path)
    }
    if element.isNillable {
      // Nil with other attributes beside it is an object.
      value = .object([
        ("anyOf", .array([value, .object([("type", .string("null"))]), Self.nilObject]))
      ])
    }
    return value
  }

  private static let nilObject = JSONTree.object([
    ("type", .string("object")), ("required", .strings(["@xsi:nil"])), ("propertyNames", Self.pattern("^@")),
  ])

  private static func pattern(_ text: String) -> JSONTree { .object([("pattern", .string(text))]) }

  private mutating func complexValue(_ id: Schema.ComplexTypeID, path: String) -> JSONTree {
    let schema = loaded.schema
    var alternatives: [JSONTree] = []
    if !schema.complexTypes[Int(id)].isAbstract { alternatives.append(reference(to: id, path: path)) }
    for (_, other) in schema.namedComplexTypes.sorted(by: { $0.key < $1.key })
    where other != id && !schema.complexTypes[Int(other)].isAbstract
      && schema.derivations(from: other, to: id) != nil
    {
      alternatives.append(
        .object([
          ("allOf", .array([.required(["@xsi:type"]), reference(to: other, path: path)]))
        ]))
    }
    return alternatives.count == 1 ? alternatives[0] : .object([("anyOf", .array(alternatives))])
  }

  mutating func value(of type: SimpleType) -> JSONTree {
    guard let name = type.name, !type.isBuiltin else { return SimpleTypeSchema.describe(type) }
    let key = ObjectIdentifier(type)
    if let known = simpleNames[key] { return Self.reference(known) }
    let own = unique(name)
    simpleNames[key] = own
    made.append((own, SimpleTypeSchema.describe(type)))
    return Self.reference(own)
  }

  // MARK: Complex types

  private mutating func definition(of id: Schema.ComplexTypeID, name: String) -> JSONTree {
    let type = loaded.schema.complexTypes[Int(id)]
    let plan = loaded.plan(id)
    let head = Self.description(type.documentation)
    if let simple = plan.valueType, plan.isBareValue { return value(of: simple).with(head) }
    var properties: [(String, JSONTree)] = []
    var required: [String] = []
    for use in plan.attributes {
      let key = Vocabulary.key(ofAttribute: use.name.namespace, use.name.local)
      properties.append((key, value(of: use.type).with(Self.description(use.documentation))))
      if use.isRequired { required.append(key) }
    }
    if let simple = plan.valueType {
      properties.append((Vocabulary.text, value(of: simple)))
      required.append(Vocabulary.text)
    } else if plan.takesText {
      properties.append((Vocabulary.text, .object([("type", .string("string"))])))
    }
    let shape = ContentShape(type, plan)
    properties += elementProperties(plan, shape, name: name)
    if !shape.isOrderSafe { properties.append((Vocabulary.items, items(plan, shape, name: name))) }
    var object = head + [("type", .string("object")), ("properties", .object(properties))]
    var rules = shape.isOrderSafe ? Self.rules(shape, required) : Self.rules(nil, required)
    if !shape.isOrderSafe {
      rules += [
        ("if", .required([Vocabulary.items])),
        (
          "then",
          .object([("propertyNames", Self.pattern("^(@|\(Vocabulary.text)$|\(Vocabulary.items)$)"))])
        ),
      ]
      let grouped = Self.rules(shape, [])
      if !grouped.isEmpty { rules.append(("else", .object(grouped))) }
    }
    object += rules
    // Attributes of XML Schema itself may stand anywhere.
    let attributes = plan.anyAttribute == nil ? "^@xsi:" : "^@"
    object += [("patternProperties", .object([(attributes, .yes)])), ("additionalProperties", .no)]
    return .object(object)
  }

  private static func rules(_ shape: ContentShape?, _ required: [String]) -> [(String, JSONTree)] {
    let all = required + (shape?.required ?? [])
    var rules: [(String, JSONTree)] = all.isEmpty ? [] : [("required", .strings(all))]
    if let choices = shape?.choices, !choices.isEmpty { rules.append(("allOf", .array(choices))) }
    return rules
  }

  private mutating func elementProperties(
    _ plan: TypePlan, _ shape: ContentShape, name: String
  ) -> [(String, JSONTree)] {
    var properties: [(String, JSONTree)] = []
    for entry in plan.entries {
      let element = loaded.schema.elements[Int(entry.element)]
      let value = value(of: element, path: "\(name)_\(element.name.local)")
      let head = Self.description(element.documentation)
      let bounds = shape.bounds(of: entry.key)
      properties.append((entry.key, entry.isRepeated ? Self.array(value, bounds).with(head) : value.with(head)))
    }
    if !plan.wildcards.isEmpty {
      properties.append((Vocabulary.any, Self.array(foreign, shape.bounds(of: Vocabulary.any))))
    }
    return properties
  }

  private static func array(_ items: JSONTree, _ bounds: ContentShape.Bounds) -> JSONTree {
    var array: [(String, JSONTree)] = [("type", .string("array")), ("items", items)]
    // An empty group is left out, so that an array that is there has an item.
    array.append(("minItems", .token(String(max(bounds.min, 1)))))
    if let max = bounds.max { array.append(("maxItems", .token(String(max)))) }
    return .object(array)
  }

  /// A document inside a document.
  private let foreign = JSONTree.object([
    ("type", .string("object")), ("required", .strings([Vocabulary.namespace])),
    ("properties", .object([(Vocabulary.namespace, .object([("type", .string("string"))]))])),
    ("minProperties", .token("2")), ("maxProperties", .token("2")),
  ])

  private mutating func items(_ plan: TypePlan, _ shape: ContentShape, name: String) -> JSONTree {
    var alternatives: [JSONTree] = plan.wildcards.isEmpty ? [] : [foreign]
    for entry in plan.entries {
      let element = loaded.schema.elements[Int(entry.element)]
      let value = value(of: element, path: "\(name)_\(element.name.local)")
      alternatives.append(
        .object([
          ("type", .string("object")), ("properties", .object([(entry.key, value)])),
          ("required", .strings([entry.key])), ("additionalProperties", .no),
        ]))
    }
    return .object([
      ("description", .string("All child elements in document order, where grouping them by name would lose it.")),
      ("type", .string("array")), ("items", .object([("anyOf", .array(alternatives))])),
    ])
  }
}
