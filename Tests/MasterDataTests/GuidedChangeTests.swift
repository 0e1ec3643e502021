// Sets that are built: everyday changes, differences to an export; and what people are shown.
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("Busbar: guided changes, reconciliation and display of master data")
struct GuidedChangeTests {
  private func bench(_ store: StoreKind) async throws -> Bench {
    let bench = try Bench(store)
    let objects: [(ObjectKind, String)] = [
      (.meter, "m1"), (.usagePoint, "u1"), (.usagePointLocation, "l1"), (.customer, "c1"), (.customerAgreement, "g1"),
      (.serviceSupplier, "s1"), (.serviceSupplier, "s2"),
    ]
    for (kind, id) in objects { _ = try await bench.send(.create, config(kind, id, at: day(1))) }
    let links: [((ObjectKind, String), (ObjectKind, String))] = [
      ((.meter, "m1"), (.usagePoint, "u1")), ((.usagePoint, "u1"), (.usagePointLocation, "l1")),
      ((.customer, "c1"), (.customerAgreement, "g1")), ((.customerAgreement, "g1"), (.usagePoint, "u1")),
      ((.serviceSupplier, "s1"), (.usagePoint, "u1")),
    ]
    for (a, b) in links { #expect(try await bench.send(.create, linkage(a, b, at: day(2))).result == .ok) }
    return bench
  }

  private func build(
    _ bench: Bench, at time: Timestamp, _ body: @escaping @Sendable (GuidedChange) throws -> SetBuilder
  ) async throws -> SetBuilder {
    try await bench.store.read { try body(GuidedChange(view: $0, at: time)) }
  }

  private func code(_ body: () async throws -> SetBuilder) async -> String? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? MasterDataError)?.replyCode
    }
  }

  private let point = ObjectKey(.usagePoint, mRID: "u1")

  @Test("meter exchange", arguments: StoreKind.allCases)
  func exchange(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    let new = ObjectKey(.meter, mRID: "m2", names: [ObjectName("M-2", type: "serial")])
    let set = try await build(bench, at: day(50)) { [point] in try $0.exchangeMeter(at: point, to: new) }
    #expect(set.operations.map(\.verb) == ["close", "create", "create"])
    #expect(try await bench.send(set.message(source: "WMS")).summary == "OK 1:0.0 2:0.0 3:0.0")
    #expect(try await bench.linked(.meter, "m1", asOf: day(49)) == ["u1"])
    #expect(try await bench.linked(.meter, "m1", asOf: day(50)) == [])
    #expect(try await bench.linked(.meter, "m2", asOf: day(50)) == ["u1"])
    #expect(
      await code { try await build(bench, at: day(60)) { [point] in try $0.exchangeMeter(at: point, to: new) } }
        == "2.13")
    let gone = ObjectKey(.meter, mRID: "m1")
    #expect(
      await code {
        try await build(bench, at: day(60)) { [point] in try $0.exchangeMeter(at: point, from: gone, to: gone) }
      } == "2.13")
  }

  @Test("move-out, move-in and change of supplier", arguments: StoreKind.allCases)
  func moving(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    let (customer, agreement) = (ObjectKey(.customer, mRID: "c2"), ObjectKey(.customerAgreement, mRID: "g2"))
    #expect(
      await code {
        try await build(bench, at: day(50)) { [point] in try $0.moveIn(customer, agreement: agreement, at: point) }
      } == "2.26", "somebody lives there")
    let out = try await build(bench, at: day(50)) { [point] in try $0.moveOut(of: point) }
    #expect(try await bench.send(out.message(source: "CIS")).summary == "OK 1:0.0")
    let into = try await build(bench, at: day(55)) { [point] in
      try $0.moveIn(customer, agreement: agreement, at: point)
    }
    #expect(try await bench.send(into.message(source: "CIS")).result == .ok)
    let supplier = ObjectKey(.serviceSupplier, mRID: "s2")
    let change = try await build(bench, at: day(60)) { [point] in
      try $0.switchSupplier(of: point, to: supplier)
    }
    #expect(try await bench.send(change.message(source: "CIS")).result == .ok)
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(49)) == ["g1", "l1", "m1", "s1"])
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(52)) == ["l1", "m1", "s1"])
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(60)) == ["g2", "l1", "m1", "s2"])
    #expect(try await bench.linked(.customer, "c2", asOf: day(60)) == ["g2"])
    #expect(
      await code {
        try await build(bench, at: day(61)) { [point] in try $0.switchSupplier(of: point, to: supplier) }
      } == "2.28")
  }

  @Test("differences to an export make the store the same, and then there are none", arguments: StoreKind.allCases)
  func reconciliation(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    _ = try await bench.send(.create, config(.meter, "m7", at: day(1), [("amrSystem", "A")]))
    _ = try await bench.send(.create, config(.meter, "m8", at: day(1)))
    var export = MasterDataExport()
    try export.add(
      csv: """
        mRID,name,nameType,amrSystem,EndDeviceInfo/AssetModel/modelNumber,link:UsagePoint
        m1,M-1,serial,,X9,
        m7,,,B,,
        m9,"M,9",serial,C,,u1
        """, kind: .meter, shapes: shapes, file: "export.csv")
    func differences(_ complete: Bool, _ export: MasterDataExport) async throws -> SetBuilder {
      try await bench.store.read { view in
        try Reconciliation(view: view, at: day(50), direction: .store, isComplete: complete).differences(export)
      }
    }
    let partial = try await differences(false, export)
    #expect(
      partial.operations.map { "\($0.verb ?? "") \($0.noun ?? "")" } == [
        "change MeterConfig", "change MeterConfig", "create MeterConfig", "create MasterDataLinkageConfig",
      ])
    let set = try await differences(true, export)
    #expect(try await bench.send(set.message(source: "X")).result == .ok)
    #expect(try await differences(true, export).isEmpty, "nothing is left to do")
    #expect(try await bench.get(.meter, "m8", asOf: day(50)) == nil)
    #expect(try await bench.get(.meter, "m7", asOf: day(50))?.text("amrSystem") == "B")
    #expect(try await bench.get(.meter, "m9", asOf: day(50))?.at("Names", "name")?.text == "M,9")
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(50)) == ["g1", "l1", "m9", "s1"])
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(49)) == ["g1", "l1", "m1", "s1"])
  }

  @Test("the other way round the set makes the partner the same")
  func partner() async throws {
    let (ours, theirs) = (try await bench(.memory), try await bench(.memory))
    _ = try await ours.send(.create, config(.meter, "m5", at: day(3), [("amrSystem", "A")]))
    _ = try await ours.send(.create, linkage((.meter, "m5"), (.usagePoint, "u1"), at: day(3)))
    _ = try await ours.send(.change, config(.usagePoint, "u1", at: day(3), [("readCycle", "7")]))
    _ = try await theirs.send(.create, config(.meter, "m6", at: day(3)))
    func export(_ bench: Bench) async throws -> MasterDataExport {
      var export = MasterDataExport()
      for kind in ObjectKind.all {
        let answer = try await bench.service.answer(.get(kind.noun, nil, source: "X"))
        for payload in answer.payload?.objects ?? [] { try export.add(payload) }
      }
      for (kind, id) in [(ObjectKind.usagePoint, "u1"), (.customerAgreement, "g1")] {
        var ask = Element("MasterDataLinkageConfig", in: shapes.linkNamespace)
        ask.append(kind.element) { $0.append("mRID", id) }
        let answer = try await bench.service.answer(.get(ask.name, ask, source: "X"))
        for payload in answer.payload?.objects ?? [] { try export.add(payload) }
      }
      return export
    }
    func differences() async throws -> SetBuilder {
      let exported = try await export(theirs)
      return try await ours.store.read { view in
        try Reconciliation(view: view, at: day(60), direction: .partner, isComplete: true).differences(exported)
      }
    }
    let set = try await differences()
    let told = set.operations.map { "\($0.verb ?? "") \($0.noun ?? "")" }
    #expect(
      told == ["change UsagePointConfig", "create MeterConfig", "create MasterDataLinkageConfig", "close MeterConfig"])
    #expect(try await theirs.send(set.message(source: "X")).result == .ok)
    #expect(try await differences().isEmpty)
    #expect(try await theirs.get(.meter, "m5", asOf: day(60))?.text("amrSystem") == "A")
    #expect(try await theirs.get(.meter, "m6", asOf: day(60)) == nil)
    #expect(try await theirs.linked(.usagePoint, "u1", asOf: day(60)) == ["g1", "l1", "m1", "m5", "s1"])
  }

  @Test("bad tables are refused with file and line")
  func badTables() throws {
    var export = MasterDataExport()
    for (text, part) in [
      ("mRID,link:Nothing\nm1,x", "link:Nothing"), ("amrSystem\nA", "line 2"), ("mRID,a\nm1", "line 2"), ("", "header"),
    ] {
      do {
        try export.add(csv: text, kind: .meter, shapes: shapes, file: "t.csv")
        Issue.record("taken: \(text)")
      } catch {
        #expect(error.code == .badInput && error.message.contains(part) && error.message.hasPrefix("t.csv"), "\(error)")
      }
    }
    #expect(export.objects.isEmpty)
  }

  @Test("tree, history and difference", arguments: StoreKind.allCases)
  func display(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    _ = try await bench.send(.change, config(.meter, "m1", at: day(50), [("amrSystem", "A")]))
    let change = config(.meter, "m1", at: day(60), [("amrSystem", "B")])
    let (tree, history) = try await bench.store.read { view in
      let object = try view.existing(ObjectKey(.meter, mRID: "m1"), at: day(20))
      let branch = try #require(try Neighbourhood(view: view, time: day(20)).tree(from: object))
      return (MasterDataText.tree(branch), try MasterDataText.history(of: object, in: view))
    }
    #expect(
      tree == [
        "Meter m1  2026-01-02T00:00:00Z to 2026-02-20T00:00:00Z",
        "└─ UsagePoint u1  since 2026-01-02T00:00:00Z  (linked since 2026-01-03T00:00:00Z)",
        "   ├─ UsagePointLocation l1  since 2026-01-02T00:00:00Z  (linked since 2026-01-03T00:00:00Z)",
        "   ├─ CustomerAgreement g1  since 2026-01-02T00:00:00Z  (linked since 2026-01-03T00:00:00Z)",
        "   │  └─ Customer c1  since 2026-01-02T00:00:00Z  (linked since 2026-01-03T00:00:00Z)",
        "   └─ ServiceSupplier s1  since 2026-01-02T00:00:00Z  (linked since 2026-01-03T00:00:00Z)",
      ])
    #expect(history.count == 4)
    #expect(history.first?.contains("this was thought so") == true)
    #expect(history.last?.contains("amrSystem=A") == true)
    let lines = try await bench.store.write(keeps: false) { [service = bench.service] transaction in
      let last = try transaction.changes(after: 0, limit: 1_000).last?.sequence ?? 0
      _ = try service.carryOut(.request(.change, "MeterConfig", [change], source: "X"), in: transaction)
      let changes = try transaction.changes(after: last, limit: 100)
      return try MasterDataText.difference(changes, known: transaction.time, in: transaction)
    }
    #expect(lines.contains("-  since 2026-02-20T00:00:00Z"))
    #expect(lines.contains("+  2026-02-20T00:00:00Z to 2026-03-02T00:00:00Z"))
    #expect(lines.contains("+    amrSystem: B"))
    #expect(lines.first == "Meter m1")
  }
}
