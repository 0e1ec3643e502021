// What the tests of master data share: stores, messages made by hand, and the days they are dated by.
import CIMModel
import Foundation
import IECMessage
import MasterData
import SQLiteAccess
import SQLiteMasterData
import Synchronization
import Testing

/// 2026-01-01T00:00:00Z, day 0 of the tests.
let epoch = Timestamp(seconds: 1_767_225_600)

func day(_ number: Int) -> Timestamp { epoch.adding(seconds: Int64(number) * 86_400) }

/// A clock that is put to days.
final class TestClock: Sendable {
  private let time: Mutex<Timestamp>
  init(_ time: Timestamp = day(100)) { self.time = Mutex(time) }
  var now: Timestamp {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }
}

/// Holds the files of all tests of this run, and goes with it.
private let folder: URL = {
  let place = FileManager.default.temporaryDirectory.appending(path: "master-tests-\(UUID())")
  try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
  atexit { removeFolder() }
  return place
}()

private func removeFolder() { try? FileManager.default.removeItem(at: folder) }

/// A file that is not there yet.
func newFile() -> String { folder.appending(path: "\(UUID()).sqlite").path }

/// The stores that every test of behaviour runs against.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
  case memory, sqlite
  /// Terms are on their way from tree to tree all the time.
  case settling
  var testDescription: String { rawValue }

  func make(_ clock: TestClock) throws -> any MasterDataStore {
    switch self {
    case .memory: MemoryMasterData(now: { clock.now })
    case .sqlite:
      try SQLiteStore(path: newFile(), now: { clock.now })
    case .settling:
      try SQLiteStore(path: newFile(), limits: .init(fresh: 7, middle: 50), now: { clock.now })
    }
  }
}

/// A service over an empty store, at day 100.
struct Bench {
  let clock = TestClock()
  let store: any MasterDataStore
  let service: MasterDataService

  init(_ kind: StoreKind = .memory, rules: MasterDataRules = .init()) throws {
    store = try kind.make(clock)
    service = MasterDataService(
      store: store, engine: OperationSetEngine(rules: rules), source: "MD", now: { [clock] in clock.now })
  }

  func send(_ message: Message) async throws -> Reply {
    try #require(try await service.answer(message).reply)
  }

  /// Sends an operation by itself.
  func send(_ verb: Verb, _ object: Element) async throws -> Reply {
    try await send(.request(verb, object.name, [object], source: "CIS"))
  }

  /// Sends a set.
  func execute(
    _ operations: [OperationSet.Operation], sequence: Bool? = nil, atomic: Bool? = nil, id: String? = nil
  ) async throws -> Reply {
    var header = Header.stamped(.execute, "OperationSet", source: "CIS")
    header.messageID = id
    let set = OperationSet(
      enforceMsgSequence: sequence, enforceTransactionalIntegrity: atomic, operations: operations)
    return try await send(Message(kind: .request, header: header, payload: Payload(.operationSet(set))))
  }

  /// Asks by mRID, as of a day.
  func get(_ kind: ObjectKind, _ mRID: String, asOf time: Timestamp? = nil, known: Timestamp? = nil) async throws
    -> Element?
  {
    var request = Message.get(kind.noun, config(kind, mRID), source: "CIS")
    request.request?.startTime = time
    if let known {
      request.request?.options = [.init(name: MasterDataQuery.OptionName.knownAt, value: known.xmlText)]
    }
    return try await service.answer(request).payload?.objects.first?[kind.element]
  }

  /// mRIDs of what an object is linked with.
  func linked(_ kind: ObjectKind, _ mRID: String, asOf time: Timestamp, known: Timestamp? = nil) async throws
    -> [String]
  {
    try await store.read { view in
      guard let object = try view.object(kind, mRID: mRID) else { return [] }
      return try view.links(of: object, known: known).filter { $0.valid.contains(time) }.compactMap {
        try view.record(of: $0.other(than: object))?.mRID
      }.sorted()
    }
  }
}

let shapes = ProfileShapes()

/// A Config payload of one object.
///
/// - Parameter fields: leaves in the order of the profile, after the mRID.
func config(
  _ kind: ObjectKind, _ mRID: String?, at time: Timestamp? = nil, _ fields: [(String, String)] = [],
  names: [ObjectName] = [], with body: (inout Element) -> Void = { _ in }
) -> Element {
  let namespace = shapes.namespace(of: kind)
  var object = Element(kind.element, in: namespace)
  object.append("mRID", mRID)
  for (name, value) in fields { object.append(name, value) }
  if let time { object.append("ConfigurationEvents") { $0.append("effectiveDateTime", time.xmlText) } }
  object.children += names.map { $0.element(in: namespace) }
  body(&object)
  return Element(kind.noun, in: namespace, children: [object])
}

/// A linkage of two objects by their mRIDs.
func linkage(
  _ a: (ObjectKind, String), _ b: (ObjectKind, String), at time: Timestamp?, dated: String = "effectiveDateTime"
) -> Element {
  var root = ChangeEvents.linkage(
    [ObjectKey(a.0, mRID: a.1), ObjectKey(b.0, mRID: b.1)], at: nil, in: shapes.linkNamespace)
  if let time {
    var event = Element("ConfigurationEvent", in: root.namespace)
    event.append(dated, time.xmlText)
    root.children.insert(event, at: 0)
    root.children.sort { $0.name < $1.name }
  }
  return root
}

/// An operation on a payload.
func operation(_ id: Int, _ verb: Verb, _ object: Element, onElements: Bool? = nil) -> OperationSet.Operation {
  .init(operationId: id, noun: object.name, verb: verb.rawValue, elementOperation: onElements, object: object)
}

extension Reply {
  /// Codes of the errors, each with the operation it is of: "1:0.0 2:2.4".
  var summary: String {
    "\(result.rawValue) "
      + errors.map { error in (error.operationId.map { "\($0):" } ?? "") + error.code }.joined(separator: " ")
  }
}
