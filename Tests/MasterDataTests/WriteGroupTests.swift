// Writes that wait are committed together: each is whole or not at all by itself all the same.
import CIMModel
import Foundation
import IECMessage
import MasterData
import SQLiteMasterData
import Synchronization
import Testing

@Suite("Busbar: writes of master data that are committed together")
struct WriteGroupTests {
  private struct Stop: Error {}

  private typealias Body = @Sendable (any MasterDataTransaction) throws -> Int64

  private static func content(_ word: String) -> Element {
    config(.meter, "x", [(word, "1")]).children[0]
  }

  /// Makes a meter, with an element that no content has had before.
  private static func make(_ number: Int, _ transaction: any MasterDataTransaction) throws -> ObjectNumber {
    let object = try transaction.insertObject(.meter, mRID: "m\(number)")
    try transaction.insert(object, valid: Period(day(1)), content: content("word\(number)"), parts: [])
    return object
  }

  /// Forty writes, every fourth of which fails after it has written.
  private static let bodies: [Body] = (0..<40).map { number in
    { transaction in
      // Each sees all that those before it have kept, and nothing else.
      for earlier in 0..<number {
        let isThere = try transaction.object(.meter, mRID: "m\(earlier)") != nil
        #expect(isThere == (earlier % 4 != 3), "write \(number) and meter \(earlier)")
      }
      let object = try make(number, transaction)
      try transaction.append(ChangeRecord(known: transaction.time, verb: .created, object: object, at: day(1)))
      if number % 4 == 3 { throw Stop() }
      return transaction.time.microseconds
    }
  }

  private func check(_ store: any MasterDataStore) async throws {
    try await store.read { view in
      for number in 0..<40 {
        let object = try view.object(.meter, mRID: "m\(number)")
        #expect((object != nil) == (number % 4 != 3))
        guard let object else { continue }
        let slices = try view.slices(of: object, known: nil)
        #expect(slices.map(\.content) == [Self.content("word\(number)")])
      }
      #expect(try view.changes(after: 0, limit: 100).count == 30)
      #expect(try view.objects(.meter, after: nil, limit: 100).count == 30)
    }
  }

  @Test("in order, each known later than the one before; one that fails leaves nothing", arguments: StoreKind.allCases)
  func inOrder(_ kind: StoreKind) async throws {
    let clock = TestClock()
    let store = try kind.make(clock)
    #expect(await store.write(each: [Body]()).isEmpty)
    let results = await store.write(each: Self.bodies)
    #expect(results.count == 40)
    var times: [Int64] = []
    for (number, result) in results.enumerated() {
      if number % 4 == 3 {
        #expect(throws: Stop.self) { try result.get() }
      } else {
        times.append(try result.get())
      }
    }
    #expect(times == times.sorted() && Set(times).count == 30)
    #expect(times.first == clock.now.microseconds)
    try await check(store)
  }

  @Test("the words of a write that was taken back are not taken for known")
  func words() async throws {
    let path = newFile()
    let store = try SQLiteStore(path: path)
    _ = await store.write(each: Self.bodies)
    try await check(try SQLiteStore(path: path, isReadOnly: true))
    #expect(try await store.number("SELECT count(*) FROM word WHERE text LIKE 'word%'") == 30)
    #expect(try await store.number("SELECT max(number) + 1 - count(*) FROM word") == 0)
  }

  @Test("a trial among others is taken back, and sees those before it")
  func trial() async throws {
    let store = try SQLiteStore(path: newFile())
    let seen = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
      for number in 0..<60 {
        group.addTask {
          try await store.write(keeps: number % 3 != 0) { transaction in
            let isThere = try (0..<20).contains { try transaction.object(.meter, mRID: "m\($0 * 3)") != nil }
            _ = try Self.make(number, transaction)
            return (number, isThere)
          }
        }
      }
      return try await group.reduce(into: [(Int, Bool)]()) { $0.append($1) }
    }
    #expect(seen.count == 60 && !seen.contains { $0.1 }, "what a trial made is never there")
    #expect(try await store.number("SELECT count(*) FROM object") == 40)
  }

  @Test("a write is told of when it is durable: another process sees it at once")
  func durable() async throws {
    let path = newFile()
    let store = try SQLiteStore(path: path)
    let other = try SQLiteStore(path: path, isReadOnly: true)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<50 {
        group.addTask {
          try await store.write { _ = try Self.make(number, $0) }
          return try await other.read { try $0.object(.meter, mRID: "m\(number)") != nil }
        }
      }
      for try await isThere in group { #expect(isThere) }
    }
  }

  @Test("where the commit cannot be made all that waited are refused, and nothing is written")
  func noCommit() async throws {
    let path = newFile()
    // A file that is full: nothing may be added to it.
    let store = try SQLiteStore(path: path)
    try await store.write { _ = try Self.make(0, $0) }
    try await store.limitPages()
    let large = String(repeating: "x", count: 100_000)
    let results = await store.write(
      each: (1...20).map { number -> Body in
        { transaction in
          let object = try transaction.insertObject(.meter, mRID: "m\(number)")
          guard number == 10 else { return object.value }
          var content = Self.content("large")
          content.append("amrSystem", large)
          try transaction.insert(object, valid: Period(day(1)), content: content, parts: [])
          return object.value
        }
      })
    let kept = results.map { (try? $0.get()) != nil }
    #expect(kept.contains(false) && !kept[9])
    let found = try await store.read { view in
      try (1...20).map { try view.object(.meter, mRID: "m\($0)") != nil }
    }
    #expect(found == kept, "what was acknowledged is there, and nothing else")
    #expect(try await store.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
  }
}
