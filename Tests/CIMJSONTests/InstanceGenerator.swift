// Random valid instances of any schema, from a seed: what the schema allows, and values that are hard on JSON.
import CIMModel
import CIMSchema

/// The same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// Walks the particles of a schema.
struct InstanceGenerator {
  let schema: Schema
  var random: SeededGenerator
  /// Elements for wildcards: what the payload of a message may be.
  var payloads: [Element] = []
  /// Elements still to be made; then only what is required.
  var budget = 400

  init(_ schema: Schema, seed: UInt64) {
    self.schema = schema
    random = SeededGenerator(seed: seed)
  }

  mutating func instance(of name: SchemaName) -> Element? {
    schema.globalElements[name].map { element($0, depth: 0) }
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func count(_ min: Int, _ max: Int?, depth: Int) -> Int {
    if budget <= 0 || depth > 9 { return min }
    guard let max else { return min + Int.random(in: 0...3, using: &random) }
    return Int.random(in: min...Swift.max(min, Swift.min(max, min + 4)), using: &random)
  }

  // MARK: Elements

  mutating func element(_ id: Schema.ElementID, depth: Int) -> Element {
    budget -= 1
    let declaration = schema.elements[Int(id)]
    var element = Element(declaration.name.local, in: declaration.name.namespace)
    if declaration.isNillable && chance(30) {
      let xsi = "http://www.w3.org/2001/XMLSchema-instance"
      element.attributes = [.init(namespace: xsi, name: "nil", value: chance(50) ? "true" : "1")]
      return element
    }
    switch declaration.type {
    case .any: element.children = [foreign(depth: depth)]
    case .simple(let type): element.text = declaration.fixed ?? value(of: type)
    case .complex(let id):
      let type = schema.complexTypes[Int(id)]
      for use in type.attributes where !use.isProhibited && (use.isRequired || chance(60)) {
        element.attributes.append(
          .init(namespace: use.name.namespace, name: use.name.local, value: use.fixed ?? value(of: use.type)))
      }
      switch type.content {
      case .simple(let simple): element.text = declaration.fixed ?? value(of: simple)
      case .elements, .mixed:
        if let particle = type.particle { element.children = children(of: particle, depth: depth + 1) }
        if case .mixed = type.content, element.children.isEmpty { element.text = "mixed \"text\"" }
      case .empty: break
      }
    }
    return element
  }

  private mutating func children(of particle: Particle, depth: Int) -> [Element] {
    var result: [Element] = []
    switch particle {
    case .element(let id, let min, let max):
      for _ in 0..<count(min, max, depth: depth) { result.append(element(id, depth: depth)) }
    case .any(let wildcard, let min, let max):
      for _ in 0..<count(min, max, depth: depth) {
        let foreign = foreign(depth: depth)
        if wildcard.admits(foreign.namespace) { result.append(foreign) }
      }
    case .sequence(let parts, let min, let max):
      for _ in 0..<count(min, max, depth: depth) {
        for part in parts { result += children(of: part, depth: depth) }
      }
    case .choice(let parts, let min, let max):
      for _ in 0..<count(min, max, depth: depth) {
        if let part = parts.randomElement(using: &random) { result += children(of: part, depth: depth) }
      }
    case .all(let parts, let min):
      guard count(min, 1, depth: depth) > 0 else { return [] }
      for part in parts.shuffled(using: &random) { result += children(of: part, depth: depth) }
    }
    return result
  }

  /// A profile's payload, or an element that no schema knows.
  private mutating func foreign(depth: Int) -> Element {
    if let payload = payloads.randomElement(using: &random), chance(50) { return payload }
    var element = Element(chance(50) ? "Extension" : "\u{00C4}nderung", in: "urn:vendor:\(depth % 2)")
    if chance(50) { element.attributes.append(.init(name: "level", value: text())) }
    if chance(50) { element.attributes.append(.init(namespace: "urn:vendor:attributes", name: "a.b-c", value: text())) }
    if chance(40) && depth < 12 {
      for _ in 0..<Int.random(in: 1...3, using: &random) { element.children.append(foreign(depth: depth + 1)) }
      if chance(30) { element.children.append(Element("plain", in: "", text: text())) }
    } else {
      element.text = text()
    }
    return element
  }

  // MARK: Values

  private mutating func text() -> String {
    Self.texts.randomElement(using: &random) ?? ""
  }

  static let texts = [
    "", "a", "3.26.0.85", "true", "1", "null", "0042", "say \"no\" \\ / and 'yes'", "line\nbreak\tand tab", "<&>]]>",
    "Z\u{00FC}rich \u{20AC} \u{1F50C} \u{10FFFF}", "  blanks around  ", "\u{7F}\u{80}\u{2028}", "{\"json\": [1]}",
    "\u{FFFD}",
    "e\u{301}", "\r\n",
  ]

  mutating func value(of type: SimpleType) -> String {
    for facet in type.facets.reversed() {
      if case .enumeration(let texts) = facet, let text = texts.randomElement(using: &random) { return text }
    }
    for _ in 0..<20 {
      let text = candidate(for: type)
      if type.check(text, namespaces: NoNamespaces()) == nil { return text }
    }
    return Self.patterned.first { type.check($0, namespaces: NoNamespaces()) == nil }
      ?? "no value for \(type.name ?? "?")"
  }

  /// For the types that chance does not meet: an identifier.
  private static let patterned = ["7af904cd-c090-4d17-9A87-186b14b869e7"]

  private mutating func candidate(for type: SimpleType) -> String {
    switch type.variety {
    case .any: return text()
    case .list(let item): return value(of: item) + " " + value(of: item)
    case .union(let members): return members.randomElement(using: &random).map { value(of: $0) } ?? ""
    case .atomic(let primitive):
      let texts = Self.candidates[primitive] ?? Self.texts
      return texts.randomElement(using: &random) ?? ""
    }
  }

  /// Canonical and odd forms.
  static let candidates: [Primitive: [String]] = [
    .boolean: ["true", "false", "1", "0"],
    .decimal: [
      "0", "1", "-1", "42", "1200", "007", "+5", "-0", "12345678901234567890", "3.14", "1.50", ".5", "5.", "-0.001",
      "123456789012345.6", "0.1", "1000000000000.125",
    ],
    .float: ["0", "1.5", "-1.5E3", "1e-7", "INF", "-INF", "NaN", "12.0", "+1", "0.1", "03"],
    .double: ["0", "1.5", "-1.5E3", "1e-7", "INF", "-INF", "NaN", "12.0", "1.7976931348623157E308"],
    .duration: ["P1D", "PT15M", "-P1Y2M3DT4H5M6.7S"],
    .dateTime: ["2026-11-21T05:30:00Z", "2026-11-21T05:30:00.123+01:00", "2026-11-21T24:00:00"],
    .time: ["05:30:00", "05:30:00.5Z"], .date: ["2026-11-21", "2026-11-21+01:00"],
    .gYearMonth: ["2026-11"], .gYear: ["2026"], .gMonthDay: ["--11-21"], .gDay: ["---21"], .gMonth: ["--11"],
    .hexBinary: ["", "0aFF"], .base64Binary: ["", "QUJD"], .anyURI: ["urn:a:b", "http://x/y?z#1"],
    .QName: ["name"], .NOTATION: ["name"],
  ]
}
