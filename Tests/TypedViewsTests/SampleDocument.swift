// Documents made up from a schema: everything that a profile allows.
import CIMModel
import CIMSchema

/// Builds valid documents with every element of a profile in them; of a choice, the member with this number.
struct SampleDocument {
  let schema: Schema
  var choice = 0

  struct Unknown: Error { var what: String }

  func root(_ name: SchemaName) throws -> Element {
    guard let element = schema.element(name) else { throw Unknown(what: "\(name)") }
    return try self.element(element, depth: 0)
  }

  private func element(_ declaration: ElementDeclaration, depth: Int) throws -> Element {
    var made = Element(declaration.name.local, in: declaration.name.namespace)
    switch declaration.type {
    case .simple(let type): made.text = try text(of: type)
    case .complex(let id):
      let type = schema.complexTypes[Int(id)]
      for attribute in type.attributes {
        made.attributes.append(Element.Attribute(name: attribute.name.local, value: try text(of: attribute.type)))
      }
      if let particle = type.particle, depth < 20 { try add(particle, to: &made, depth: depth + 1) }
    case .any: throw Unknown(what: "anyType")
    }
    return made
  }

  private func add(_ particle: Particle, to made: inout Element, depth: Int) throws {
    switch particle {
    case .element(let id, _, let max):
      let declaration = schema.elements[Int(id)]
      for _ in 0..<min(2, max ?? 2) { made.children.append(try element(declaration, depth: depth)) }
    case .sequence(let members, _, _), .all(let members, _):
      for member in members { try add(member, to: &made, depth: depth) }
    case .choice(let members, _, let max):
      // A choice that repeats takes its members in turn, backwards, so that they are not in the order they are written.
      let taken = max == 1 ? [members[choice % members.count]] : members.reversed()
      for member in taken { try add(member, to: &made, depth: depth) }
    case .any: throw Unknown(what: "wildcard")
    }
  }

  /// As our own writer spells values, so that a copy is the same to the letter.
  private func text(of type: SimpleType) throws -> String {
    for case .enumeration(let values) in type.facets { return values[choice % values.count] }
    guard case .atomic(let primitive) = type.variety else { throw Unknown(what: type.name ?? "list or union") }
    switch primitive {
    case .string where type.check("a", namespaces: NoNamespaces()) != nil: return "7af904cd-c090-4d17-9A87-186b14b869e7"
    case .string: return "a & b <\(type.name ?? "")>"
    case .boolean: return choice == 1 ? "false" : "true"
    case .decimal:
      let isInteger = SimpleType.builtin("integer").map { type.isDerived(from: $0) } ?? false
      return isInteger ? "-42" : "12.50"
    case .float, .double: return "-0.050"
    case .dateTime: return "2026-03-29T01:15:00.25Z"
    case .date: return "2026-03-29"
    case .time: return "01:15:00"
    case .duration: return "P30DT12H"
    default: throw Unknown(what: primitive.rawValue)
    }
  }
}
