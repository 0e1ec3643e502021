// Names by themselves, and kinds that Part 9 has no noun for.
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("Busbar: vendors' nouns of master data")
struct ObjectNamesTests {
  private func names(_ kind: ObjectKind, _ id: String, _ names: [ObjectName], at time: Timestamp) -> Element {
    let namespace = "http://iec.ch/TC57/2011/ObjectNamesConfig#"
    var root = Element("ObjectNamesConfig", in: namespace)
    root.append("ConfigurationEvent") { $0.append("effectiveDateTime", time.xmlText) }
    root.append(kind.element) { $0.append("mRID", id) }
    for name in names {
      var element = name.element(in: namespace)
      element.name = "Name"
      root.children.append(element)
    }
    return root
  }

  private func borne(_ bench: Bench, _ number: Int) async throws -> [String]? {
    try await bench.get(.meter, "m", asOf: day(number))?.all("Names").compactMap { $0.text("name") }
  }

  @Test("names are added, replaced and taken away, each from its day on", arguments: StoreKind.allCases)
  func life(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    let (a, b, c) = (ObjectName("A", type: "T"), ObjectName("B", type: "T", authority: "X"), ObjectName("C", type: "T"))
    _ = try await bench.send(.create, config(.meter, "m", at: day(1), [("amrSystem", "S")], names: [a]))
    func send(_ verb: Verb, _ given: [ObjectName], _ number: Int) async throws -> String {
      try await bench.send(verb, names(.meter, "m", given, at: day(number))).summary
    }
    #expect(try await send(.create, [b], 5) == "OK 0.0")
    #expect(try await send(.create, [b], 6) == "FAILED 2.4", "it has it already")
    #expect(try await send(.change, [a, c], 10) == "OK 0.0", "old and new")
    #expect(try await send(.change, [ObjectName("D", type: "T", authority: "X")], 15) == "OK 0.0", "by its sort")
    #expect(try await send(.change, [ObjectName("E", type: "U")], 16) == "FAILED 2.4", "none of that sort")
    #expect(try await send(.delete, [c], 20) == "OK 0.0")
    #expect(try await send(.delete, [c], 21) == "FAILED 2.4", "it is gone")
    #expect(try await send(.close, [b], 21) == "FAILED 2.9")
    #expect(try await send(.create, [], 21) == "FAILED 1.7")
    #expect(try await borne(bench, 1) == ["A"])
    #expect(try await borne(bench, 5) == ["A", "B"])
    #expect(try await borne(bench, 10) == ["C", "B"])
    #expect(try await borne(bench, 15) == ["C", "D"])
    #expect(try await borne(bench, 20) == ["D"])
    #expect(try await bench.get(.meter, "m", asOf: day(20))?.text("amrSystem") == "S", "the rest stays")
    let last = try await bench.service.events(after: 0, limit: 100).last?.message
    #expect(last?.verb == .changed && last?.noun == "MeterConfig")
  }

  @Test("another's name, an unknown object, a last name, an operation of a set", arguments: StoreKind.allCases)
  func refused(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    let (a, b) = (ObjectName("A", type: "T"), ObjectName("B", type: "T"))
    _ = try await bench.send(.create, config(.meter, "m", at: day(1), names: [a]))
    _ = try await bench.send(.create, config(.meter, "n", at: day(1)))
    _ = try await bench.send(.create, config(.meter, nil, at: day(1), names: [b]))
    #expect(try await bench.send(.create, names(.meter, "n", [a], at: day(2))).summary == "FAILED 2.4")
    #expect(try await bench.send(.create, names(.usagePoint, "u", [a], at: day(2))).summary == "FAILED 2.12")
    var bare = names(.meter, "", [b], at: day(2))
    let place = try #require(bare.children.firstIndex { $0.name == "Meter" })
    bare.children[place].children = [b.element(in: bare.namespace)]
    #expect(try await bench.send(.delete, bare).summary == "FAILED 2.4", "its only name")
    let set = [
      operation(1, .create, names(.meter, "n", [ObjectName("C")], at: day(2))),
      operation(2, .create, names(.meter, "n", [a], at: day(2))),
    ]
    #expect(try await bench.execute(set, sequence: true, atomic: true).summary == "FAILED 1:5.9 2:2.4")
    #expect(try await bench.get(.meter, "n", asOf: day(3))?["Names"] == nil, "nothing half done")
  }

  @Test("a transformer tank is kept elsewhere: it is there once it is linked", arguments: StoreKind.allCases)
  func tanks(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    _ = try await bench.send(.create, config(.usagePoint, "u", at: day(1)))
    let link = linkage((.transformerTank, "t1"), (.usagePoint, "u"), at: day(2))
    #expect(try await bench.send(.close, link).summary == "FAILED 2.29", "not linked")
    #expect(try await bench.get(.transformerTank, "t1") == nil, "and not made by that")
    #expect(try await bench.send(.create, link).summary == "OK 0.0")
    let other = linkage((.transformerTank, "t2"), (.usagePoint, "u"), at: day(3))
    #expect(try await bench.send(.create, other).summary == "FAILED 2.29", "one tank feeds a usage point")
    #expect(
      try await bench.send(.close, linkage((.transformerTank, "t1"), (.usagePoint, "u"), at: day(3))).result == .ok)
    #expect(try await bench.send(.create, other).summary == "OK 0.0")
    #expect(try await bench.linked(.usagePoint, "u", asOf: day(2)) == ["t1"])
    #expect(try await bench.linked(.usagePoint, "u", asOf: day(3)) == ["t2"])
    // As a reference within the usage point, another one takes its place.
    let change = config(.usagePoint, "u", at: day(9)) { $0.append("Equipments") { $0.append("mRID", "t3") } }
    #expect(try await bench.send(.change, change).result == .ok)
    #expect(try await bench.linked(.usagePoint, "u", asOf: day(9)) == ["t3"])
    var query = Message.get("UsagePointConfig", Element("UsagePointConfig", in: ""), source: "CIS")
    query.request?.objects[0].append("TransformerTank") { $0.append("mRID", "t2") }
    query.request?.startTime = day(4)
    #expect(try await bench.service.answer(query).payload?.objects.first?.at("UsagePoint", "mRID")?.text == "u")
  }
}
