// Where a new child belongs among those that are there.
import CIMModel

/// Names of child elements in the order of a content model.
public struct ChildOrder: Sendable, Hashable {
  /// As the profile spells them.
  public let names: [String]
  private let ranks: [String: Int]

  /// - Parameter names: separated by blanks; of a name that comes twice the first place counts.
  public init(_ names: String) {
    self.names = names.split(separator: " ").map(String.init)
    ranks = Dictionary(zip(self.names, 0...), uniquingKeysWith: { first, _ in first })
  }

  /// Place of a name, counted from 0; nil for a name that the content model does not have.
  public func rank(of name: String) -> Int? { ranks[name] }
}

extension Element {
  /// Replaces all children of a name. Where there are as many as before each takes the place of one, so that children of
  /// a repeated choice stay mixed as they were.
  mutating func replace(_ name: String, by new: [Element], order: ChildOrder) {
    let old = children.indices.filter { children[$0].name == name }
    if old.count == new.count {
      for (place, child) in zip(old, new) { children[place] = child }
    } else if let first = old.first {
      children.removeAll { $0.name == name }
      children.insert(contentsOf: new, at: first)
    } else {
      children.insert(contentsOf: new, at: place(for: name, order: order))
    }
  }

  /// Behind the last child that comes before, else in front of the first one that comes after. Children unknown to the
  /// profile stay with those in front of them.
  private func place(for name: String, order: ChildOrder) -> Int {
    guard let rank = order.rank(of: name) else { return children.count }
    func isAfter(_ child: Element) -> Bool { order.rank(of: child.name).map { $0 > rank } ?? false }
    func isBefore(_ child: Element) -> Bool { order.rank(of: child.name).map { $0 < rank } ?? false }
    let after = children.firstIndex(where: isAfter) ?? children.count
    return children[..<after].lastIndex(where: isBefore).map { $0 + 1 } ?? after
  }
}
