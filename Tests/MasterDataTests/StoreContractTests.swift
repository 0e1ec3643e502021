// What every store has to keep to, on its rows alone.
import CIMModel
import Foundation
import IECMessage
import MasterData
import SQLiteMasterData
import Testing

@Suite("Busbar: contract of master data stores")
struct StoreContractTests {
  private struct Stop: Error {}

  private func meter(_ fields: [(String, String)] = []) -> Element {
    config(.meter, "x", fields).children[0]
  }

  @Test("what a transaction throws away was never there", arguments: StoreKind.allCases)
  func rollback(_ kind: StoreKind) async throws {
    let store = try kind.make(TestClock())
    await #expect(throws: Stop.self) {
      try await store.write { transaction in
        let object = try transaction.insertObject(.meter, mRID: "a")
        try transaction.insert(object, valid: Period(day(1)), content: self.meter([("newWord", "1")]), parts: [])
        throw Stop()
      }
    }
    try await store.write { transaction in
      #expect(try transaction.object(.meter, mRID: "a") == nil)
      let object = try transaction.insertObject(.meter, mRID: "a")
      let other = try transaction.insertObject(.usagePoint, mRID: "a")
      try? transaction.savepoint {
        try transaction.insert(object, valid: Period(day(1)), content: self.meter([("other", "1")]), parts: [])
        try transaction.insertLink(object, other, valid: Period(day(1)))
        _ = try transaction.insertObject(.meter, mRID: "b")
        try transaction.append(ChangeRecord(known: transaction.time, verb: .created, object: object, at: day(1)))
        try transaction.savepoint { try transaction.keep(reply: [1], to: "r") }
        throw Stop()
      }
      try transaction.insert(object, valid: Period(day(1)), content: self.meter([("newWord", "2")]), parts: [])
    }
    try await store.read { view in
      let object = try #require(try view.object(.meter, mRID: "a"))
      #expect(try view.slices(of: object, known: nil).map { $0.content.text("newWord") } == ["2"])
      #expect(try view.slices(of: object, known: nil).map { $0.content.text("other") } == [nil])
      #expect(try view.links(of: object, known: nil).isEmpty)
      #expect(try view.object(.meter, mRID: "b") == nil)
      #expect(try view.changes(after: 0, limit: 9).isEmpty)
      #expect(try view.reply(to: "r") == nil)
    }
  }

  @Test(
    "mRIDs of every length, UUIDs in either case, and contents of every shape come back", arguments: StoreKind.allCases)
  func contents(_ kind: StoreKind) async throws {
    let store = try kind.make(TestClock())
    let uuid = "64e0978a-0f79-558f-9c4b-d5063fbd7c85"
    let ids =
      (1...40).map { String(repeating: "é", count: $0 % 3) + String(repeating: "x", count: $0) }
      + [uuid, uuid.uppercased(), String(uuid.dropLast()), uuid.replacing("-", with: "0")]
    var element = Element(
      "Meter", in: "urn:a",
      attributes: [.init(name: "ref", value: uuid), .init(namespace: "urn:b", name: "n", value: "")])
    element.append("empty", "")
    element.append("long", String(repeating: "ä€", count: 5_000))
    element.append("nested") { $0.append("deeper") { $0.children.append(Element("foreign", in: "", text: uuid)) } }
    let content = element
    try await store.write { transaction in
      for id in ids {
        let object = try transaction.insertObject(.meter, mRID: id)
        try transaction.insert(object, valid: Period(day(1), to: day(2)), content: content, parts: [content, content])
      }
    }
    try await store.read { view in
      for id in ids {
        let object = try #require(try view.object(.meter, mRID: id), "\(id)")
        #expect(try view.record(of: object)?.mRID == id)
        let slice = try #require(try view.slices(of: object, known: nil).first)
        #expect(slice.content == content && slice.parts == [content, content])
        #expect(slice.valid == Period(day(1), to: day(2)) && slice.known.isOpen)
      }
      #expect(try view.objects(.meter, after: nil, limit: 1_000).map(\.mRID) == ids)
      #expect(try view.object(.usagePoint, mRID: "x") == nil)
    }
  }

  @Test(
    "each transaction becomes known later than the one before, though the clock goes back",
    arguments: StoreKind.allCases)
  func time(_ kind: StoreKind) async throws {
    let clock = TestClock()
    let store = try kind.make(clock)
    var times: [Timestamp] = []
    for _ in 0..<5 {
      times.append(try await store.write { $0.time })
      clock.now = clock.now.adding(seconds: -3_600)
    }
    #expect(times == times.sorted() && Set(times).count == 5)
  }

  @Test("what was published is noted, and no further than there is", arguments: StoreKind.allCases)
  func published(_ kind: StoreKind) async throws {
    let store = try kind.make(TestClock())
    try await store.write { transaction in
      for number in 1...3 {
        try transaction.append(
          ChangeRecord(known: transaction.time, verb: .executed, object: nil, at: day(number), body: [7]))
      }
      try transaction.setPublished(2)
      try transaction.setPublished(1)
    }
    #expect(try await store.read { try $0.published() } == 2)
    #expect(try await store.read { try $0.changes(after: 0, limit: 9).map(\.body) } == [nil, nil, [7]])
    try await store.write { try $0.setPublished(.max) }
    #expect(try await store.read { try $0.published() } == 3)
    #expect(try await store.read { try $0.changes(after: 1, limit: 1).map(\.sequence) } == [2])
  }

  @Test("links of an object in parts: all that ever were, in the order of their numbers", arguments: StoreKind.allCases)
  func linkParts(_ kind: StoreKind) async throws {
    let store = try kind.make(TestClock())
    // An agreement is the second end of accounts and the first of usage points; the other one is not asked about.
    let agreement = try await store.write { transaction in
      let accounts = try (0..<5).map { try transaction.insertObject(.customerAccount, mRID: "a\($0)") }
      let agreements = try ["g", "h"].map { try transaction.insertObject(.customerAgreement, mRID: $0) }
      let points = try (0..<5).map { try transaction.insertObject(.usagePoint, mRID: "u\($0)") }
      for number in 0..<5 {
        for agreement in agreements {
          try transaction.insertLink(accounts[number], agreement, valid: Period(day(9 - number)))
          try transaction.insertLink(agreement, points[number], valid: Period(day(number)))
        }
      }
      return agreements[0]
    }
    try await store.write { transaction in
      for link in try transaction.links(of: agreement, known: nil).prefix(4) { try transaction.supersede(link) }
    }
    try await store.read { view in
      let all = try view.linkHistory(of: agreement).sorted { $0.number < $1.number }
      #expect(all.count == 10 && all.count { !$0.known.isOpen } == 4)
      #expect(all.allSatisfy { $0.first == agreement || $0.second == agreement })
      for limit in [1, 3, 10, 11] {
        var seen: [Link] = []
        while seen.count < 20 {
          let part = try view.links(of: agreement, after: seen.last?.number ?? 0, limit: limit)
          #expect(part.count <= limit)
          guard !part.isEmpty else { break }
          seen += part
        }
        #expect(seen == all)
      }
      for link in all {
        let rest = all.filter { $0.number > link.number }
        #expect(try view.links(of: agreement, after: link.number, limit: 100) == rest)
      }
      #expect(try view.links(of: agreement, after: .max, limit: 9).isEmpty)
    }
  }

  @Test("transactions that come at the same time are done one after another", arguments: StoreKind.allCases)
  func concurrency(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    _ = try await bench.send(.create, config(.comModule, "o", at: day(1)))
    for number in 0..<20 { _ = try await bench.send(.create, config(.meter, "m\(number)", at: day(1))) }
    let results = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<20 {
        group.addTask {
          try await bench.send(.create, linkage((.comModule, "o"), (.meter, "m\(number)"), at: day(2))).summary
        }
      }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(results.sorted() == [String](repeating: "FAILED 2.18", count: 19) + ["OK 0.0"])
  }

  @Test("sets that change one object at the same time come one after another, and none is lost")
  func oneObject() async throws {
    for kind in StoreKind.allCases {
      let bench = try Bench(kind)
      _ = try await bench.send(.create, config(.usagePoint, "u", at: day(1), [("readCycle", "0")]))
      let names = (0..<30).map { ObjectName("N\($0)", type: "T\($0)") }
      let results = try await withThrowingTaskGroup(of: String.self) { group in
        for name in names {
          group.addTask {
            // Two changes each: another set's must not come between them.
            let set = [
              operation(1, .change, config(.usagePoint, "u", at: day(2), [("readCycle", name.name)], names: [name])),
              operation(2, .change, config(.usagePoint, "u", at: day(2), [("readRoute", name.name)])),
            ]
            return try await bench.execute(set, sequence: true, atomic: true).summary
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results == [String](repeating: "OK 1:0.0 2:0.0", count: 30))
      let history = try await bench.store.read { view in
        try view.history(of: try #require(try view.object(.usagePoint, mRID: "u")))
      }
      let states = history.filter { $0.valid.from == day(2) }
      #expect(states.map(\.names.count) == Array(1...30), "each adds to what the one before left")
      #expect(states.allSatisfy { $0.content.text("readCycle") == $0.content.text("readRoute") })
      #expect(Set(states.map(\.known.from)).count == 30)
    }
  }

  @Test("a file that is none of ours is left alone")
  func foreignFile() throws {
    let path = newFile()
    try Data("no database at all, but long enough to be looked at, and more".utf8).write(to: URL(filePath: path))
    #expect(throws: MasterDataError.self) { try SQLiteStore(path: path) }
    #expect(throws: MasterDataError.self) { try SQLiteStore(path: "/nowhere/at/all/master.sqlite") }
    #expect(try Data(contentsOf: URL(filePath: path)).count == 61)
  }

  @Test("a file is opened again as it was left")
  func reopened() async throws {
    let path = newFile()
    let first = try SQLiteStore(path: path)
    let content = meter([("amrSystem", "A")])
    try await first.write { transaction in
      let object = try transaction.insertObject(.meter, mRID: "a")
      try transaction.insert(object, valid: Period(day(1)), content: content, parts: [])
    }
    let second = try SQLiteStore(path: path, isReadOnly: true)
    let found = try await second.read { view in
      try view.object(.meter, mRID: "a").flatMap { try view.slice(of: $0, at: day(1)) }
    }
    #expect(found?.content == content)
    await #expect(throws: MasterDataError.self) { try await second.write { _ in } }
  }
}
