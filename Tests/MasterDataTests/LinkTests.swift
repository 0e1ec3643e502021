// Links between objects: made and ended in both vendors' styles, and refused where the ends do not belong together.
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("IEC 61968-9, 5.10.3: MasterDataLinkageConfig")
struct LinkTests {
  private func bench(_ store: StoreKind) async throws -> Bench {
    let bench = try Bench(store)
    for (kind, id) in [
      (ObjectKind.meter, "m1"), (.meter, "m2"), (.usagePoint, "u1"), (.usagePoint, "u2"), (.customer, "c1"),
      (.usagePointLocation, "l1"), (.usagePointLocation, "l2"), (.customerAccount, "a1"), (.comModule, "o1"),
      (.endDevice, "d1"),
    ] { _ = try await bench.send(.create, config(kind, id, at: day(1))) }
    return bench
  }

  @Test("made by create, dated either way, ended by close or delete", arguments: StoreKind.allCases)
  func styles(_ store: StoreKind) async throws {
    for (made, dated, ended) in [
      (day(2), "effectiveDateTime", Verb.delete), (day(2), "createdDateTime", .close),
      (day(2), "createdDateTime", .delete),
    ] {
      let bench = try await bench(store)
      let link = linkage((.meter, "m1"), (.usagePoint, "u1"), at: made, dated: dated)
      #expect(try await bench.send(.create, link).summary == "OK 0.0")
      #expect(try await bench.send(ended, linkage((.meter, "m1"), (.usagePoint, "u1"), at: day(9))).summary == "OK 0.0")
      #expect(try await bench.linked(.meter, "m1", asOf: day(1)) == [])
      #expect(try await bench.linked(.meter, "m1", asOf: day(2)) == ["u1"])
      #expect(try await bench.linked(.usagePoint, "u1", asOf: day(8)) == ["m1"])
      #expect(try await bench.linked(.meter, "m1", asOf: day(9)) == [])
      let verbs = try await bench.service.events(after: 0, limit: 100).suffix(2).map { $0.message?.verb }
      #expect(verbs == [.created, ended.pastTense])
    }
  }

  @Test("overlaps and second places are refused, with the code of the pair", arguments: StoreKind.allCases)
  func overlaps(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    func link(_ meter: String, _ point: String, _ number: Int) async throws -> String {
      try await bench.send(.create, linkage((.meter, meter), (.usagePoint, point), at: day(number))).summary
    }
    #expect(try await link("m1", "u1", 10) == "OK 0.0")
    #expect(try await link("m1", "u1", 20) == "FAILED 2.13", "linked already")
    #expect(try await link("m1", "u1", 5) == "FAILED 2.13", "linked later")
    #expect(try await link("m1", "u2", 20) == "FAILED 2.13", "one meter is at one place")
    #expect(try await link("m2", "u1", 20) == "OK 0.0", "a place may have two meters")
    let unlink = linkage((.meter, "m1"), (.usagePoint, "u1"), at: day(15))
    #expect(try await bench.send(.close, unlink).summary == "OK 0.0")
    #expect(try await bench.send(.close, unlink).summary == "FAILED 2.13", "ended already")
    #expect(try await link("m1", "u2", 15) == "OK 0.0")
    #expect(try await bench.linked(.meter, "m1", asOf: day(14)) == ["u1"])
    #expect(try await bench.linked(.meter, "m1", asOf: day(15)) == ["u2"])
  }

  @Test("wrong ends, unknown ends, ends without identity, and what is no pair", arguments: StoreKind.allCases)
  func wrongEnds(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    func link(_ a: (ObjectKind, String), _ b: (ObjectKind, String)) async throws -> String {
      try await bench.send(.create, linkage(a, b, at: day(2))).summary
    }
    #expect(try await link((.meter, "m1"), (.customer, "c1")) == "FAILED 2.29")
    #expect(try await link((.comModule, "o1"), (.usagePointLocation, "l1")) == "FAILED 2.29")
    #expect(try await link((.meter, "m9"), (.usagePoint, "u1")) == "FAILED 2.4")
    #expect(try await link((.meter, "m1"), (.usagePoint, "u9")) == "FAILED 2.12")
    #expect(try await link((.meter, "m1"), (.endDevice, "m1")) == "FAILED 2.29", "a meter with itself")
    #expect(try await link((.meter, "m1"), (.endDevice, "d1")) == "OK 0.0")
    let mismatches: [((ObjectKind, String), (ObjectKind, String), String)] = [
      ((.meter, "m1"), (.usagePoint, "u1"), "2.13"), ((.comModule, "o1"), (.meter, "m1"), "2.18"),
      ((.customer, "c1"), (.customerAccount, "a1"), "2.23"), ((.customerAccount, "a1"), (.usagePoint, "u1"), "2.27"),
      ((.usagePoint, "u1"), (.usagePointLocation, "l1"), "2.29"),
    ]
    for (a, b, code) in mismatches {
      #expect(try await bench.send(.delete, linkage(a, b, at: day(2))).summary == "FAILED \(code)", "not linked")
    }
    var root = Element("MasterDataLinkageConfig", in: shapes.linkNamespace)
    #expect(try await bench.send(.create, root).summary == "FAILED 1.7")
    root.append("Meter") { $0.append("mRID", "m1") }
    #expect(try await bench.send(.create, root).summary == "FAILED 1.7", "one end")
    root.append("UsagePoint") { _ in }
    #expect(try await bench.send(.create, root).summary == "FAILED 1.7", "an end without identity")
    root.children.removeLast()
    root.append("Asset") { $0.append("mRID", "t1") }
    #expect(try await bench.send(.create, root).summary == "FAILED 2.29", "not kept")
    root.children.removeLast()
    for id in ["u1", "u2"] { root.append("UsagePoint") { $0.append("mRID", id) } }
    #expect(try await bench.send(.create, root).summary == "FAILED 2.13", "one meter at two places")
    root.append("Meter") { $0.append("mRID", "m2") }
    #expect(try await bench.send(.create, root).summary == "FAILED 2.29", "two and two")
    let change = linkage((.meter, "m1"), (.usagePoint, "u1"), at: day(2))
    #expect(try await bench.send(.change, change).summary == "FAILED 2.9")
    #expect(
      try await bench.execute([operation(1, .create, change, onElements: true)]).summary == "FAILED 1:2.9")
    #expect(try await bench.linked(.meter, "m1", asOf: day(50)) == ["d1"], "nothing half done")
  }

  @Test(
    "a link with an object that has ended is refused; the end of an object ends its links",
    arguments: StoreKind.allCases)
  func ends(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    _ = try await bench.send(.create, linkage((.meter, "m1"), (.usagePoint, "u1"), at: day(2)))
    #expect(try await bench.send(.delete, config(.meter, "m1", at: day(10))).result == .ok)
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(9)) == ["m1"])
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(10)) == [])
    let late = linkage((.meter, "m1"), (.usagePoint, "u1"), at: day(12))
    #expect(try await bench.send(.create, late).summary == "FAILED 2.4")
  }

  @Test("a reference within an object is a link, and another one takes its place", arguments: StoreKind.allCases)
  func references(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    func point(_ location: String, _ number: Int) -> Element {
      config(.usagePoint, "u1", at: day(number)) {
        $0.append("UsagePointLocation") { $0.append("mRID", location) }
      }
    }
    #expect(try await bench.send(.change, point("l1", 5)).result == .ok)
    #expect(try await bench.send(.change, point("l1", 6)).result == .ok, "said again")
    #expect(try await bench.send(.change, point("l2", 8)).result == .ok)
    #expect(try await bench.send(.change, point("l9", 9)).summary == "FAILED 2.32")
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(7)) == ["l1"])
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(9)) == ["l2"])
    let removal = operation(1, .delete, point("l2", 20), onElements: true)
    #expect(try await bench.execute([removal]).summary == "OK 1:0.0")
    #expect(try await bench.linked(.usagePoint, "u1", asOf: day(20)) == [])
    #expect(try await bench.get(.usagePoint, "u1", asOf: day(20))?["UsagePointLocation"] == nil)
  }

  @Test("cancel withdraws a link to come, or its end", arguments: StoreKind.allCases)
  func cancelling(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    func link(_ verb: Verb, _ point: String, _ number: Int?) async throws -> String {
      try await bench.send(verb, linkage((.meter, "m1"), (.usagePoint, point), at: number.map { day($0) })).summary
    }
    #expect(try await link(.create, "u1", 2) == "OK 0.0")
    #expect(try await link(.cancel, "u1", nil) == "FAILED 2.13", "nothing is planned")
    #expect(try await link(.close, "u1", 120) == "OK 0.0")
    #expect(try await link(.create, "u2", 120) == "OK 0.0")
    #expect(try await link(.cancel, "u1", nil) == "FAILED 2.13", "its place is taken from day 120 on")
    #expect(try await link(.cancel, "u2", nil) == "OK 0.0")
    #expect(try await link(.cancel, "u1", nil) == "OK 0.0")
    #expect(try await bench.linked(.meter, "m1", asOf: day(130)) == ["u1"])
  }
}
