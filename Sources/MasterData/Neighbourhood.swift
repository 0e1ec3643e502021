// What hangs together: walks along links, without walking back down another branch.
public import CIMModel

extension ObjectKind {
  /// How far from the customer: walks go one way, so that a meter's customer is found and not the customer's other meters.
  var distance: Int {
    switch self {
    case .customer, .serviceSupplier, .pricingStructure, .serviceCategory: 0
    case .customerAccount: 1
    case .customerAgreement: 2
    case .auxiliaryAgreement, .serviceLocation, .usagePointLocation, .transformerTank: 3
    case .usagePoint: 4
    case .meter: 6
    case .endDevice: 5
    case .readingProfile: 8
    default: 7
    }
  }
}

/// The objects around one, at one instant.
public struct Neighbourhood {
  let view: any MasterDataView
  let time: Timestamp
  let known: Timestamp?
  /// Objects looked at; reply code 3.1 beyond.
  let limit: Int

  public init(view: any MasterDataView, time: Timestamp, known: Timestamp? = nil, limit: Int = 10_000) {
    self.view = view
    self.time = time
    self.known = known
    self.limit = limit
  }

  /// An object with the branches that hang on it.
  public struct Branch: Sendable {
    public var record: ObjectRecord
    /// Nil where the object is not valid at the instant.
    public var slice: Slice?
    /// The link by which it was reached; nil of the root.
    public var link: Link?
    public var branches: [Branch]
  }

  /// Objects of a kind that are reached from one.
  func objects(_ kind: ObjectKind, from start: ObjectNumber) throws -> Set<ObjectNumber> {
    guard let record = try view.record(of: start) else { return [] }
    var found: Set<ObjectNumber> = []
    var seen: Set<ObjectNumber> = [start]
    var open = [record]
    let goesDown = record.kind.distance < kind.distance
    while let here = open.popLast() {
      for link in try view.links(of: here.number, known: known) where link.valid.contains(time) {
        guard let next = try view.record(of: link.other(than: here.number)),
          goesDown ? next.kind.distance > here.kind.distance : next.kind.distance < here.kind.distance,
          seen.insert(next.number).inserted
        else { continue }
        guard seen.count <= limit else {
          throw MasterDataError.refused("3.1", "more than \(limit) objects hang on \(record.kind): narrow the query")
        }
        if next.kind == kind { found.insert(next.number) } else { open.append(next) }
      }
    }
    return found
  }

  /// An object and everything that is linked to it, as a tree.
  ///
  /// - Throws: `MasterDataError` with reply code 3.1 beyond `limit` objects, or of the store.
  public func tree(from start: ObjectNumber) throws -> Branch? {
    guard let record = try view.record(of: start) else { return nil }
    var count = 0
    return try branch(record, link: nil, direction: 0, count: &count, depth: 0)
  }

  private func branch(
    _ record: ObjectRecord, link: Link?, direction: Int, count: inout Int, depth: Int
  ) throws -> Branch {
    count += 1
    guard count <= limit else {
      throw MasterDataError.refused("3.1", "more than \(limit) objects hang on this one")
    }
    var result = Branch(
      record: record, slice: try view.slice(of: record.number, at: time, known: known), link: link, branches: [])
    // Eight kinds lie in a row at most, so walks end by themselves; the depth is bounded all the same.
    guard depth < 8 else { return result }
    for next in try view.links(of: record.number, known: known) where next.valid.contains(time) {
      guard let other = try view.record(of: next.other(than: record.number)) else { continue }
      let step = (other.kind.distance - record.kind.distance).signum()
      guard step != 0, direction == 0 || step == direction else { continue }
      result.branches.append(try branch(other, link: next, direction: step, count: &count, depth: depth + 1))
    }
    return result
  }
}
