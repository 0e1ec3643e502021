// get of MasterDataLinkageConfig: links of objects, page by page, as of any day and any state of knowledge.
import CIMModel
import IECMessage

/// Which links are wanted.
struct LinkQuery {
  /// Kinds narrow the selection, objects of one kind are alternatives; none: all links.
  private var ends: [ObjectKind: [ObjectKey]] = [:]
  /// What is said of time and pages is said as of objects.
  private let page: MasterDataQuery

  /// - Throws: `MasterDataError` with reply code 1.7, 1.8, or 2.29 for kinds that are not kept.
  init(_ request: Request?, now: Timestamp) throws {
    var bare = request
    bare?.objects = []
    bare?.ids = []
    page = try MasterDataQuery(bare, kind: .meter, now: now, namespace: "")
    for child in (request?.objects ?? []).flatMap(\.children) where child.name != "ConfigurationEvent" {
      guard let kind = ObjectKind(element: child.name) else {
        throw MasterDataError.refused(LinkRule.otherCode, "links of a \(child.name) are not kept here")
      }
      let key = try ObjectKey(kind, child)
      guard !key.isEmpty else {
        throw MasterDataError.refused(
          "1.7", "a \(kind) has neither mRID nor Names: it is not known whose links are meant")
      }
      ends[kind, default: []].append(key)
    }
  }

  /// The links of a page, and where the next one begins.
  struct Answer: Sendable {
    var payloads: [Element] = []
    var next: Int64?
  }

  /// - Throws: `MasterDataError` with reply code 3.1 where it would be too much, or a kind's for an object unknown.
  func run(in view: any MasterDataView, rules: MasterDataRules, namespace: String) throws -> Answer {
    var wanted: [Set<ObjectNumber>] = []
    for (_, keys) in ends.sorted(by: { $0.key < $1.key }) {
      wanted.append(Set(try keys.map { try view.existing($0, at: page.time, known: page.known) }))
    }
    var answer = Answer()
    var last: Link?
    let size = min(page.limit ?? rules.replyLimit, rules.replyLimit)
    let after = page.after?.value ?? 0
    try candidates(wanted, in: view, after: after, rules) { link in
      let isKnown = page.known.map(link.known.contains) ?? link.known.isOpen
      guard isKnown, link.valid.contains(page.time),
        wanted.allSatisfy({ $0.contains(link.first) || $0.contains(link.second) })
      else { return true }
      guard answer.payloads.count < size else {
        guard page.limit != nil else {
          throw MasterDataError.refused(
            "3.1", "more than \(size) links: ask for pages by the option \(MasterDataQuery.OptionName.limit)")
        }
        answer.next = last?.number
        return false
      }
      let keys = try [link.first, link.second].map { try view.key(of: $0, at: page.time, known: page.known) }
      answer.payloads.append(ChangeEvents.linkage(keys, at: link.valid.from, in: namespace))
      last = link
      return true
    }
    return answer
  }

  /// Links that may be meant, in the order of their numbers, until `take` has enough.
  private func candidates(
    _ wanted: [Set<ObjectNumber>], in view: any MasterDataView, after: Int64, _ rules: MasterDataRules,
    _ take: (Link) throws -> Bool
  ) throws {
    var walk = try lightest(wanted, in: view, after: after)
    var last = after
    var seen = 0
    while true {
      let part = try walk?.next(in: view) ?? view.links(after: last, limit: 1_000)
      guard let end = part.last else { return }
      for link in part where try !take(link) { return }
      last = end.number
      seen += part.count
      guard seen < rules.scanLimit else {
        throw MasterDataError.refused("3.1", "\(seen) links were looked at: ask for pages, or name the other end, too")
      }
    }
  }

  /// The walk over the links of one kind of ends that has least to look at; nil where no ends are named.
  private func lightest(
    _ wanted: [Set<ObjectNumber>], in view: any MasterDataView, after: Int64
  ) throws -> LinkWalk? {
    var best: (walk: LinkWalk, weight: (open: Int, links: Int))?
    for objects in wanted {
      var walk = LinkWalk(objects, after: after)
      let weight = try walk.weight(in: view)
      if best.map({ weight < $0.weight }) ?? true { best = (walk, weight) }
    }
    return best?.walk
  }
}

extension MasterDataService {
  /// The links that a request names by their ends, one payload each; all of them where it names none.
  func links(_ request: Message) async throws -> Message {
    let query = try LinkQuery(request.request, now: time)
    let answer = try await store.read { [rules = engine.rules, namespace = engine.shapes.linkNamespace] view in
      try query.run(in: view, rules: rules, namespace: namespace)
    }
    guard !answer.payloads.isEmpty else { throw MasterDataError.refused("5.7", "there is no such link then") }
    return page(of: request, next: answer.next, objects: answer.payloads)
  }

  /// A reply that says, by its ID, where the next page begins.
  func page(of request: Message, next: Int64?, objects: [Element]) -> Message {
    guard let next else {
      return request.reply(.ok, errors: [ReplyError(code: "0.0", level: .inform)], objects: objects, source: source)
    }
    return request.reply(
      .partial, errors: [ReplyError(code: "0.1", level: .inform, reason: "more follows after the marker")],
      ids: [Self.marker(next)], objects: objects, source: source)
  }

  /// Where the next page begins.
  static func marker(_ number: Int64) -> ObjectID {
    ObjectID("\(number)", kind: .other, idType: MasterDataQuery.OptionName.marker)
  }
}
