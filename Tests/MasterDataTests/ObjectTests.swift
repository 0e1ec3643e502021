// The life of single objects: made, changed, ended, withdrawn, and looked at as of any day.
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("IEC 61968-9, 5.10: objects of master data")
struct ObjectTests {
  @Test("every Config noun is made, changed, read back and ended", arguments: StoreKind.allCases)
  func allNouns(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    for kind in ObjectKind.all {
      #expect(try await bench.send(.create, config(kind, "x", at: day(1))).summary == "OK 0.0", "\(kind)")
      let name = ObjectName("N1", type: "T", authority: "A")
      #expect(try await bench.send(.change, config(kind, "x", at: day(5), names: [name])).summary == "OK 0.0")
      #expect(try await bench.send(.delete, config(kind, "x", at: day(9))).summary == "OK 0.0")
      #expect(try await bench.get(kind, "x", asOf: day(0)) == nil)
      #expect(try await bench.get(kind, "x", asOf: day(4))?["Names"] == nil)
      #expect(try await bench.get(kind, "x", asOf: day(5))?.at("Names", "name")?.text == "N1")
      #expect(try await bench.get(kind, "x", asOf: day(9)) == nil)
    }
  }

  @Test("what is absent from a change stays as it was", arguments: StoreKind.allCases)
  func changes(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    let serial = ObjectName("M-1", type: "serial", authority: "Utility")
    let place = ObjectName("P-1", type: "place")
    let made = config(.meter, "m", at: day(1), [("amrSystem", "A"), ("serialNumber", "17")], names: [serial, place]) {
      $0.append("lifecycle") {
        $0.append("installationDate", "2026-01-01")
        $0.append("receivedDate", "2025-12-01")
      }
    }
    #expect(try await bench.send(.create, made).result == .ok)
    let change = config(.meter, "m", at: day(10), [("amrSystem", "B")], names: [ObjectName("P-2", type: "place")]) {
      $0.append("lifecycle") { $0.append("installationDate", "2026-01-02") }
    }
    #expect(try await bench.send(.change, change).result == .ok)
    let before = try #require(try await bench.get(.meter, "m", asOf: day(9)))
    #expect(before == made["Meter"])
    let after = try #require(try await bench.get(.meter, "m", asOf: day(10)))
    #expect(after.text("amrSystem") == "B" && after.text("serialNumber") == "17")
    #expect(after.at("lifecycle", "installationDate")?.text == "2026-01-02")
    #expect(after.at("lifecycle", "receivedDate")?.text == "2025-12-01")
    #expect(after.all("Names").map { $0.text("name") } == ["M-1", "P-2"])
    // In the order of the profile, whatever that of the request was.
    let order = ["mRID", "amrSystem", "serialNumber", "ConfigurationEvents", "lifecycle", "Names", "Names"]
    #expect(after.children.map(\.name) == order)
  }

  @Test("a change in the past holds until the next one that is recorded", arguments: StoreKind.allCases)
  func timeSlices(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    _ = try await bench.send(.create, config(.meter, "m", at: day(1), [("amrSystem", "A")]))
    bench.clock.now = day(101)
    _ = try await bench.send(.change, config(.meter, "m", at: day(10), [("amrSystem", "C")]))
    bench.clock.now = day(102)
    _ = try await bench.send(.change, config(.meter, "m", at: day(5), [("amrSystem", "B")]))
    var seen: [String?] = []
    for number in [0, 1, 4, 5, 9, 10, 50] {
      seen.append(try await bench.get(.meter, "m", asOf: day(number))?.text("amrSystem"))
    }
    #expect(seen == [nil, "A", "A", "B", "B", "C", "C"])
    // What was known before the correction is still known to have been known.
    #expect(
      try await bench.get(.meter, "m", asOf: day(7), known: day(101).adding(seconds: 60))?.text("amrSystem") == "A")
    #expect(
      try await bench.get(.meter, "m", asOf: day(20), known: day(100).adding(seconds: 60))?.text("amrSystem") == "A")
    #expect(try await bench.get(.meter, "m", asOf: day(20), known: day(99)) == nil)
  }

  @Test(
    "ending is dating the end; a change afterwards is refused, a new beginning is not", arguments: StoreKind.allCases)
  func ending(_ store: StoreKind) async throws {
    for verb in [Verb.close, .delete] {
      let bench = try Bench(store)
      _ = try await bench.send(.create, config(.meter, "m", at: day(1)))
      #expect(try await bench.send(verb, config(.meter, "m", at: day(10))).result == .ok)
      #expect(try await bench.get(.meter, "m", asOf: day(9)) != nil)
      let late = try await bench.send(.change, config(.meter, "m", at: day(10), [("amrSystem", "B")]))
      #expect(late.summary == "FAILED 2.4")
      #expect(late.errors.first?.reason?.contains("has ended at 2026-01-11") == true)
      #expect(late.errors.first?.id?.value == "m")
      #expect(try await bench.send(verb, config(.meter, "m", at: day(11))).summary == "FAILED 2.4", "ended twice")
      #expect(try await bench.send(.create, config(.meter, "m", at: day(9))).summary == "FAILED 2.4", "overlaps")
      #expect(try await bench.send(.create, config(.meter, "m", at: day(20))).summary == "OK 0.0")
      #expect(try await bench.get(.meter, "m", asOf: day(15)) == nil)
      #expect(try await bench.get(.meter, "m", asOf: day(20)) != nil)
    }
  }

  @Test("cancel withdraws what has not taken effect", arguments: StoreKind.allCases)
  func cancelling(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    _ = try await bench.send(.create, config(.meter, "m", at: day(1), [("amrSystem", "A")]))
    _ = try await bench.send(.change, config(.meter, "m", at: day(110), [("amrSystem", "B")]))
    _ = try await bench.send(.close, config(.meter, "m", at: day(120)))
    #expect(try await bench.send(.cancel, config(.meter, "m", at: day(120))).result == .ok)
    #expect(try await bench.get(.meter, "m", asOf: day(130))?.text("amrSystem") == "B")
    #expect(try await bench.send(.cancel, config(.meter, "m")).result == .ok, "undated: from now on, day 100")
    #expect(try await bench.get(.meter, "m", asOf: day(130))?.text("amrSystem") == "A")
    #expect(try await bench.send(.cancel, config(.meter, "m")).summary == "FAILED 2.4", "nothing is planned")
    _ = try await bench.send(.create, config(.meter, "n", at: day(105)))
    #expect(try await bench.send(.cancel, config(.meter, "n")).result == .ok)
    #expect(try await bench.get(.meter, "n", asOf: day(106)) == nil)
  }

  @Test("every placement in which requests name their objects", arguments: StoreKind.allCases)
  func placements(_ store: StoreKind) async throws {
    let name = ObjectName("Z-1", type: "serial")
    func request(_ number: Int) -> Message {
      var message = Message.request(.delete, "MeterConfig", [], source: "CIS")
      let object = config(.meter, number < 2 ? "m" : nil, at: day(50), names: number < 2 ? [] : [name])
      message.payload = nil
      switch number {
      case 0, 2: message.payload = Payload(.objects([object]))
      case 1, 3: message.request = Request(objects: [object])
      case 4: message.payload = Payload(.ids([ObjectID("m", kind: .uuid)]))
      case 5: message.request = Request(ids: [ObjectID("m")])
      case 6: message.request = Request(ids: [ObjectID("Z-1", kind: .name, idType: "serial")])
      default: break
      }
      return message
    }
    for number in 0...6 {
      let bench = try Bench(store)
      _ = try await bench.send(.create, config(.meter, "m", at: day(1), names: [name]))
      #expect(try await bench.send(request(number)).summary == "OK 0.0", "placement \(number)")
      #expect(try await bench.get(.meter, "m") == nil)
      #expect(try await bench.get(.meter, "m", asOf: day(49)) != nil)
    }
    #expect(try await Bench(store).send(request(7)).summary == "FAILED 1.7", "nothing named")
  }

  @Test("several objects in one request: each for itself", arguments: StoreKind.allCases)
  func several(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    _ = try await bench.send(.create, config(.meter, "m1", at: day(1)))
    var both = config(.meter, "m1", at: day(1))
    both.children += config(.meter, "m2", at: day(1)).children
    let reply = try await bench.send(.create, both)
    #expect(reply.summary == "PARTIAL 2.4")
    #expect(reply.errors.first?.id?.value == "m1")
    #expect(reply.ids.map(\.value) == ["m2"])
  }

  @Test("dates out of range, and what is no date", arguments: StoreKind.allCases)
  func dates(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    func create(_ text: String) async throws -> String {
      let object = config(.meter, "m") { $0.append("ConfigurationEvents") { $0.append("effectiveDateTime", text) } }
      return try await bench.send(.create, object).summary
    }
    #expect(try await create("0001-01-01T00:00:00Z") == "FAILED 6.1")
    #expect(try await create("9999-12-31T00:00:00Z") == "FAILED 6.1")
    #expect(try await create("tomorrow") == "FAILED 1.8")
    #expect(try await create("1970-01-01T00:00:00Z") == "OK 0.0")
  }

  @Test("names: one of its sort belongs to one object at a time", arguments: StoreKind.allCases)
  func names(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    let name = ObjectName("M-1", type: "serial", authority: "Utility")
    _ = try await bench.send(.create, config(.meter, "a", at: day(1), names: [name]))
    let taken = try await bench.send(.create, config(.meter, "b", at: day(5), names: [name]))
    #expect(taken.summary == "FAILED 2.4")
    #expect(taken.errors.first?.relatedID?.value == "a")
    // Another partner's name, or another kind of object, is another name.
    let other = ObjectName("M-1", type: "serial", authority: "Vendor")
    #expect(try await bench.send(.create, config(.meter, "b", at: day(5), names: [other])).result == .ok)
    #expect(try await bench.send(.create, config(.usagePoint, "c", at: day(5), names: [name])).result == .ok)
    // By the name alone it is not clear which is meant.
    let bare = config(.meter, nil, at: day(6), [("amrSystem", "B")], names: [ObjectName("M-1")])
    #expect(try await bench.send(.change, bare).summary == "FAILED 2.4")
    let full = config(.meter, nil, at: day(6), [("amrSystem", "B")], names: [other])
    #expect(try await bench.send(.change, full).result == .ok)
    #expect(try await bench.get(.meter, "b", asOf: day(6))?.text("amrSystem") == "B")
    // Names of several objects identify none.
    let torn = config(.meter, nil, at: day(6), [("amrSystem", "C")], names: [name, other])
    #expect(try await bench.send(.change, torn).summary == "FAILED 2.4")
    // An ended object's name is free again.
    _ = try await bench.send(.close, config(.meter, "a", at: day(20)))
    #expect(try await bench.send(.create, config(.meter, "d", at: day(19), names: [name])).summary == "FAILED 2.4")
    #expect(try await bench.send(.create, config(.meter, "d", at: day(20), names: [name])).result == .ok)
    let nameless = config(.meter, "e") { $0.append("Names") { $0.append("name", "") } }
    #expect(try await bench.send(.create, nameless).summary == "FAILED 1.7")
  }

  @Test("a chain of renames in one set; a swap is none", arguments: StoreKind.allCases)
  func renames(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    func name(_ text: String) -> ObjectName { ObjectName(text, type: "T") }
    for (id, text) in [("a", "1"), ("b", "2"), ("c", "3")] {
      _ = try await bench.send(.create, config(.meter, id, at: day(1), names: [name(text)]))
    }
    let chain = [("a", "2"), ("b", "3"), ("c", "4")].enumerated().map { index, step in
      operation(index, .change, config(.meter, step.0, at: day(5), names: [name(step.1)]))
    }
    #expect(try await bench.execute(chain, sequence: true, atomic: true).summary == "FAILED 0:2.4 1:5.9 2:5.9")
    #expect(try await bench.execute(chain, atomic: true).summary == "OK 0:0.0 1:0.0 2:0.0")
    #expect(try await bench.get(.meter, "b", asOf: day(5))?.at("Names", "name")?.text == "3")
    #expect(try await bench.get(.meter, "b", asOf: day(4))?.at("Names", "name")?.text == "2")
    let swap = [("a", "3"), ("b", "2")].enumerated().map { index, step in
      operation(index, .change, config(.meter, step.0, at: day(6), names: [name(step.1)]))
    }
    #expect(try await bench.execute(swap, atomic: true).summary == "FAILED 0:2.4 1:2.4")
    // The old name leads to its bearer of the time.
    let query = config(.meter, nil, names: [name("2")])
    var request = Message.get("MeterConfig", query, source: "CIS")
    for (number, id) in [(4, "b"), (5, "a")] {
      request.request?.startTime = day(number)
      #expect(try await bench.service.answer(request).payload?.objects.first?.at("Meter", "mRID")?.text == id)
    }
  }
}
