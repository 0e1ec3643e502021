// Random histories, held against a model that does nothing clever: a table of days for each state of knowledge.
import CIMModel
import Foundation
import IECMessage
import MasterData
import Testing

/// Days 0 to 39, the last one standing for all that come after.
private let days = 40

/// What one object or link is on each day; the number tells one slice from the next.
private typealias Line = [Cell?]
private struct Cell: Equatable {
  var slice: Int
  var fields: [String: String] = [:]
}

/// The whole state of knowledge.
private struct Model {
  var objects: [String: Line] = [:]
  var links: [String: Line] = [:]
  var slices = 0

  private static let none = Line(repeating: nil, count: days)
  private mutating func next() -> Int {
    slices += 1
    return slices
  }

  mutating func create(_ id: String, _ day: Int, _ fields: [String: String]) -> Bool {
    var line = objects[id] ?? Self.none
    guard line[day...].allSatisfy({ $0 == nil }) else { return false }
    let number = next()
    for day in day..<days { line[day] = Cell(slice: number, fields: fields) }
    objects[id] = line
    return true
  }

  mutating func change(_ id: String, _ day: Int, _ fields: [String: String]) -> Bool {
    guard var line = objects[id], let old = line[day] else { return false }
    let number = next()
    for day in day..<days where line[day]?.slice == old.slice {
      line[day] = Cell(slice: number, fields: old.fields.merging(fields) { $1 })
    }
    objects[id] = line
    return true
  }

  mutating func end(_ id: String, _ day: Int) -> Bool {
    guard var line = objects[id], line[day...].contains(where: { $0 != nil }) else { return false }
    for day in day..<days { line[day] = nil }
    objects[id] = line
    for (pair, line) in links where pair.split(separator: "-").contains(Substring(id)) {
      var line = line
      for day in day..<days { line[day] = nil }
      links[pair] = line
    }
    return true
  }

  mutating func cancel(_ id: String, _ day: Int) -> Bool {
    guard var line = objects[id] else { return false }
    let begins = line.indices.filter { line[$0] != nil && ($0 == 0 || line[$0 - 1]?.slice != line[$0]?.slice) }
    let planned = begins.filter { $0 >= day }
    let before = begins.last { $0 < day }
    let beforeEnd = before.flatMap { start in line.indices.first { $0 > start && line[$0]?.slice != line[start]?.slice }
    }
    if let before, let beforeEnd, beforeEnd >= day {
      let cell = line[before]
      for day in beforeEnd..<days { line[day] = cell }
    } else {
      guard let first = planned.first else { return false }
      for day in first..<days { line[day] = nil }
      if before == nil {
        for pair in links.keys where pair.split(separator: "-").contains(Substring(id)) { links[pair] = Self.none }
      }
    }
    objects[id] = line
    return true
  }

  private func isThere(_ id: String, from day: Int) -> Bool { objects[id]?[day...].contains { $0 != nil } ?? false }

  mutating func link(_ meter: String, _ point: String, _ day: Int) -> Bool {
    guard isThere(meter, from: day), isThere(point, from: day) else { return false }
    for (pair, line) in links where pair.hasPrefix(meter + "-") {
      guard line[day...].allSatisfy({ $0 == nil }) else { return false }
    }
    let number = next()
    var line = links["\(meter)-\(point)"] ?? Self.none
    for day in day..<days { line[day] = Cell(slice: number) }
    links["\(meter)-\(point)"] = line
    return true
  }

  mutating func unlink(_ meter: String, _ point: String, _ day: Int) -> Bool {
    guard isThere(meter, from: day), isThere(point, from: day), var line = links["\(meter)-\(point)"],
      line[day...].contains(where: { $0 != nil })
    else { return false }
    for day in day..<days { line[day] = nil }
    links["\(meter)-\(point)"] = line
    return true
  }
}

private enum Step {
  case create(String, Int, [String: String])
  case change(String, Int, [String: String])
  case end(String, Int)
  case cancel(String, Int)
  case link(String, String, Int)
  case unlink(String, String, Int)

  func apply(to model: inout Model) -> Bool {
    switch self {
    case .create(let id, let day, let fields): model.create(id, day, fields)
    case .change(let id, let day, let fields): model.change(id, day, fields)
    case .end(let id, let day): model.end(id, day)
    case .cancel(let id, let day): model.cancel(id, day)
    case .link(let meter, let point, let day): model.link(meter, point, day)
    case .unlink(let meter, let point, let day): model.unlink(meter, point, day)
    }
  }

  private static func object(_ id: String, _ number: Int, _ fields: [String: String] = [:]) -> Element {
    let kind: ObjectKind = id.hasPrefix("m") ? .meter : .usagePoint
    return config(kind, id, at: day(number), fields.sorted { $0.key < $1.key })
  }

  func operation(_ number: Int) -> OperationSet.Operation {
    func link(_ meter: String, _ point: String, _ at: Int) -> Element {
      linkage((.meter, meter), (.usagePoint, point), at: day(at))
    }
    switch self {
    case .create(let id, let at, let fields): return make(number, .create, Self.object(id, at, fields))
    case .change(let id, let at, let fields): return make(number, .change, Self.object(id, at, fields))
    case .end(let id, let at): return make(number, number % 2 == 0 ? .close : .delete, Self.object(id, at))
    case .cancel(let id, let at): return make(number, .cancel, Self.object(id, at))
    case .link(let meter, let point, let at): return make(number, .create, link(meter, point, at))
    case .unlink(let meter, let point, let at): return make(number, .close, link(meter, point, at))
    }
  }

  private func make(_ number: Int, _ verb: Verb, _ element: Element) -> OperationSet.Operation {
    .init(operationId: number, noun: element.name, verb: verb.rawValue, object: element)
  }

  static func random(using random: inout some RandomNumberGenerator) -> Step {
    func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    let meter = "m\(pick(24))"
    let point = "u\(pick(18))"
    let id = pick(2) == 0 ? meter : point
    let at = pick(days)
    let names = id == meter ? ["amrSystem", "formNumber", "lotNumber"] : ["outageRegion", "readCycle", "readRoute"]
    let fields = [names[pick(3)]: "\(pick(100))"]
    switch pick(16) {
    case 0..<3: return .create(id, at / 2, fields)
    case 3..<8: return .change(id, at, fields)
    case 8, 9: return .end(id, at)
    case 10: return .cancel(id, at)
    case 11..<14: return .link(meter, point, at)
    default: return .unlink(meter, point, at)
    }
  }
}

@Suite("IEC 61968-9, Annex K: random histories")
struct HistoryTests {
  /// Repeats for a seed; SplitMix64.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Seeds of a long run (scripts/check-histories); absent: one seed, and a sample of the as-of points.
  private static let long = ProcessInfo.processInfo.environment["MASTER_HISTORIES"]

  private static let seeds: [UInt64] = (long ?? "1").split(separator: " ").compactMap { UInt64($0) }

  @Test("the store equals the naive model at every as-of point", arguments: StoreKind.allCases, seeds)
  func histories(_ store: StoreKind, _ seed: UInt64) async throws {
    let bench = try Bench(store)
    bench.clock.now = day(days)
    var random = Seeded(state: seed)
    var model = Model()
    var states: [(known: Timestamp, model: Model)] = []
    var operations = 0
    var done = 0
    while operations < 10_000 {
      let steps = (0..<max(1, Int.random(in: -4...4, using: &random))).map { _ in Step.random(using: &random) }
      operations += steps.count
      let isAtomic = Bool.random(using: &random)
      let set = OperationSet(
        enforceMsgSequence: true, enforceTransactionalIntegrity: isAtomic,
        operations: steps.enumerated().map { $1.operation($0) })
      var expected: [Bool?] = []
      var next = model
      for step in steps {
        // In sequence: after a failure nothing is attempted.
        expected.append(expected.allSatisfy { $0 == true } ? step.apply(to: &next) : nil)
      }
      let failed = expected.contains { $0 != true }
      let (outcome, time) = try await bench.store.write { [engine = bench.service.engine] transaction in
        (try engine.execute(set, in: transaction, now: day(days)), transaction.time)
      }
      let found = outcome.errors.map { $0.code == "0.0" }
      let wanted = isAtomic && failed ? steps.map { _ in false } : expected.map { $0 == true }
      try #require(found == wanted, "seed \(seed), set \(states.count): \(steps) \(outcome.errors)")
      if !(isAtomic && failed) { model = next }
      done += found.filter(\.self).count
      states.append((time, model))
    }
    #expect(done > 1_600, "most histories should come to something")
    for (index, state) in states.enumerated() where Self.long != nil || index % 10 == 0 {
      try await compare(bench, state.model, known: state.known, "seed \(seed), known at \(state.known.xmlText)")
    }
    try await compare(bench, model, known: nil, "seed \(seed), now")
  }

  /// Holds the store against a state of knowledge, on each day of it.
  private func compare(_ bench: Bench, _ model: Model, known: Timestamp?, _ place: String) async throws {
    typealias Found = (objects: [String: [(valid: Period, fields: [String: String])]], links: [String: [Period]])
    let found = try await bench.store.read { view -> Found in
      var found: Found = ([:], [:])
      for kind in [ObjectKind.meter, .usagePoint] {
        for record in try view.objects(kind, after: nil, limit: 100) {
          let id = record.mRID ?? ""
          found.objects[id] = try view.slices(of: record.number, known: known).map { slice in
            let leaves = slice.content.children.filter { $0.name != "mRID" && $0.children.isEmpty }
            return (slice.valid, Dictionary(leaves.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 }))
          }
          guard kind == .meter else { continue }
          for link in try view.links(of: record.number, known: known) {
            let other = try view.record(of: link.other(than: record.number))?.mRID ?? ""
            found.links["\(id)-\(other)", default: []].append(link.valid)
          }
        }
      }
      return found
    }
    // Compared by hand: the test's own macros would take most of its time.
    for at in 0..<days {
      let time = day(at)
      for id in Set(found.objects.keys).union(model.objects.keys) {
        let slices = (found.objects[id] ?? []).filter { $0.valid.contains(time) }
        guard slices.count <= 1, slices.first?.fields == model.objects[id]?[at]?.fields else {
          throw Difference(description: "\(id) is \(slices) on day \(at), \(place)")
        }
      }
      for pair in Set(found.links.keys).union(model.links.keys) {
        let count = (found.links[pair] ?? []).count { $0.contains(time) }
        guard count == (model.links[pair]?[at] == nil ? 0 : 1) else {
          throw Difference(description: "\(pair) is there \(count) times on day \(at), \(place)")
        }
      }
    }
  }

  private struct Difference: Error, CustomStringConvertible { var description: String }
}
