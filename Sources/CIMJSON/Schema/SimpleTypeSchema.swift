// Simple types as JSON Schemas.
import CIMSchema

enum SimpleTypeSchema {
  /// A schema for the values of a type, as JSONMapping writes them.
  static func describe(_ type: SimpleType) -> JSONTree {
    var enumeration: [String]?
    for case .enumeration(let texts) in type.facets { enumeration = texts }
    switch type.variety {
    case .any, .list: return object([("type", .string("string"))] + enumerated(enumeration))
    case .union(let members):
      if let enumeration { return .object(enumerated(enumeration)) }
      return .object([("anyOf", .array(members.map { describe($0) }))])
    case .atomic(let primitive):
      switch ScalarForm(type) {
      case .boolean:
        return .object([("type", .strings(["boolean", "string"])), ("pattern", .string("^(true|false|0|1)$"))])
      case .decimal, .floating: return number(type, primitive, enumeration)
      case .text: return text(type, primitive, enumeration)
      }
    }
  }

  private static func object(_ members: [(String, JSONTree)]) -> JSONTree { .object(members) }

  private static func enumerated(_ texts: [String]?) -> [(String, JSONTree)] {
    texts.map { [("enum", .strings($0))] } ?? []
  }

  // MARK: Numbers

  private static func number(_ type: SimpleType, _ primitive: Primitive, _ enumeration: [String]?) -> JSONTree {
    let isInteger = SimpleType.builtin("integer").map { type.isDerived(from: $0) } ?? false
    if let enumeration {
      // A number and its text: both are written, by how the text looks.
      let form = ScalarForm(type)
      let values = enumeration.flatMap { text -> [JSONTree] in
        form.isBare(text) ? [.token(text), .string(text)] : [.string(text)]
      }
      return .object([("enum", .array(values))])
    }
    let plain = "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
    let pattern: String
    switch primitive {
    case .decimal: pattern = isInteger ? "^[+-]?[0-9]+$" : "^\(plain)$"
    default: pattern = "^(\(plain)([Ee][+-]?[0-9]+)?|-?INF|NaN)$"
    }
    var members: [(String, JSONTree)] = [
      ("type", .strings([isInteger ? "integer" : "number", "string"])), ("pattern", .string(pattern)),
    ]
    for facet in type.facets {
      let (name, text): (String, String)
      switch facet {
      case .minInclusive(let bound): (name, text) = ("minimum", bound)
      case .maxInclusive(let bound): (name, text) = ("maximum", bound)
      case .minExclusive(let bound): (name, text) = ("exclusiveMinimum", bound)
      case .maxExclusive(let bound): (name, text) = ("exclusiveMaximum", bound)
      default: continue
      }
      let bytes = Array(text.utf8)
      if NumberToken.end(in: bytes, from: 0) == bytes.count { members.append((name, .token(text))) }
    }
    return .object(members)
  }

  // MARK: Texts

  private static func text(_ type: SimpleType, _ primitive: Primitive, _ enumeration: [String]?) -> JSONTree {
    var members: [(String, JSONTree)] = [("type", .string("string"))]
    if let enumeration, primitive != .QName, primitive != .NOTATION { members += enumerated(enumeration) }
    // Lengths of binary values count octets, those of qualified names nothing at all.
    if primitive == .string || primitive == .anyURI {
      for facet in type.facets {
        switch facet {
        case .length(let count):
          members += [("minLength", .token(String(count))), ("maxLength", .token(String(count)))]
        case .minLength(let count): members.append(("minLength", .token(String(count))))
        case .maxLength(let count): members.append(("maxLength", .token(String(count))))
        default: break
        }
      }
    }
    if let format = formats[primitive] { members.append(("format", .string(format))) }
    if primitive == .base64Binary { members.append(("contentEncoding", .string("base64"))) }
    var patterns = lexical[primitive].map { ["^(\($0))$"] } ?? []
    for case .pattern(let alternatives) in type.facets {
      if let pattern = PatternTranslation.translate(alternatives) { patterns.append(pattern) }
    }
    if patterns.count == 1 {
      members.append(("pattern", .string(patterns[0])))
    } else if !patterns.isEmpty {
      members.append(("allOf", .array(patterns.map { .object([("pattern", .string($0))]) })))
    }
    return .object(members)
  }

  private static let formats: [Primitive: String] = [.dateTime: "date-time", .date: "date", .anyURI: "iri-reference"]

  private static let zone = "(Z|[+-][0-9]{2}:[0-9]{2})?"
  private static let day = "-?[0-9]{4,}-[0-9]{2}-[0-9]{2}"
  private static let clock = "[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"

  /// The lexical forms, with the fields' widths but not their ranges.
  private static let lexical: [Primitive: String] = [
    .dateTime: "\(day)T\(clock)\(zone)", .date: "\(day)\(zone)", .time: "\(clock)\(zone)",
    .gYearMonth: "-?[0-9]{4,}-[0-9]{2}\(zone)", .gYear: "-?[0-9]{4,}\(zone)", .gMonthDay: "--[0-9]{2}-[0-9]{2}\(zone)",
    .gDay: "---[0-9]{2}\(zone)", .gMonth: "--[0-9]{2}\(zone)",
    .duration: "-?P[0-9YMDTHS.]+", .hexBinary: "([0-9A-Fa-f]{2})*",
  ]
}
