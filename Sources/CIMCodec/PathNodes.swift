// Places in documents: which element stands in which, and how many of a kind a parent has had so far. Violations are
// told by such paths, and columns are bound to them.

/// A tree of the element paths that occurred, with a counter for each.
final class PathNodes {
  typealias ID = Int32

  /// Where a path would lead that is not kept any more: its elements are not counted.
  static var overflow: ID { -1 }

  private struct Node {
    var parent: ID
    var name: String
    var namespace: Int32
    /// The type that holds the element: its content model decides on `isRepeated`.
    var owner: Int64
    /// Whether a parent may have more than one: others have no index in paths.
    var isRepeated: Bool
  }

  /// What changes while a document passes, in memory of its own.
  struct Link {
    /// Number of the element among its like-named siblings, from 1.
    var count: Int32 = 0
    var firstChild: ID = -1
    var nextSibling: ID = -1
    // Those among them that are counted.
    var firstRepeated: ID = -1
    var nextRepeated: ID = -1
  }

  private var nodes: [Node] = []
  private var firstRoot: ID = -1
  /// Beyond this many a hostile document makes no more.
  private static var capacity: Int { 8192 }
  let links = UnsafeMutablePointer<Link>.allocate(capacity: PathNodes.capacity)

  init() {}

  /// The same paths under the same numbers, counted apart from now on.
  init(copying other: PathNodes) {
    nodes = other.nodes
    firstRoot = other.firstRoot
    links.update(from: other.links, count: nodes.count)
  }

  deinit { links.deallocate() }

  /// The place of an element under its parent's.
  func child(
    of parent: ID, name: String, namespace: Int32, owner: Int64, isRoot: Bool, isRepeated: () -> Bool
  ) -> ID {
    if !isRoot && parent < 0 { return Self.overflow }
    var here = isRoot ? firstRoot : links[Int(parent)].firstChild
    var steps = 0
    while here >= 0 {
      let node = nodes[Int(here)]
      if node.namespace == namespace && node.owner == owner && node.name == name { return here }
      here = links[Int(here)].nextSibling
      steps += 1
      // So many names under one parent: an index says nothing to anybody, and searching would cost.
      if steps > 256 { return Self.overflow }
    }
    guard nodes.count < Self.capacity else { return Self.overflow }
    let id = ID(nodes.count)
    nodes.append(
      Node(parent: isRoot ? -1 : parent, name: name, namespace: namespace, owner: owner, isRepeated: isRepeated()))
    var link = Link()
    if !isRoot && nodes[Int(id)].isRepeated {
      link.nextRepeated = links[Int(parent)].firstRepeated
      links[Int(parent)].firstRepeated = id
    }
    if isRoot {
      link.nextSibling = firstRoot
      firstRoot = id
    } else {
      link.nextSibling = links[Int(parent)].firstChild
      links[Int(parent)].firstChild = id
    }
    (links + Int(id)).initialize(to: link)
    return id
  }

  /// An element begins: counts it, and its children anew.
  func begin(_ id: ID) {
    if id >= 0 { Self.begin(UInt32(id), links) }
  }

  @inline(__always)
  static func begin(_ id: UInt32, _ links: UnsafeMutablePointer<Link>) {
    links[Int(id)].count &+= 1
    var child = links[Int(id)].firstRepeated
    while child >= 0 {
      links[Int(child)].count = 0
      child = links[Int(child)].nextRepeated
    }
  }

  func isRepeated(_ id: ID) -> Bool { id >= 0 && nodes[Int(id)].isRepeated }

  func parent(_ id: ID) -> ID { id >= 0 ? nodes[Int(id)].parent : Self.overflow }

  func name(_ id: ID) -> String { id >= 0 ? nodes[Int(id)].name : "" }

  /// The paths one step below another that have occurred.
  func children(of parent: ID) -> [ID] {
    var all: [ID] = []
    var here = parent >= 0 ? links[Int(parent)].firstChild : firstRoot
    while here >= 0 {
      all.append(here)
      here = links[Int(here)].nextSibling
    }
    return all
  }

  /// What stands behind the name in a path: "[3]", or nothing.
  func suffix(_ id: ID) -> String {
    guard isRepeated(id), links[Int(id)].count > 1 else { return "" }
    return "[\(links[Int(id)].count)]"
  }

  func restart() {
    for i in nodes.indices { links[i].count = 0 }
  }
}
