// The index of mRIDs, names and attributes while its rows are on their way from tree to tree.
import CIMModel
import Foundation
import MasterData
import SQLiteMasterData
import SQLiteAccess
import Synchronization
import Testing

@Suite("Busbar: index of master data, fresh, half settled and settled")
struct TermLevelTests {
  private static let limits = LevelLimits(fresh: 40, middle: 400)

  /// A meter with an mRID, a name and a serial number: three terms.
  private static func insert(_ number: Int, _ transaction: any MasterDataTransaction) throws {
    let object = try transaction.insertObject(.meter, mRID: mRID(number))
    let payload = config(.meter, mRID(number), [("serialNumber", "S\(number)")], names: [ObjectName("N\(number % 50)")])
    try transaction.insert(object, valid: Period(day(1)), content: payload.children[0], parts: [])
  }

  /// Random enough for the order of hashes, and the same in each run.
  private static func mRID(_ number: Int) -> String { "m-\(number &* 2_654_435_761 % 1_000_003)" }

  /// Numbers of meters that are not found by one of their terms, or found twice.
  private static func lost(_ count: Int, in view: any MasterDataView) throws -> [Int] {
    try (0..<count).filter { number in
      guard let object = try view.object(.meter, mRID: mRID(number)) else { return true }
      var serial = Element("Meter", in: "")
      serial.append("serialNumber", "S\(number)")
      guard let term = IndexTerm.attribute(serial.children[0]) else { return true }
      let names = try view.slices(.meter, by: .name("N\(number % 50)"), known: nil).map(\.object)
      return try view.slices(.meter, by: term, known: nil).map(\.object) != [object]
        || names.count { $0 == object } != 1 || names != names.sorted()
    }
  }

  /// How many rows each table of terms has.
  private static func rows(of store: SQLiteStore) async throws -> [Int64] {
    [
      try await store.number("SELECT count(*) FROM fresh_term"),
      try await store.number("SELECT count(*) FROM middle_term_0"),
      try await store.number("SELECT count(*) FROM middle_term_1"), try await store.number("SELECT count(*) FROM term"),
    ]
  }

  @Test("each term is found in every state that its file goes through, and by a process of its own")
  func everyState() async throws {
    let path = newFile()
    let store = try SQLiteStore(path: path, limits: Self.limits)
    var states: Set<[Bool]> = []
    for number in 0..<700 {
      try await store.write { try Self.insert(number, $0) }
      guard number % 9 == 0 else { continue }
      #expect(try await store.read { try Self.lost(number + 1, in: $0) } == [])
      states.insert(try await Self.rows(of: store).map { $0 > 0 })
    }
    // Nothing but fresh; in the first, the second, and both of the middle trees; settled in part.
    #expect(
      states.isSuperset(of: [[true, false, false, false], [true, true, false, false], [true, true, true, true]]))
    #expect(states.contains([true, false, true, true]), "the first tree was settled and emptied")
    let other = try SQLiteStore(path: path, isReadOnly: true)
    #expect(try await other.read { try Self.lost(700, in: $0) } == [])
    #expect(try await Self.rows(of: other)[3] > 400)
  }

  @Test("a reader keeps the state it began with while terms are moved on and trees emptied")
  func oldSnapshot() async throws {
    let store = try SQLiteStore(path: newFile(), limits: Self.limits)
    for number in 0..<140 { try await store.write { try Self.insert(number, $0) } }
    let (begun, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let reader = Task {
      try await store.read { view in
        let before = try Self.lost(140, in: view)
        begun.signal()
        // The deadline is for a test that has gone wrong.
        _ = goOn.wait(timeout: .now() + 60)
        return (before, try Self.lost(140, in: view), try view.object(.meter, mRID: Self.mRID(141)))
      }
    }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        _ = begun.wait(timeout: .now() + 60)
        continuation.resume()
      }
    }
    for number in 140..<600 { try await store.write { try Self.insert(number, $0) } }
    goOn.signal()
    let (before, after, later) = try await reader.value
    #expect(before == [] && after == [] && later == nil)
  }

  @Test("a file that was left in the middle of it is opened again, and goes on")
  func reopened() async throws {
    let path = newFile()
    var isHalfSettled = false
    for number in 0..<600 {
      // A store of its own for each meter, and other limits for some of them.
      let limits = number % 5 == 0 ? LevelLimits(fresh: 60, middle: 300) : Self.limits
      let store = try SQLiteStore(path: path, limits: limits)
      try await store.write { try Self.insert(number, $0) }
      if number % 50 == 0 {
        #expect(try await store.read { try Self.lost(number + 1, in: $0) } == [])
        if try await store.number("SELECT count(settled_hash) FROM state") > 0 { isHalfSettled = true }
      }
    }
    #expect(isHalfSettled)
  }

  @Test("what a transaction or a savepoint takes back leaves the trees as they were")
  func takenBack() async throws {
    struct Stop: Error {}
    let store = try SQLiteStore(path: newFile(), limits: Self.limits)
    for number in 0..<200 {
      try await store.write { transaction in
        try Self.insert(number, transaction)
        try? transaction.savepoint {
          for wrong in 0..<5 { try Self.insert(10_000 + number * 5 + wrong, transaction) }
          throw Stop()
        }
      }
      await #expect(throws: Stop.self) {
        try await store.write { transaction in
          for wrong in 0..<50 { try Self.insert(20_000 + wrong, transaction) }
          throw Stop()
        }
      }
      try await store.write(keeps: false) { try Self.insert(30_000, $0) }
    }
    #expect(try await store.read { try Self.lost(200, in: $0) } == [])
    // mRID and serial number of each; of the names each meter has its own row.
    #expect(try await store.number("SELECT count(*) FROM (SELECT DISTINCT hash, object FROM any_term)") == 600)
    #expect(try await store.number("SELECT fresh_terms - (SELECT count(*) FROM fresh_term) FROM state") == 0)
  }
}
