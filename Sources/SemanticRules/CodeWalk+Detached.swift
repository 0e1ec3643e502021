// Objects that are not in memory: their parts are judged as they are read.
import CIMCodes
import CIMModel
import IECMessage

extension CodeWalk {
  /// What the parts of an object need to know of their siblings, before they are judged.
  private struct Shared {
    /// The root with those of its children that `enter` asks for.
    var root: Element
    /// A root that names a code itself is judged whole: there is little in it.
    var isCode: Bool

    init(_ root: Element) {
      self.root = root
      isCode = CodeExplanation.Kind(element: root.name) != nil
    }

    mutating func note(_ part: Element) {
      switch part.name {
      case "ReadingType", "valuesInterval", "value", "timePeriod", "ReadingQualities": root.children.append(part)
      default: if isCode { root.children.append(part) }
      }
    }
  }

  /// Judges detached objects as `visit` does those in memory, in two readings.
  ///
  /// - Throws: why they cannot be read.
  mutating func visit(_ objects: DetachedObjects) throws {
    var shared: [Shared] = []
    try objects.forEachStep { step in
      switch step {
      case .begin(let root): shared.append(Shared(root))
      case .part(let part, _): if !shared.isEmpty { shared[shared.count - 1].note(part) }
      case .end: break
      }
    }
    var place = -1
    var counts: [String: Int] = [:]
    var surroundings = Surroundings()
    let outer = definitions
    try objects.forEachStep { step in
      switch step {
      case .begin(let root):
        place += 1
        counts[root.name, default: 0] += 1
        begin(root.name, counts[root.name] ?? 1)
        guard shared.indices.contains(place) else { return }
        if shared[place].isCode {
          visitCode(shared[place].root)
        } else {
          surroundings = enter(shared[place].root, Surroundings())
        }
      case .part(let part, let index):
        if shared.indices.contains(place), !shared[place].isCode { visit(part, index, surroundings) }
      case .end:
        end()
        definitions = outer
      }
    }
  }
}
