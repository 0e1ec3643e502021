// Walks the links of some objects in the order of their numbers, holding a bounded part of them.
import CIMModel

/// Links of any of some objects, each once, in the order of their numbers.
struct LinkWalk {
  /// What is read ahead of one object's links.
  private struct Ahead {
    let object: ObjectNumber
    /// Number of the last link read.
    var last: Int64
    var links: ArraySlice<Link> = []
    var isAtEnd = false
  }

  private var objects: [Ahead]
  private var last: Int64
  /// Links read of an object at once: few where there are many objects.
  private let size: Int

  init(_ objects: Set<ObjectNumber>, after: Int64) {
    self.objects = objects.sorted().map { Ahead(object: $0, last: after) }
    last = after
    size = max(32, 1_000 / max(objects.count, 1))
  }

  /// How much there is to walk, as far as is known before it begins: first of all, objects with more than a part.
  mutating func weight(in view: any MasterDataView) throws -> (open: Int, links: Int) {
    try readAhead(in: view)
    return (objects.count { !$0.isAtEnd }, objects.reduce(0) { $0 + $1.links.count })
  }

  /// - Returns: the next links; none at the end.
  mutating func next(in view: any MasterDataView) throws -> [Link] {
    try readAhead(in: view)
    // Beyond the last link read of an object, that object may have others in between.
    let horizon = objects.lazy.filter { !$0.isAtEnd }.map(\.last).min() ?? .max
    var part: [Link] = []
    for index in objects.indices {
      let links = objects[index].links
      let taken = links.prefix { $0.number <= horizon }
      part += taken
      objects[index].links = links.dropFirst(taken.count)
    }
    part.sort { $0.number < $1.number }
    // A link of two of the objects comes from both.
    var links: [Link] = []
    for link in part where link.number > last {
      links.append(link)
      last = link.number
    }
    return links
  }

  private mutating func readAhead(in view: any MasterDataView) throws {
    for index in objects.indices where objects[index].links.isEmpty && !objects[index].isAtEnd {
      let links = try view.links(of: objects[index].object, after: objects[index].last, limit: size)
      objects[index].isAtEnd = links.count < size
      objects[index].last = links.last?.number ?? objects[index].last
      objects[index].links = links[...]
    }
    objects.removeAll { $0.isAtEnd && $0.links.isEmpty }
  }
}
