// Queries by example: what objects of a kind are wanted, and as of when.
public import CIMModel
public import IECMessage

/// A `get` of a Config noun.
///
/// Objects of one kind are alternatives, different kinds narrow the selection; an object is identified by mRID, else by
/// names, else by its other elements, which have to be equal.
///
/// - SeeAlso: IEC 61968-9, Annex J
public struct MasterDataQuery: Sendable {
  public var kind: ObjectKind
  /// The valid time that is asked for.
  public var time: Timestamp
  /// Whose knowledge is asked for; nil: of now.
  public var known: Timestamp?
  /// Examples of the kind wanted; empty: all of them.
  var examples: [Element] = []
  /// Objects that those wanted belong to.
  var owners: [ObjectKind: [ObjectKey]] = [:]
  /// Objects in the answer; nil: all, or a refusal where there are too many.
  public var limit: Int?
  /// The number of the object after which the page begins.
  public var after: ObjectNumber?

  public init(_ kind: ObjectKind, time: Timestamp, known: Timestamp? = nil, examples: [Element] = []) {
    self.kind = kind
    self.time = time
    self.known = known
    self.examples = examples
  }

  /// Names of the options that are understood.
  public enum OptionName {
    /// Objects in the answer.
    public static let limit = "limit"
    /// Where the page begins: the marker of the reply before.
    public static let marker = "$page.marker"
    /// The valid time, where Request.StartTime is not used for it.
    public static let asOf = "asOf"
    /// Whose knowledge is asked for.
    public static let knownAt = "knownAt"
  }

  /// Reads a request.
  ///
  /// The examples stand in a Get profile, or in the Config noun itself; `Request.ID` does for them. `Request.StartTime`,
  /// or the option `asOf`, is the valid time.
  /// - Throws: `MasterDataError` with reply code 1.7 or 1.8.
  public init(_ request: Request?, kind: ObjectKind, now: Timestamp, namespace: String) throws(MasterDataError) {
    self.kind = kind
    time = request?.startTime ?? now
    for option in request?.options ?? [] {
      switch option.name {
      case OptionName.limit:
        guard let value = option.value.flatMap({ Int($0) }), value > 0 else {
          throw .refused("1.8", "the option limit is no number of objects: '\(option.value ?? "")'")
        }
        limit = value
      case OptionName.marker:
        guard let value = option.value.flatMap({ Int64($0) }), value >= 0 else {
          throw .refused("1.8", "the option \(option.name) is no marker that a reply gave: '\(option.value ?? "")'")
        }
        after = ObjectNumber(value)
      case OptionName.asOf: time = try Self.time(option)
      case OptionName.knownAt: known = try Self.time(option)
      // Options of other systems' making do not concern this one.
      default: break
      }
    }
    for profile in request?.objects ?? [] {
      for child in profile.children {
        if child.name == kind.element {
          examples.append(child)
        } else if let other = ObjectKind(element: child.name) {
          let key = try ObjectKey(other, child)
          guard !key.isEmpty else {
            throw .refused("1.7", "the \(other) that narrows the query has neither mRID nor Names")
          }
          owners[other, default: []].append(key)
        }
      }
    }
    for id in request?.ids ?? [] where id.kind != .transaction {
      var example = Element(kind.element, in: namespace)
      if id.kind == .name {
        let name = ObjectName(id.value, type: id.idType, authority: id.idAuthority)
        example.children.append(name.element(in: namespace))
      } else {
        example.append("mRID", id.value)
      }
      examples.append(example)
    }
  }

  private static func time(_ option: Request.Option) throws(MasterDataError) -> Timestamp {
    guard let time = option.value.flatMap({ Timestamp(xmlText: $0) }) else {
      throw .refused("1.8", "the option \(option.name) is no instant: '\(option.value ?? "")'")
    }
    return time
  }

  /// What a query found.
  public struct Answer: Sendable {
    public var slices: [Slice] = []
    /// Examples that nothing fits.
    public var errors: [MasterDataError] = []
    /// Where the next page begins; nil: this is the last.
    public var next: ObjectNumber?
  }

  /// Answers out of a view.
  ///
  /// - Throws: `MasterDataError` with reply code 3.1 where it would be too much, or a kind's for an unknown owner.
  public func run(in view: any MasterDataView, rules: MasterDataRules = .init()) throws -> Answer {
    var answer = Answer()
    let size = min(limit ?? rules.replyLimit, rules.replyLimit)
    let owned = try self.owned(in: view, rules)
    func add(_ slice: Slice) throws -> Bool {
      if let owned, !owned.contains(slice.object) { return true }
      if answer.slices.count == size {
        guard limit != nil else {
          throw MasterDataError.refused(
            "3.1", "more than \(size) objects: ask for pages by the option \(OptionName.limit)")
        }
        answer.next = answer.slices.last?.object
        return false
      }
      answer.slices.append(slice)
      return true
    }
    if examples.isEmpty, let owned {
      for object in owned.sorted() where object > after ?? ObjectNumber(0) {
        guard let slice = try view.slice(of: object, at: time, known: known) else { continue }
        if try !add(slice) { break }
      }
    } else if examples.isEmpty || examples.contains(where: { isByAttributes($0) }) {
      try scan(view, rules, add)
    } else {
      var found: Set<ObjectNumber> = []
      for example in examples {
        let key = try ObjectKey(kind, example)
        guard let object = try view.find(key, at: time, known: known) else {
          answer.errors.append(.refused(kind.code, "\(key) is not known", object: key.identifier))
          continue
        }
        guard try view.slice(of: object, at: time, known: known) != nil else {
          answer.errors.append(
            .refused(kind.code, "\(key) is not valid at \(time.xmlText)", object: key.identifier))
          continue
        }
        found.insert(object)
      }
      for object in found.sorted() where object > after ?? ObjectNumber(0) {
        guard let slice = try view.slice(of: object, at: time, known: known) else { continue }
        if try !add(slice) { break }
      }
    }
    return answer
  }

  private func isByAttributes(_ example: Element) -> Bool { example["mRID"] == nil && example["Names"] == nil }

  private func fits(_ content: Element) -> Bool {
    examples.isEmpty || examples.contains { Self.fits($0, content) }
  }

  /// Whether all that an example says is said of the object as well.
  private static func fits(_ example: Element, _ content: Element) -> Bool {
    if example.children.isEmpty { return example.text.isEmpty || example.text == content.text }
    return example.children.allSatisfy { wanted in
      if wanted.name == "Names", let name = ObjectName(wanted) {
        return content.children.contains { $0.name == "Names" && (ObjectName($0)?.fits(name) ?? false) }
      }
      return content.children.contains { $0.name == wanted.name && fits(wanted, $0) }
    }
  }

  private func scan(
    _ view: any MasterDataView, _ rules: MasterDataRules, _ add: (Slice) throws -> Bool
  ) throws {
    let terms = examples.compactMap { $0.children.lazy.compactMap { IndexTerm.attribute($0) }.first }
    if !examples.isEmpty, terms.count == examples.count {
      var found: [ObjectNumber: Slice] = [:]
      for term in terms {
        for slice in try view.slices(kind, by: term, known: known)
        where slice.valid.contains(time) && fits(slice.content) { found[slice.object] = slice }
      }
      for slice in found.values.sorted(by: { $0.object < $1.object }) where slice.object > after ?? ObjectNumber(0) {
        if try !add(slice) { return }
      }
      return
    }
    var last = after
    var seen = 0
    while true {
      let page = try view.objects(kind, after: last, limit: 1_000)
      guard let end = page.last else { return }
      for record in page {
        guard let slice = try view.slice(of: record.number, at: time, known: known), fits(slice.content) else {
          continue
        }
        if try !add(slice) { return }
      }
      last = end.number
      seen += page.count
      guard seen < rules.scanLimit else {
        throw MasterDataError.refused(
          "3.1", "\(seen) objects were looked at: ask for pages, or by mRID, name or serialNumber")
      }
    }
  }

  /// Objects of the kind that belong to all owners; nil where none is named.
  private func owned(in view: any MasterDataView, _ rules: MasterDataRules) throws -> Set<ObjectNumber>? {
    var result: Set<ObjectNumber>?
    for (owner, keys) in owners.sorted(by: { $0.key < $1.key }) {
      var reached: Set<ObjectNumber> = []
      for key in keys {
        guard let object = try view.find(key, at: time, known: known) else {
          throw MasterDataError.refused(owner.code, "\(key) is not known", object: key.identifier)
        }
        let neighbours = Neighbourhood(view: view, time: time, known: known, limit: rules.replyLimit * 4)
        reached.formUnion(try neighbours.objects(kind, from: object))
      }
      result = result.map { $0.intersection(reached) } ?? reached
    }
    return result
  }
}
