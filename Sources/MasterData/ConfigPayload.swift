// The payload of a Config noun: its objects, and what stands beside them.
public import CIMModel

/// Objects of one kind as a Config message carries them.
public struct ConfigPayload {
  public let kind: ObjectKind
  public var objects: [(content: Element, parts: [Element])]

  /// Takes a payload apart. Each object gets the parts that it refers to by `ref`, and those that they refer to.
  ///
  /// - Parameter root: e.g. MeterConfig.
  /// - Throws: `MasterDataError` with reply code 2.5 for an element of another noun, 1.7 where there is no object in it.
  public init(_ root: Element, kind: ObjectKind) throws(MasterDataError) {
    guard root.name == kind.noun else {
      throw .refused("2.5", "the payload is \(root.name), and the noun \(kind.noun): they must be the same")
    }
    self.kind = kind
    let found = root.all(kind.element)
    guard !found.isEmpty else {
      throw .refused("1.7", "the \(kind.noun) holds no \(kind): name the object")
    }
    let parts = root.children.filter { $0.name != kind.element }
    objects = found.map { ($0, parts.isEmpty ? [] : Self.parts(of: $0, among: parts)) }
  }

  private static func parts(of object: Element, among parts: [Element]) -> [Element] {
    var wanted: Set<String> = []
    collectReferences(object, into: &wanted)
    var taken: Set<Int> = []
    var grows = true
    while grows {
      grows = false
      for (index, part) in parts.enumerated() where !taken.contains(index) && isNamed(part, by: wanted) {
        taken.insert(index)
        collectReferences(part, into: &wanted)
        grows = true
      }
    }
    return taken.sorted().map { parts[$0] }
  }

  private static func collectReferences(_ element: Element, into wanted: inout Set<String>) {
    if let ref = element.attribute("ref") { wanted.insert(ref) }
    for child in element.children { collectReferences(child, into: &wanted) }
  }

  private static func isNamed(_ part: Element, by wanted: Set<String>) -> Bool {
    if let mRID = part.text("mRID"), wanted.contains(mRID) { return true }
    return part.children.contains { $0.name == "Names" && wanted.contains($0.text("name") ?? "") }
  }

  /// The objects of one kind as a payload; parts that several have in common come once.
  public static func element(
    _ kind: ObjectKind, in namespace: String, _ objects: [(content: Element, parts: [Element])]
  ) -> Element {
    var seen: Set<Element> = []
    var children: [Element] = []
    for object in objects {
      children.append(object.content)
      for part in object.parts where seen.insert(part).inserted { children.append(part) }
    }
    // The children of every profile's root stand in the order of the alphabet.
    let sorted = children.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
    return Element(kind.noun, in: namespace, children: sorted.map(\.element))
  }
}

extension Element {
  /// When a change takes effect: the effectiveDateTime of the event in this child, else its createdDateTime.
  ///
  /// Both are in use: of links one vendor sends the former, another the latter.
  /// - Throws: `MasterDataError` with reply code 1.8 for a text that is no instant.
  func effectiveTime(_ event: String) throws(MasterDataError) -> Timestamp? {
    guard let event = self[event] else { return nil }
    guard let text = event.text("effectiveDateTime") ?? event.text("createdDateTime") else { return nil }
    guard let time = Timestamp(xmlText: text) else {
      throw .refused("1.8", "'\(text)' is no instant: write it as 2026-11-21T00:00:00Z")
    }
    return time
  }
}
