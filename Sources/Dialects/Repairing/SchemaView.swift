// A schema's tables as repairs need them: which child may stand where, found by its name in any letter case.
import CIMSchema

/// Children of complex types by name; made when first asked for. Belongs to one run, hence no locks.
final class SchemaView {
  let schema: Schema
  private var tables: [Schema.ComplexTypeID: ContentTable] = [:]

  init(_ schema: Schema) { self.schema = schema }

  func table(of type: Schema.ComplexTypeID) -> ContentTable {
    if let known = tables[type] { return known }
    let table = ContentTable(schema.complexTypes[Int(type)], in: schema)
    tables[type] = table
    return table
  }

  func declaration(_ id: Schema.ElementID) -> ElementDeclaration { schema.elements[Int(id)] }
}

/// What may stand in elements of one type.
struct ContentTable {
  private var exact: [String: Schema.ElementID] = [:]
  /// By name in small letters; nil where two names differ by letter case only.
  private var folded: [String: Schema.ElementID?] = [:]
  /// Place of each child in the sequence, wildcards' under "*"; nil where the order is not plain.
  private(set) var places: [String: Int]?
  let hasWildcard: Bool

  init(_ type: ComplexType, in schema: Schema) {
    let model = type.model
    hasWildcard = !model.wildcards.isEmpty
    let ids = model.transitions.map(\.element) + (model.all ?? []).map(\.element)
    for id in ids {
      let name = schema.elements[Int(id)].name.local
      if exact.updateValue(id, forKey: name) != nil { continue }
      let key = name.lowercased()
      folded[key] = .some(folded[key] == nil ? id : nil)
    }
    var order = PlainOrder(schema: schema)
    if let particle = type.particle, order.add(particle) { places = order.places }
  }

  /// The declaration a child of this name is held against.
  func element(_ name: String) -> Schema.ElementID? { exact[name] ?? folded[name.lowercased()] ?? nil }
}

/// The order of a content model that is a sequence and nothing more surprising.
private struct PlainOrder {
  let schema: Schema
  var places: [String: Int] = [:]
  private var next = 0

  init(schema: Schema) { self.schema = schema }

  /// - Returns: false where a group repeats or a name stands twice: sorting would then mix what belongs together.
  mutating func add(_ particle: Particle) -> Bool {
    switch particle {
    case .element(let id, _, _):
      next += 1
      return places.updateValue(next, forKey: schema.elements[Int(id)].name.local) == nil
    case .any:
      next += 1
      return places.updateValue(next, forKey: "*") == nil
    case .sequence(let parts, _, let max):
      guard max == 1 else { return false }
      return parts.allSatisfy { add($0) }
    case .choice(let parts, _, _):
      // Whatever is chosen stands in this one place; inside it nothing is sorted.
      next += 1
      let place = next
      for part in parts {
        guard add(part) else { return false }
      }
      for (name, value) in places where value > place { places[name] = place }
      next = place
      return true
    case .all: return false
    }
  }
}
