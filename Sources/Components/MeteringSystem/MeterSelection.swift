// From the objects a message names to meters of the fleet.
import CIMModel
import IECMessage
import MeterSimulator

/// The meters a request is about, and what in it could not be found.
struct MeterSelection {
  /// Indices, each once, in the order of the request.
  private(set) var meters: [Int] = []
  private(set) var errors: [ReplyError] = []
  /// Objects named in the request.
  private(set) var named = 0

  /// Finds meters by device, by usage point and by transformer; kinds narrow each other.
  ///
  /// - Parameter all: whether every meter is meant where no object is named.
  init(
    endDevices: [IdentifiedObject], usagePoints: [IdentifiedObject] = [], transformers: [IdentifiedObject] = [],
    all: Bool, in fleet: MeterFleet
  ) {
    named = endDevices.count + usagePoints.count + transformers.count
    if named == 0 {
      if all { meters = Array(fleet.indices) }
      return
    }
    var kinds: [[Int]] = []
    if !endDevices.isEmpty {
      kinds.append(find(endDevices, "2.4", "meter") { fleet.meter($0).map { [$0] } })
    }
    if !usagePoints.isEmpty {
      kinds.append(find(usagePoints, "2.12", "usage point") { fleet.index(ofUsagePoint: $0).map { [$0] } })
    }
    if !transformers.isEmpty {
      // The reply codes have no row for transformers: 2.29 is that for other objects.
      kinds.append(
        find(transformers, "2.29", "transformer") {
          fleet.transformer(of: $0).map { Array(fleet.topology.meters(onTransformer: $0)) }
        })
    }
    guard var selected = kinds.first else { return }
    for kind in kinds.dropFirst() {
      let others = Set(kind)
      let kept = selected.filter(others.contains)
      if kept.isEmpty, !selected.isEmpty, !others.isEmpty {
        errors.append(
          ReplyError(code: "2.13", reason: "the meters, usage points and transformers named do not belong together"))
      }
      selected = kept
    }
    meters = selected
  }

  private mutating func find(
    _ objects: [IdentifiedObject], _ code: String, _ what: String, _ lookup: (String) -> [Int]?
  ) -> [Int] {
    var found: [Int] = []
    var seen: Set<Int> = []
    for object in objects {
      guard let indices = object.identifiers.lazy.compactMap(lookup).first else {
        errors.append(
          ReplyError(
            code: code, reason: "no \(what) \(object.label)", id: ObjectID(object.identifier, objectType: what)))
        continue
      }
      for index in indices where seen.insert(index).inserted { found.append(index) }
    }
    return found
  }
}

extension MeterFleet {
  /// The meter itself, never one found by its usage point: a device and a usage point are told apart in messages.
  func meter(_ identifier: String) -> Int? {
    index(ofName: identifier) ?? index(ofMRID: identifier) ?? index(ofSerialNumber: identifier)
  }
}

extension Message {
  /// The reply to a request about several objects, some of which may have failed.
  ///
  /// OK without errors; PARTIAL with errors as warnings where something was done; FAILED otherwise, led by 5.4 where the
  /// errors differ (IEC 61968-9, Annex B).
  ///
  /// - Parameter limit: errors listed; the last one says how many were left out.
  func outcome(
    done: Bool, errors: [ReplyError], limit: Int, ids: [ObjectID] = [], objects: [Element] = [], source: String
  ) -> Message {
    guard !errors.isEmpty else { return reply(.ok, ids: ids, objects: objects, source: source) }
    var listed = errors.prefix(limit).map { error in
      var error = error
      error.level = done ? .warning : .fatal
      return error
    }
    if errors.count > limit {
      listed.append(ReplyError(code: "5.4", level: .inform, reason: "\(errors.count - limit) more errors"))
    }
    if done { return reply(.partial, errors: listed, ids: ids, objects: objects, source: source) }
    if Set(errors.map(\.code)).count > 1 {
      listed.insert(ReplyError(code: "5.4", level: .fatal, reason: "errors of several types"), at: 0)
    }
    return reply(.failed, errors: listed, source: source)
  }
}
