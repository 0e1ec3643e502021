// What a partner's export says differently, as the operations that make it the same.
public import CIMModel
import IECMessage

/// Compares a store with an export.
public struct Reconciliation {
  /// Which side is taken to be right.
  public enum Direction: String, Sendable, CaseIterable {
    /// The partner: the set makes the store say what the export says.
    case store
    /// The store: the set, sent to the partner, makes it say what the store says.
    case partner
  }

  private let view: any MasterDataView
  private let shapes: ProfileShapes
  private let time: Timestamp
  private let direction: Direction
  /// Whether what is missing in the export is missing at the partner.
  private let isComplete: Bool

  public init(
    view: any MasterDataView, shapes: ProfileShapes = .init(), at time: Timestamp, direction: Direction,
    isComplete: Bool
  ) {
    self.view = view
    self.shapes = shapes
    self.time = time
    self.direction = direction
    self.isComplete = isComplete
  }

  /// The set of differences; empty where there are none.
  ///
  /// Objects first, then links are ended, then made, then objects are ended, so that it can be carried out in order.
  public func differences(_ export: MasterDataExport) throws -> SetBuilder {
    var builder = SetBuilder(shapes: shapes)
    var ended: [ObjectKey] = []
    var matched: Set<ObjectNumber> = []
    for object in export.objects {
      let number = try view.find(object.key, at: time)
      let slice = try number.flatMap { try view.slice(of: $0, at: time) }
      guard let number, let slice else {
        if direction == .store {
          builder.add(.create, object.key, at: time, unreferenced(object), parts: object.parts)
        } else {
          ended.append(object.key)
        }
        continue
      }
      matched.insert(number)
      let (wanted, have) =
        direction == .store ? (object.content, slice.content) : (slice.content, object.content)
      let parts = direction == .store ? object.parts : slice.parts
      let known = direction == .store ? slice.parts : object.parts
      let changed = Self.differing(wanted, from: have, kind: object.key.kind)
      let changedParts = parts.filter { !known.contains($0) }
      if !changed.isEmpty || !changedParts.isEmpty {
        let key = ObjectKey(
          object.key.kind, mRID: object.key.mRID, names: object.key.mRID == nil ? object.key.names : [])
        builder.add(.change, key, at: time, changed, parts: changedParts)
      }
    }
    let rest = isComplete ? try unmatched(export, matched) : []
    for number in rest where direction == .partner {
      guard let slice = try view.slice(of: number, at: time) else { continue }
      let key = try view.key(of: number, at: time)
      builder.add(
        .create, key, at: time, unreferenced(.init(key: key, content: slice.content, parts: [])), parts: slice.parts)
    }
    try compareLinks(export, matched.union(rest), &builder)
    if direction == .store { ended = try rest.map { Self.brief(try view.key(of: $0, at: time)) } }
    for key in ended { builder.add(.close, key, at: time) }
    return builder
  }

  /// What is said of an object besides its names and its references, which are compared as links.
  private func unreferenced(_ object: MasterDataExport.Object) -> [Element] {
    object.content.children.filter {
      $0.name != "Names" && object.key.kind.target(ofReference: $0.name) == nil
    }
  }

  private static func brief(_ key: ObjectKey) -> ObjectKey {
    key.mRID == nil ? key : ObjectKey(key.kind, mRID: key.mRID)
  }

  /// Children that the other does not say likewise; what is absent is no difference.
  private static func differing(_ wanted: Element, from have: Element, kind: ObjectKind) -> [Element] {
    wanted.children.filter { child in
      child.name != "mRID" && child.name != kind.event && kind.target(ofReference: child.name) == nil
        && !have.children.contains { $0.name == child.name && holds($0, child) }
    }
  }

  private static func holds(_ whole: Element, _ part: Element) -> Bool {
    whole.text == part.text
      && part.children.allSatisfy { child in whole.children.contains { $0.name == child.name && holds($0, child) } }
  }

  /// Objects of the kinds that the export holds, which it does not hold.
  private func unmatched(_ export: MasterDataExport, _ matched: Set<ObjectNumber>) throws -> [ObjectNumber] {
    var result: [ObjectNumber] = []
    for kind in Set(export.objects.map(\.key.kind)).sorted() {
      var last: ObjectNumber?
      while true {
        let page = try view.objects(kind, after: last, limit: 1_000)
        guard let end = page.last else { break }
        for record in page where !matched.contains(record.number) {
          if try view.slice(of: record.number, at: time) != nil { result.append(record.number) }
        }
        last = end.number
      }
    }
    return result
  }

  private struct Pair: Hashable {
    var first: ObjectKey
    var second: ObjectKey

    init(_ a: ObjectKey, _ b: ObjectKey) {
      (first, second) = a.kind <= b.kind ? (a, b) : (b, a)
    }
  }

  private func compareLinks(
    _ export: MasterDataExport, _ objects: Set<ObjectNumber>, _ builder: inout SetBuilder
  ) throws {
    // An end that the store knows is compared by the store's own key.
    func own(_ key: ObjectKey) throws -> ObjectKey {
      try view.find(key, at: time).map { Self.brief(try view.key(of: $0, at: time)) } ?? Self.brief(key)
    }
    let theirs = Set(try export.links.map { Pair(try own($0), try own($1)) })
    let kinds = Set(theirs.map { [$0.first.kind, $0.second.kind] })
    var ours: Set<Pair> = []
    for number in objects {
      for link in try view.links(of: number, known: nil) where link.valid.contains(time) {
        let pair = Pair(
          Self.brief(try view.key(of: link.first, at: time)), Self.brief(try view.key(of: link.second, at: time)))
        // An export without links of two kinds says nothing about them, unless it is to be told of ours.
        if kinds.contains([pair.first.kind, pair.second.kind]) || direction == .partner { ours.insert(pair) }
      }
    }
    let (wanted, have) = direction == .store ? (theirs, ours) : (ours, theirs)
    let ends = direction == .partner || isComplete ? have.subtracting(wanted) : []
    let closes = direction == .partner && !isComplete ? ends.filter { isOurs($0, objects) } : ends
    for pair in Self.sorted(closes) { builder.add(.close, pair.first, pair.second, at: time) }
    for pair in Self.sorted(wanted.subtracting(have)) { builder.add(.create, pair.first, pair.second, at: time) }
  }

  private func isOurs(_ pair: Pair, _ objects: Set<ObjectNumber>) -> Bool {
    [pair.first, pair.second].contains { key in
      guard let number = (try? view.find(key, at: time)) ?? nil else { return false }
      return objects.contains(number)
    }
  }

  private static func sorted(_ pairs: Set<Pair>) -> [Pair] {
    pairs.sorted { ($0.first.description, $0.second.description) < ($1.first.description, $1.second.description) }
  }
}
