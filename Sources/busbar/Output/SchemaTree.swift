// A profile drawn as a tree.
import CIMSchema
import TerminalDrawing

/// Lines of a tree, from the tables that validation uses.
struct SchemaTree {
  let schema: Schema
  let width: Int
  let depth: Int
  private var open: Set<Schema.ComplexTypeID> = []

  init(schema: Schema, width: Int, depth: Int) {
    self.schema = schema
    self.width = width
    self.depth = depth
  }

  mutating func lines(from root: Schema.ElementID) -> [String] {
    children(of: schema.elements[Int(root)].type, indent: "", level: 1)
  }

  private mutating func children(of type: TypeReference, indent: String, level: Int) -> [String] {
    guard case .complex(let id) = type, level <= depth, open.insert(id).inserted else { return [] }
    defer { open.remove(id) }
    let complex = schema.complexTypes[Int(id)]
    var entries: [(head: String, text: String, type: TypeReference?)] = complex.attributes.map {
      ("@\($0.name.local) [\($0.isRequired ? 1 : 0)..1] : \($0.type.name ?? "…")", $0.documentation, nil)
    }
    if let particle = complex.particle { collect(particle, mark: "", into: &entries) }
    var lines: [String] = []
    for (index, entry) in entries.enumerated() {
      let isLast = index == entries.count - 1
      let head = indent + (isLast ? "└─ " : "├─ ") + entry.head
      let room = width - head.displayWidth - 2
      let meaning = entry.text.split(separator: "\n").first.map(String.init) ?? ""
      lines.append(room > 20 && !meaning.isEmpty ? head + "  " + meaning.elided(to: room) : head)
      if let type = entry.type {
        lines += children(of: type, indent: indent + (isLast ? "   " : "│  "), level: level + 1)
      }
    }
    return lines
  }

  private func collect(
    _ particle: Particle, mark: String, into entries: inout [(head: String, text: String, type: TypeReference?)]
  ) {
    switch particle {
    case .element(let id, let min, let max):
      let element = schema.elements[Int(id)]
      let many = max.map(String.init) ?? "*"
      entries.append(
        (mark + "\(element.name.local) [\(min)..\(many)]" + typeName(element.type), text(element), element.type))
    case .any(_, let min, let max):
      entries.append((mark + "any other element [\(min)..\(max.map(String.init) ?? "*")]", "", nil))
    case .sequence(let parts, _, _), .all(let parts, _):
      for part in parts { collect(part, mark: mark, into: &entries) }
    case .choice(let parts, let min, let max):
      for part in parts { collect(part, mark: "one of [\(min)..\(max.map(String.init) ?? "*")]: ", into: &entries) }
    }
  }

  private func text(_ element: ElementDeclaration) -> String {
    element.status.map { "(\($0)) " + element.documentation } ?? element.documentation
  }

  private func typeName(_ type: TypeReference) -> String {
    switch type {
    case .simple(let simple): return " : \(simple.name ?? "…")"
    case .complex(let id):
      let complex = schema.complexTypes[Int(id)]
      let isReference =
        complex.name == nil && complex.particle == nil && complex.attributes.map(\.name.local) == ["ref"]
      return isReference ? " : @ref" : complex.name.map { " : \($0.local)" } ?? ""
    case .any: return ""
    }
  }
}
