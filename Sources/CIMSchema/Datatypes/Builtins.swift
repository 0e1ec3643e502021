// The builtin types, each derived as Part 2 derives it.

/// The simple types every schema knows.
///
/// - SeeAlso: XML Schema Part 2, 3.2 and 3.3
enum Builtins {
  static let anySimpleType = SimpleType(
    name: "anySimpleType", base: nil, variety: .any, form: .any, whiteSpace: .preserve, constraints: Constraints(),
    facets: [], ownFacets: [])

  static let id = derived("ID", ncName)
  static let idref = derived("IDREF", ncName)

  private static let string = primitive(.string)
  private static let normalizedString = derived("normalizedString", string, [.whiteSpace(.replace)])
  private static let token = derived("token", normalizedString, [.whiteSpace(.collapse)])
  private static let nmtoken = derived("NMTOKEN", token, as: .nmtoken, [.pattern(["\\c+"])])
  private static let nameType = derived("Name", token, as: .name, [.pattern(["\\i\\c*"])])
  private static let ncName = derived("NCName", nameType, as: .ncName, [.pattern(["[\\i-[:]][\\c-[:]]*"])])
  private static let entity = derived("ENTITY", ncName)

  private static let decimal = primitive(.decimal)
  private static let integer = derived(
    "integer", decimal, as: .integer, [.fractionDigits(0), .pattern(["[\\-+]?[0-9]+"])])
  private static let nonPositiveInteger = derived("nonPositiveInteger", integer, [.maxInclusive("0")])
  private static let long = derived(
    "long", integer, [.minInclusive("-9223372036854775808"), .maxInclusive("9223372036854775807")])
  private static let int = derived("int", long, [.minInclusive("-2147483648"), .maxInclusive("2147483647")])
  private static let short = derived("short", int, [.minInclusive("-32768"), .maxInclusive("32767")])
  private static let nonNegativeInteger = derived("nonNegativeInteger", integer, [.minInclusive("0")])
  private static let unsignedLong = derived("unsignedLong", nonNegativeInteger, [.maxInclusive("18446744073709551615")])
  private static let unsignedInt = derived("unsignedInt", unsignedLong, [.maxInclusive("4294967295")])
  private static let unsignedShort = derived("unsignedShort", unsignedInt, [.maxInclusive("65535")])

  /// All 44, and anySimpleType, by local name.
  static let all: [String: SimpleType] = {
    let shared: [Primitive: SimpleType] = [.string: string, .decimal: decimal]
    let primitives = Primitive.allCases.map { shared[$0] ?? primitive($0) }
    let strings = [
      normalizedString, token, nmtoken, nameType, ncName, id, idref, entity,
      derived("language", token, as: .language, [.pattern(["[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"])]),
      list("NMTOKENS", of: nmtoken), list("IDREFS", of: idref), list("ENTITIES", of: entity),
    ]
    let integers = [
      integer, nonPositiveInteger, long, int, short, nonNegativeInteger, unsignedLong, unsignedInt, unsignedShort,
      derived("negativeInteger", nonPositiveInteger, [.maxInclusive("-1")]),
      derived("byte", short, [.minInclusive("-128"), .maxInclusive("127")]),
      derived("unsignedByte", unsignedShort, [.maxInclusive("255")]),
      derived("positiveInteger", nonNegativeInteger, [.minInclusive("1")]),
    ]
    return Dictionary(uniqueKeysWithValues: ([anySimpleType] + primitives + strings + integers).map { ($0.label, $0) })
  }()

  private static func primitive(_ primitive: Primitive) -> SimpleType {
    let whiteSpace: WhiteSpace = primitive == .string ? .preserve : .collapse
    var constraints = Constraints()
    if primitive != .string { constraints.fixed = [.whiteSpace] }
    return SimpleType(
      name: primitive.rawValue, base: anySimpleType, variety: .atomic(primitive), form: LexicalForm(primitive),
      whiteSpace: whiteSpace, constraints: constraints, facets: [.whiteSpace(whiteSpace)],
      ownFacets: [.whiteSpace(whiteSpace)])
  }

  /// A pattern among `facets` is shown, but it is `form` that is checked in its place.
  private static func derived(
    _ name: String, _ base: SimpleType, as form: LexicalForm? = nil, _ facets: [Facet] = []
  ) -> SimpleType {
    do {
      var step = try Restriction(of: base, name: name, facets: facets, fixed: [], namespaces: NoNamespaces())
      if let form {
        step.constraints.patterns = []
        if form == .integer { step.constraints.fixed.insert(.fractionDigits) }
        step.constraints.close(for: form)
      }
      return SimpleType(
        name: name, base: base, variety: base.variety, form: form ?? base.form, whiteSpace: step.whiteSpace,
        constraints: step.constraints, facets: step.facets, ownFacets: facets)
    } catch {
      preconditionFailure("builtin \(name): \(error.message)")
    }
  }

  private static func list(_ name: String, of item: SimpleType) -> SimpleType {
    var constraints = Constraints()
    constraints.minLength = 1
    constraints.fixed = [.whiteSpace]
    constraints.close(for: .list)
    return SimpleType(
      name: name, base: anySimpleType, variety: .list(item: item), form: .list, whiteSpace: .collapse,
      constraints: constraints, facets: [.whiteSpace(.collapse), .minLength(1)], ownFacets: [.minLength(1)])
  }
}

extension SimpleType {
  /// The builtin type with this local name: 19 primitive and 25 derived ones, and anySimpleType.
  ///
  /// - Returns: nil when there is no such builtin.
  public static func builtin(_ localName: String) -> SimpleType? { Builtins.all[localName] }

  /// Whether this is one of the builtin types.
  public var isBuiltin: Bool { name.map { Builtins.all[$0] === self } ?? false }

  /// This type, or the closest builtin it derives from.
  var builtinAncestor: SimpleType {
    var type = self
    while !type.isBuiltin, let base = type.base { type = base }
    return type
  }
}
