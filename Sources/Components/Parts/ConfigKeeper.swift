// A system's own copy of master data, as events have told it.
import CIMModel
public import IECMessage
import MasterData
public import MessageBus

/// Subscribes to the events of every Config noun, of links and of OperationSets, and keeps what they say: up to 100,000
/// objects by kind and mRID.
///
/// - SeeAlso: IEC 61968-9, 5.10 and Annex K
public actor ConfigKeeper: SystemPart {
  /// An object as it was told of last.
  private struct Kept {
    /// created, changed, closed, canceled or deleted.
    var state: Verb
    var content: Element
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private var objects: [String: Kept] = [:]
  private var links: Set<String> = []
  private var sets = 0
  private static let limit = 100_000

  public init(id: ParticipantID) {
    self.id = id
    let nouns = Set(ObjectKind.all.map(\.noun) + ["MasterDataLinkageConfig"])
    interests = [
      .subscribes([.created, .changed, .closed, .canceled, .deleted], nouns),
      .subscribes([.executed], ["OperationSet"]),
    ]
  }

  public static let facts: [FactDescription] = [
    .init("config/*/*/state", "created, changed, closed, canceled or deleted: an object by kind and mRID"),
    .init("config/*/*/*", "text of a child of the object, e.g. config/Customer/ID/kind"),
    .init("config/*/*/*/*", "text of a child's child, e.g. config/UsagePoint/ID/Names/name"),
    .init("links/*/*", "linked where two objects are linked, by mRID"),
    .init("sets/count", "OperationSets it was told of"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    guard let verb = event.verb else { return }
    if case .operationSet(let set) = event.payload?.content {
      sets += 1
      for operation in set.operations {
        guard let object = operation.object, let verb = operation.verb.flatMap(Verb.init(rawValue:)) else { continue }
        take(object, verb.pastTense ?? verb)
      }
      return
    }
    for object in event.payload?.objects ?? [] { take(object, verb) }
  }

  private func take(_ root: Element, _ verb: Verb) {
    if root.name == "MasterDataLinkageConfig" {
      let ends = root.children.compactMap { $0.text("mRID") }.sorted()
      guard ends.count == 2, links.count < Self.limit else { return }
      let key = ends.joined(separator: " ")
      if verb == .created || verb == .changed { links.insert(key) } else { links.remove(key) }
      return
    }
    guard root.name.hasSuffix("Config") else { return }
    let kind = String(root.name.dropLast(6))
    for object in root.all(kind) {
      guard let mRID = object.text("mRID") else { continue }
      let key = "\(kind)/\(mRID)"
      guard objects[key] != nil || objects.count < Self.limit else { continue }
      let isWhole = verb == .created || verb == .changed
      objects[key] = Kept(state: verb, content: isWhole ? object : objects[key]?.content ?? object)
    }
  }

  /// The objects of these mRIDs and all they are linked with, directly or through others.
  func neighbourhood(of mRIDs: [String], limit: Int) -> [Element] {
    var neighbours: [String: [String]] = [:]
    for link in links {
      let ends = link.split(separator: " ").map(String.init)
      guard ends.count == 2 else { continue }
      neighbours[ends[0], default: []].append(ends[1])
      neighbours[ends[1], default: []].append(ends[0])
    }
    var seen: Set<String> = []
    var next = mRIDs
    while let mRID = next.popLast() {
      guard seen.count < limit, seen.insert(mRID).inserted else { continue }
      next += neighbours[mRID] ?? []
    }
    return objects.values.filter { kept in
      kept.state != .deleted && kept.content.text("mRID").map(seen.contains) ?? false
    }.map(\.content).sorted { ($0.name, $0.text("mRID") ?? "") < ($1.name, $1.text("mRID") ?? "") }
  }

  public func fact(_ path: FactPath) async -> String? {
    switch path[0] {
    case "sets": return String(sets)
    case "links": return links.contains([path[1], path[2]].sorted().joined(separator: " ")) ? "linked" : nil
    default:
      guard let kept = objects["\(path[1])/\(path[2])"] else { return nil }
      if path.steps.count == 4, path[3] == "state" { return kept.state.rawValue }
      let child = kept.content[path[3]]
      return path.steps.count == 4 ? child?.text : child?.text(path[4])
    }
  }
}
