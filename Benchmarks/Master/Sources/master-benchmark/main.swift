// Fills a store with a utility's master data, and times sets and queries at that size.
import CIMModel
import Foundation
import IECMessage
import MasterData
import SQLiteMasterData

/// UUIDs that repeat for a seed.
struct Identifiers: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// One meter with its usage point, place and customer, and the links: seven operations.
struct Household {
  let shapes: ProfileShapes
  let time: Timestamp

  func operations(_ number: Int, _ random: inout Identifiers, _ set: inout [OperationSet.Operation]) -> String {
    let keys = [ObjectKind.usagePointLocation, .usagePoint, .meter, .customer].map {
      ObjectKey($0, mRID: UUIDText.random(using: &random))
    }
    func object(_ kind: Int, _ body: (inout Element) -> Void) {
      let key = keys[kind]
      let namespace = shapes.namespace(of: key.kind)
      var content = Element(key.kind.element, in: namespace)
      content.append("mRID", key.mRID)
      body(&content)
      add(Element(key.kind.noun, in: namespace, children: [content]))
    }
    func add(_ payload: Element) {
      set.append(.init(operationId: set.count + 1, noun: payload.name, verb: "create", object: payload))
    }
    func dated(_ element: inout Element) {
      element.append("ConfigurationEvents") { $0.append("effectiveDateTime", time.xmlText) }
    }
    object(0) {
      dated(&$0)
      $0.append("mainAddress") {
        $0.append("streetDetail") {
          $0.append("name", "Street \(number / 100)")
          $0.append("number", "\(number % 100)")
        }
        $0.append("townDetail") {
          $0.append("code", "\(10_000 + number / 10_000)")
          $0.append("name", "Town \(number / 10_000)")
        }
      }
    }
    object(1) {
      $0.append("isSdp", "true")
      $0.append("readCycle", "\(number % 20)")
      dated(&$0)
    }
    object(2) {
      $0.append("amrSystem", "AMI")
      $0.append("serialNumber", "S\(10_000_000 + number)")
      dated(&$0)
      $0.append("Names") {
        $0.append("name", "MTR-\(10_000_000 + number)")
        $0.append("NameType") {
          $0.append("name", "serial")
          $0.append("NameTypeAuthority") { $0.append("name", "Utility") }
        }
      }
    }
    object(3) {
      $0.append("kind", "residential")
      dated(&$0)
    }
    for (a, b) in [(1, 0), (2, 1), (3, 1)] {
      add(ChangeEvents.linkage([keys[a], keys[b]], at: time, in: shapes.linkNamespace))
    }
    return keys[2].mRID ?? ""
  }
}

func seconds(_ start: ContinuousClock.Instant) -> Double {
  let parts = (ContinuousClock.now - start).components
  return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
}

/// What the process has used so far.
struct Usage {
  var cpu = 0.0
  var residentBytes = 0

  static var now: Usage {
    var usage = rusage()
    // 0 is RUSAGE_SELF, the process itself; kilobytes but for Apple's systems.
    getrusage(0, &usage)
    #if canImport(Darwin)
      let unit = 1
    #else
      let unit = 1_024
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return Usage(cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), residentBytes: Int(usage.ru_maxrss) * unit)
  }
}

let arguments = CommandLine.arguments
let meters = arguments.count > 1 ? Int(arguments[1]) ?? 1_000_000 : 1_000_000
let folder = FileManager.default.temporaryDirectory.appending(
  path: "master-benchmark-\(ProcessInfo.processInfo.processIdentifier)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appending(path: SQLiteStore.fileName).path
let store = try SQLiteStore(path: path, cacheBytes: 256 << 20)
let service = MasterDataService(store: store, source: "BENCH")
let household = Household(shapes: service.engine.shapes, time: Timestamp(seconds: 1_767_225_600))
var random = Identifiers(state: 1)
var sample: [String] = []

func send(_ operations: [OperationSet.Operation]) async throws {
  let set = OperationSet(enforceTransactionalIntegrity: true, operations: operations)
  let message = Message(
    kind: .request, header: Header(verb: .execute, noun: "OperationSet", source: "BENCH"),
    payload: Payload(.operationSet(set)))
  guard try await service.answer(message).reply?.result == .ok else { fatalError("a set was refused") }
}

/// As `busbar master load`: sets in order, without an event of their own for subscribers.
func load(_ sets: [[OperationSet.Operation]]) async throws {
  let bodies = sets.map { operations in
    let set = OperationSet(enforceTransactionalIntegrity: true, operations: operations)
    return { @Sendable [engine = service.engine, time = household.time] (transaction: any MasterDataTransaction) in
      try engine.execute(set, in: transaction, now: time)
    }
  }
  for outcome in await store.write(each: bodies) {
    guard try outcome.get().result == .ok else { fatalError("a set was refused") }
  }
}

/// The operations of the next set: whole households, 994 operations.
@MainActor func set(after meters: inout Int, upTo last: Int) -> [OperationSet.Operation] {
  var operations: [OperationSet.Operation] = []
  operations.reserveCapacity(1_000)
  while meters < last, operations.count < 994 {
    let meter = household.operations(meters, &random, &operations)
    if meters % max(last / 1_000, 1) == 0 { sample.append(meter) }
    meters += 1
  }
  return operations
}

var start = ContinuousClock.now
let before = Usage.now
var made = 0
var reported = 0
/// Sets that are on their way at the same time.
let together = arguments.count > 2 ? max(Int(arguments[2]) ?? 8, 1) : 8

@MainActor func sets() -> [[OperationSet.Operation]] {
  (0..<together).map { _ in set(after: &made, upTo: meters) }.filter { !$0.isEmpty }
}

var pending = sets()
while !pending.isEmpty {
  let ready = pending
  // The next sets are made while these are carried out.
  let loading = Task { try await load(ready) }
  pending = sets()
  try await loading.value
  if made / 100_000 > reported {
    reported = made / 100_000
    print("  \(made) meters after \(Int(seconds(start))) s, \(Int(Usage.now.cpu - before.cpu)) s of CPU")
    // Also where it goes into a file.
    fflush(nil)
  }
}
try await store.checkpoint()
let loading = seconds(start)
let used = Usage.now
let bytes = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
print(
  "load: \(meters) meters, \(meters * 7) operations, sets of 994: \(Int(loading)) s (limit for a million: 300), "
    + "\(Int(used.cpu - before.cpu)) s of CPU, \(Int(Double(meters * 7) / loading)) operations/s")
print(
  "size: \(bytes >> 20) MiB (limit: 2,048), \(bytes / max(meters, 1)) bytes per meter; "
    + "memory at most \(used.residentBytes >> 20) MiB")

/// Seconds for which the calling thread has had a core.
func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

// Asked for once, and once more when the pages of the file are at hand.
for round in ["first time", "again"] {
  var times: [Double] = []
  var processorTimes: [Double] = []
  for meter in sample {
    start = .now
    let (objects, processor) = try await store.read { view -> (Int, Double) in
      let begin = threadSeconds()
      guard let object = try view.object(.meter, mRID: meter),
        let tree = try Neighbourhood(view: view, time: Timestamp(seconds: 1_780_000_000)).tree(from: object)
      else { return (0, 0) }
      return (1 + tree.branches.count + (tree.branches.first?.branches.count ?? 0), threadSeconds() - begin)
    }
    times.append(seconds(start))
    processorTimes.append(processor)
    guard objects == 4 else { fatalError("\(objects) objects around a meter") }
  }
  func figures(_ times: [Double]) -> String {
    let sorted = times.sorted()
    return [50, 99].map { "\($0) % \(Int(sorted[sorted.count * $0 / 100] * 1e6)) µs" }.joined(separator: ", ")
  }
  print(
    "as-of get of a meter with all that is linked (4 objects), \(round): \(figures(times)) (limit: 2,000), "
      + "of it the processor's: \(figures(processorTimes)); \(times.count) meters")
}

var operations: [OperationSet.Operation] = []
var number = meters
while operations.count < 10_000 {
  _ = household.operations(number, &random, &operations)
  number += 1
}
operations.removeLast(operations.count - 10_000)
start = .now
try await send(operations)
print("one atomic set of 10,000 operations, answered: \(Int(seconds(start) * 1_000)) ms (limit: 5,000)")
