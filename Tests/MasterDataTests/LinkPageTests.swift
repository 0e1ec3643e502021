// Pages of links of the busiest objects, and of objects by the names they bore.
import CIMModel
import IECMessage
import MasterData
import Synchronization
import Testing

@Suite("IEC 61968-9, 5.10.3: get of MasterDataLinkageConfig, in pages")
struct LinkPageTests {
  /// A store that counts the links its readers are given.
  private final class CountingStore: MasterDataStore {
    let store: any MasterDataStore
    let links = Mutex(0)

    init(_ store: any MasterDataStore) { self.store = store }

    func write<Result: Sendable>(
      keeps: Bool, _ body: @escaping @Sendable (any MasterDataTransaction) throws -> Result
    ) async throws -> Result { try await store.write(keeps: keeps, body) }

    func read<Result: Sendable>(
      _ body: @escaping @Sendable (any MasterDataView) throws -> Result
    ) async throws -> Result {
      try await store.read { view in
        let counting = CountingView(view)
        defer { self.links.withLock { $0 += counting.links } }
        return try body(counting)
      }
    }
  }

  private final class CountingView: MasterDataView {
    let view: any MasterDataView
    var links = 0

    init(_ view: any MasterDataView) { self.view = view }

    private func count(_ found: [Link]) -> [Link] {
      links += found.count
      return found
    }

    func record(of object: ObjectNumber) throws -> ObjectRecord? { try view.record(of: object) }
    func object(_ kind: ObjectKind, mRID: String) throws -> ObjectNumber? { try view.object(kind, mRID: mRID) }
    func slices(_ kind: ObjectKind, by term: IndexTerm, known: Timestamp?) throws -> [Slice] {
      try view.slices(kind, by: term, known: known)
    }
    func slices(of object: ObjectNumber, known: Timestamp?) throws -> [Slice] {
      try view.slices(of: object, known: known)
    }
    func validity(of object: ObjectNumber) throws -> [Period] { try view.validity(of: object) }
    func history(of object: ObjectNumber) throws -> [Slice] { try view.history(of: object) }
    func links(of object: ObjectNumber, known: Timestamp?) throws -> [Link] {
      count(try view.links(of: object, known: known))
    }
    func links(_ first: ObjectNumber, _ second: ObjectNumber) throws -> [Link] {
      count(try view.links(first, second))
    }
    func links(after: Int64, limit: Int) throws -> [Link] { count(try view.links(after: after, limit: limit)) }
    func links(of object: ObjectNumber, after: Int64, limit: Int) throws -> [Link] {
      count(try view.links(of: object, after: after, limit: limit))
    }
    func linkHistory(of object: ObjectNumber) throws -> [Link] { count(try view.linkHistory(of: object)) }
    func objects(_ kind: ObjectKind, after: ObjectNumber?, limit: Int) throws -> [ObjectRecord] {
      try view.objects(kind, after: after, limit: limit)
    }
    func changes(after: Int64, limit: Int) throws -> [ChangeRecord] { try view.changes(after: after, limit: limit) }
    func published() throws -> Int64 { try view.published() }
    func reply(to request: String) throws -> [UInt8]? { try view.reply(to: request) }
  }

  /// A page of links: the mRIDs of each link's ends, the marker of the next page, and the codes.
  private func page(
    _ service: MasterDataService, _ ends: [(ObjectKind, ObjectKey)], _ options: [(String, String)]
  ) async throws -> (links: [String], next: String?, summary: String) {
    var ask = Element("MasterDataLinkageConfig", in: shapes.linkNamespace)
    for (kind, key) in ends {
      ask.append(kind.element) { end in
        end.append("mRID", key.mRID)
        end.children += key.names.map { $0.element(in: shapes.linkNamespace) }
      }
    }
    var request = Message.get("MasterDataLinkageConfig", ask, source: "CIS")
    request.request?.options = options.map { .init(name: $0.0, value: $0.1) }
    let answer = try await service.answer(request)
    let links = (answer.payload?.objects ?? []).map { root in
      root.children.filter { $0.name != "ConfigurationEvent" }.compactMap { $0.text("mRID") }.joined(separator: "-")
    }
    let reply = try #require(answer.reply)
    return (links, reply.ids.first?.value, reply.summary)
  }

  private func all(
    _ service: MasterDataService, _ ends: [(ObjectKind, ObjectKey)], limit: Int
  ) async throws -> [String] {
    var seen: [String] = []
    var marker = "0"
    for _ in 0..<100 {
      let part = try await page(service, ends, [("limit", "\(limit)"), ("$page.marker", marker)])
      seen += part.links
      guard let next = part.next else { return seen }
      marker = next
    }
    Issue.record("no end of pages")
    return seen
  }

  private func end(_ kind: ObjectKind, _ mRID: String) -> (ObjectKind, ObjectKey) {
    (kind, ObjectKey(kind, mRID: mRID))
  }

  @Test("a page of a supplier's links reads no more than a part of them", arguments: StoreKind.allCases)
  func busy(_ kind: StoreKind) async throws {
    let store = CountingStore(try kind.make(TestClock()))
    let service = MasterDataService(store: store, source: "MD", now: { day(100) })
    let count = 5_000
    try await store.write { transaction in
      let suppliers = try ["s", "t"].map { try transaction.insertObject(.serviceSupplier, mRID: $0) }
      for number in 0..<count {
        let point = try transaction.insertObject(.usagePoint, mRID: "u\(number)")
        // Links of s and t in turn; those with a number that 50 divides are of both.
        for (index, supplier) in suppliers.enumerated() where number % 2 == index || number % 50 == 0 {
          try transaction.insertLink(supplier, point, valid: Period(day(1)))
        }
      }
    }
    let first = try await page(service, [end(.serviceSupplier, "s")], [("limit", "5")])
    #expect(first.links == ["s-u0", "s-u2", "s-u4", "s-u6", "s-u8"] && first.summary == "PARTIAL 0.1")
    #expect(store.links.withLock { $0 } <= 1_000)
    let last = try await page(
      service, [end(.serviceSupplier, "s")], [("limit", "5"), ("$page.marker", first.next ?? "")])
    #expect(last.links == ["s-u10", "s-u12", "s-u14", "s-u16", "s-u18"])
    store.links.withLock { $0 = 0 }
    let one = try await page(service, [end(.serviceSupplier, "s"), end(.usagePoint, "u4998")], [])
    #expect(one.links == ["s-u4998"] && one.summary == "OK 0.0")
    #expect(store.links.withLock { $0 } <= 1_001, "the links of the usage point are looked at, not the supplier's")
    let ofS = stride(from: 0, to: count, by: 2).map { "s-u\($0)" }
    let ofT = (0..<count).filter { $0 % 2 == 1 || $0 % 50 == 0 }.map { "t-u\($0)" }
    #expect(try await all(service, [end(.serviceSupplier, "s")], limit: 777) == ofS)
    let ofBoth = try await all(service, [end(.serviceSupplier, "t"), end(.serviceSupplier, "s")], limit: 777)
    #expect(ofBoth.count == ofS.count + ofT.count && Set(ofBoth) == Set(ofS + ofT))
  }

  @Test("walks over many objects give each link once, whichever way the ends lie", arguments: StoreKind.allCases)
  func many(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let count = 60
    try await bench.store.write { transaction in
      let meters = try (0..<count).map { try transaction.insertObject(.meter, mRID: "m\($0)") }
      // An end device that is asked for may be a meter: links of two such devices have both ends among those meant.
      let devices = try (0..<3).map { try transaction.insertObject(.endDevice, mRID: "d\($0)") }
      for round in 0..<20 {
        for meter in meters {
          try transaction.insertLink(devices[round % 3], meter, valid: Period(day(round), to: day(round + 1)))
        }
      }
    }
    let meant = (0..<count).map { end(.endDevice, "m\($0)") } + (0..<3).map { end(.endDevice, "d\($0)") }
    for limit in [7, 1_000] {
      var seen: [String] = []
      for number in 0..<20 {
        var marker = "0"
        for _ in 0..<100 {
          let part = try await page(
            bench.service, meant,
            [("limit", "\(limit)"), ("$page.marker", marker), ("asOf", day(number).xmlText)])
          seen += part.links.map { "\($0)@\(number)" }
          guard let next = part.next else { break }
          marker = next
        }
      }
      #expect(seen.count == count * 20 && Set(seen).count == count * 20)
    }
  }

  @Test("ends by the names they bore as it was known then", arguments: StoreKind.allCases)
  func correctedNames(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let (a, b) = (ObjectName("A", type: "T"), ObjectName("B", type: "T"))
    for (meter, point, name) in [("m1", "u1", a), ("m2", "u2", ObjectName("C", type: "T"))] {
      _ = try await bench.send(.create, config(.meter, meter, at: day(1), names: [name]))
      _ = try await bench.send(.create, config(.usagePoint, point, at: day(1)))
      _ = try await bench.send(.create, linkage((.meter, meter), (.usagePoint, point), at: day(1)))
    }
    let then = bench.clock.now.adding(seconds: 3_600)
    bench.clock.now = day(200)
    // m1 was B all along, and m2 A.
    for (meter, name) in [("m1", b), ("m2", a)] {
      #expect(try await bench.send(.change, config(.meter, meter, at: day(1), names: [name])).summary == "OK 0.0")
    }
    func links(_ kind: ObjectKind, _ name: ObjectName, known: Timestamp? = nil) async throws -> ([String], String) {
      var options = [("asOf", day(50).xmlText)]
      if let known { options.append(("knownAt", known.xmlText)) }
      let part = try await page(bench.service, [(kind, ObjectKey(kind, names: [name]))], options)
      return (part.links, part.summary)
    }
    for kind in [ObjectKind.meter, .endDevice] {
      #expect(try await links(kind, a) == (["m2-u2"], "OK 0.0"))
      #expect(try await links(kind, b) == (["m1-u1"], "OK 0.0"))
      #expect(try await links(kind, a, known: then) == (["m1-u1"], "OK 0.0"), "what was known then")
      #expect(try await links(kind, b, known: then) == ([], "FAILED 2.4"), "nobody was known by it")
    }
  }
}
