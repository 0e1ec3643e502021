// Example payloads: a walk over the particles of a profile.
import CIMModel
import CIMProfiles
import CIMSchema

/// Makes the objects of sample messages.
struct SampleObject {
  let schemas: SchemaLibrary
  var random: SampleRandom

  /// - Throws: `CatalogueError` with code `.unknownNoun` or `.noSample`.
  mutating func root(_ noun: String) throws(CatalogueError) -> Element {
    guard let profile = schemas.profile(noun) else {
      throw CatalogueError(.unknownNoun, "no profile is named '\(noun)'")
    }
    let found: Schema?
    do {
      found = try schemas.schema(forNamespace: profile.namespace)
    } catch {
      throw CatalogueError(.noSample, "the schema of \(noun) cannot be used: \(error)")
    }
    guard let schema = found, let id = schema.globalElements[SchemaName(profile.namespace, noun)] else {
      throw CatalogueError(.unknownNoun, "\(profile.path) does not declare the element \(noun)")
    }
    var walk = SampleWalk(schema, root: id, noun, random)
    defer { random = walk.random }
    return try walk.element(id)
  }
}

/// The way through one profile.
private struct SampleWalk {
  let schema: Schema
  var random: SampleRandom
  /// Names of the open elements, the root first.
  private var path: [String] = []
  /// Children of the root that are what the profile is about.
  private let main: Set<String>
  private var count = 0

  /// Elements one inside the other before a schema is taken to need itself without end.
  private static let deepest = 32
  /// Optional elements are left out below this depth.
  private static let optionalDepth = 6
  /// Elements of one object: no profile comes near.
  private static let most = 2_000

  /// Optional elements that are in common use.
  private static let common: Set<String> = [
    "EndDeviceControlType", "EndDeviceEventType", "EndDevices", "Meter", "Names", "Readings", "ReadingQualities",
    "ReadingType", "UsagePoint", "createdDateTime", "end", "issuerID", "mRID", "name", "reason", "ref", "start",
    "timePeriod", "timeStamp", "value",
  ]

  /// What is asked for most, and what is linked most by profiles that are named after no class of theirs.
  private static let queried = ["EndDevice", "Meter", "ReadingType", "UsagePoint", "TimeSchedule", "Customer"]
  private static let linked = ["Meter", "UsagePoint", "EndDevice", "Customer"]

  init(_ schema: Schema, root: Schema.ElementID, _ noun: String, _ random: SampleRandom) {
    self.schema = schema
    self.random = random
    main = Self.main(of: root, in: schema, noun)
  }

  /// The children that the noun is named after (Meter of MeterConfig), else those that are subjects of most messages,
  /// else the first.
  private static func main(of root: Schema.ElementID, in schema: Schema, _ noun: String) -> Set<String> {
    guard case .complex(let type) = schema.elements[Int(root)].type else { return [] }
    let names = children(of: schema.complexTypes[Int(type)].particle, in: schema)
    let stems = [String(noun.dropLast("Config".count)), String(noun.dropLast()), noun]
    let isQuery = noun.hasPrefix("Get") || noun.hasSuffix("Queries")
    if !isQuery, let named = names.first(where: { stems.contains($0) }) { return [named] }
    let subjects = (isQuery ? queried : linked).filter(names.contains)
    return Set(subjects.isEmpty ? Array(names.prefix(1)) : Array(subjects.prefix(2)))
  }

  /// Names of the elements of a content model, without those inside them.
  private static func children(of particle: Particle?, in schema: Schema) -> [String] {
    switch particle {
    case .element(let id, _, _)?: [schema.elements[Int(id)].name.local]
    case .sequence(let parts, _, _)?, .choice(let parts, _, _)?, .all(let parts, _)?:
      parts.flatMap { children(of: $0, in: schema) }
    case .any?, nil: []
    }
  }

  private func refuse(_ why: String) -> CatalogueError {
    CatalogueError(.noSample, "/" + path.joined(separator: "/") + " " + why)
  }

  mutating func element(_ id: Schema.ElementID) throws(CatalogueError) -> Element {
    let declaration = schema.elements[Int(id)]
    path.append(declaration.name.local)
    defer { path.removeLast() }
    count += 1
    if path.count > Self.deepest || count > Self.most { throw refuse("needs more elements than a sample may have") }
    if declaration.isAbstract { throw refuse("is abstract, and no member of its group was chosen") }
    var made = Element(declaration.name.local, in: declaration.name.namespace)
    switch declaration.type {
    case .any: break
    case .simple(let type): made.text = try text(of: type, fixed: declaration.fixed)
    case .complex(let id):
      let type = schema.complexTypes[Int(id)]
      if type.isAbstract { throw refuse("has an abstract type") }
      made.attributes = try attributes(of: type)
      switch type.content {
      case .empty: break
      case .simple(let simple): made.text = try text(of: simple, fixed: declaration.fixed)
      case .elements, .mixed:
        if let particle = type.particle { try add(particle, to: &made) }
        if case .mixed = type.content, made.children.isEmpty { made.text = declaration.fixed ?? "" }
      }
    }
    return made
  }

  private mutating func attributes(of type: ComplexType) throws(CatalogueError) -> [Element.Attribute] {
    var made: [Element.Attribute] = []
    for use in type.attributes where !use.isProhibited && (use.isRequired || use.name.local == "ref") {
      path.append("@" + use.name.local)
      defer { path.removeLast() }
      made.append(
        Element.Attribute(
          namespace: use.name.namespace, name: use.name.local, value: try text(of: use.type, fixed: use.fixed)))
    }
    return made
  }

  private mutating func add(_ particle: Particle, to made: inout Element) throws(CatalogueError) {
    switch particle {
    case .element(let id, let min, let max):
      let wanted = max == 0 ? 0 : Swift.max(min, isWanted(schema.elements[Int(id)].name.local) ? 1 : 0)
      for _ in 0..<wanted { made.children.append(try element(id)) }
    case .sequence(let parts, let min, let max):
      for _ in 0..<repeats(parts, min, max) {
        for part in parts { try add(part, to: &made) }
      }
    case .all(let parts, let min):
      guard repeats(parts, min, 1) > 0 else { return }
      for part in parts { try add(part, to: &made) }
    case .choice(let parts, let min, let max):
      for _ in 0..<repeats(parts, min, max) {
        // The member in common use, else the first.
        let names = parts.map { Self.children(of: $0, in: schema) }
        let chosen = names.firstIndex { $0.contains(where: isWanted) } ?? 0
        if chosen < parts.count { try add(Self.required(parts[chosen]), to: &made) }
      }
    case .any(let wildcard, let min, _):
      guard min > 0 else { return }
      let namespace = "urn:example:extension"
      guard wildcard.process != .strict, wildcard.admits(namespace) else {
        throw refuse("needs an element of a namespace that no example is known of")
      }
      for _ in 0..<min { made.children.append(Element("Extension", in: namespace, text: "example")) }
    }
  }

  /// A member that was chosen stands at least once.
  private static func required(_ particle: Particle) -> Particle {
    switch particle {
    case .element(let id, let min, let max): .element(id, min: max == 0 ? 0 : Swift.max(min, 1), max: max)
    default: particle
    }
  }

  /// How often a group stands: as often as it must, once where it holds something in common use.
  private func repeats(_ parts: [Particle], _ min: Int, _ max: Int?) -> Int {
    if min > 0 || max == 0 { return min }
    return parts.contains { Self.children(of: $0, in: schema).contains(where: isWanted) } ? 1 : 0
  }

  private func isWanted(_ name: String) -> Bool {
    if path.count == 1 { return main.contains(name) }
    return path.count < Self.optionalDepth && Self.common.contains(name)
  }

  private mutating func text(of type: SimpleType, fixed: String?) throws(CatalogueError) -> String {
    if let fixed { return fixed }
    guard let text = SampleValues.text(of: type, at: path, &random) else {
      throw refuse("has the type \(type.name ?? "without a name"), of which no example value is known")
    }
    return text
  }
}
