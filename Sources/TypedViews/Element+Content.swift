// Elements as values without their names: what makes two views equal, and how a subtree moves to another place.
import CIMModel

extension Element {
  /// Whether attributes, text and children are the same. Own name and all namespaces do not count: a class that several
  /// profiles share has another namespace in each.
  func hasContent(of other: Element) -> Bool {
    text == other.text && children.count == other.children.count && attributes == other.attributes
      && zip(children, other.children).allSatisfy { $0.name == $1.name && $0.hasContent(of: $1) }
  }

  func hashContent(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(attributes)
    hasher.combine(children.count)
    for child in children {
      hasher.combine(child.name)
      child.hashContent(into: &hasher)
    }
  }

  /// This element as a child of that name in that namespace. Descendants of another namespace than its own keep theirs.
  func moved(to name: String, in namespace: String) -> Element {
    var moved = self
    moved.name = name
    if self.namespace != namespace { moved.rename(self.namespace, to: namespace) }
    return moved
  }

  private mutating func rename(_ old: String, to new: String) {
    guard namespace == old else { return }
    namespace = new
    for place in children.indices { children[place].rename(old, to: new) }
  }
}
