// Queries: by mRID, name, attribute and owner, as of any day, and page by page; and events, in the order of commits.
import CIMCodec
import CIMModel
import CIMProfiles
import IECMessage
import MasterData
import Testing

@Suite("IEC 61968-9, Annex J: get of Config nouns")
struct QueryTests {
  private func bench(_ store: StoreKind) async throws -> Bench {
    let bench = try Bench(store)
    for number in 1...25 {
      let name = ObjectName("M-\(number)", type: "serial", authority: "Utility")
      let model = number % 2 == 0 ? "even" : "odd"
      let meter = config(
        .meter, "m\(number)", at: day(number), [("amrSystem", "AMR\(number % 5)"), ("serialNumber", "S\(number)")],
        names: [name]
      ) { $0.append("EndDeviceInfo") { $0.append("AssetModel") { $0.append("modelNumber", model) } } }
      _ = try await bench.send(.create, meter)
      _ = try await bench.send(.create, config(.usagePoint, "u\(number)", at: day(1)))
      _ = try await bench.send(.create, linkage((.meter, "m\(number)"), (.usagePoint, "u\(number)"), at: day(number)))
    }
    for number in 1...2 {
      _ = try await bench.send(.create, config(.customer, "c\(number)", at: day(1)))
      _ = try await bench.send(.create, config(.customerAgreement, "g\(number)", at: day(1)))
      let pair = ((ObjectKind.customer, "c\(number)"), (ObjectKind.customerAgreement, "g\(number)"))
      _ = try await bench.send(.create, linkage(pair.0, pair.1, at: day(1)))
    }
    for number in 1...10 {
      let pair = ((ObjectKind.customerAgreement, number < 4 ? "g1" : "g2"), (ObjectKind.usagePoint, "u\(number)"))
      _ = try await bench.send(.create, linkage(pair.0, pair.1, at: day(1)))
    }
    return bench
  }

  private func get(
    _ bench: Bench, _ body: (inout Element) -> Void, asOf time: Timestamp? = nil, options: [Request.Option] = []
  ) async throws -> (ids: [String], reply: Reply) {
    var profile = Element("GetMeterConfig", in: SchemaLibrary.standard.namespace(ofNoun: "GetMeterConfig"))
    body(&profile)
    var request = Message.get("MeterConfig", profile, source: "CIS")
    request.request?.startTime = time
    request.request?.options = options
    let answer = try await bench.service.answer(request)
    let ids = (answer.payload?.objects ?? []).flatMap { $0.all("Meter").compactMap { $0.text("mRID") } }
    return (ids, try #require(answer.reply))
  }

  @Test("by mRID, name, attribute, and owner", arguments: StoreKind.allCases)
  func selections(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    func ids(asOf time: Timestamp? = nil, _ body: (inout Element) -> Void) async throws -> [String] {
      try await get(bench, body, asOf: time).ids
    }
    #expect(try await ids { $0.append("Meter") { $0.append("mRID", "m3") } } == ["m3"])
    let names = ObjectName("M-4", type: "serial", authority: "Utility")
    #expect(try await ids { $0.append("Meter") { $0.children.append(names.element(in: $0.namespace)) } } == ["m4"])
    let bare = ObjectName("M-4")
    #expect(try await ids { $0.append("Meter") { $0.children.append(bare.element(in: $0.namespace)) } } == ["m4"])
    #expect(try await ids { $0.append("Meter") { $0.append("serialNumber", "S7") } } == ["m7"])
    #expect(
      try await ids { $0.append("Meter") { $0.append("amrSystem", "AMR0") } } == ["m5", "m10", "m15", "m20", "m25"])
    let model: (inout Element) -> Void = {
      $0.append("Meter") {
        $0.append("amrSystem", "AMR0")
        $0.append("EndDeviceInfo") { $0.append("AssetModel") { $0.append("modelNumber", "even") } }
      }
    }
    #expect(try await ids(model) == ["m10", "m20"])
    #expect(try await ids(asOf: day(15), model) == ["m10"])
    #expect(try await ids { $0.append("Customer") { $0.append("mRID", "c1") } } == ["m1", "m2", "m3"])
    #expect(try await ids(asOf: day(2)) { $0.append("Customer") { $0.append("mRID", "c1") } } == ["m1", "m2"])
    #expect(try await ids { $0.append("UsagePoint") { $0.append("mRID", "u9") } } == ["m9"])
    #expect(
      try await ids {
        $0.append("Customer") { $0.append("mRID", "c1") }
        for id in ["u3", "u4"] { $0.append("UsagePoint") { $0.append("mRID", id) } }
      } == ["m3"], "kinds narrow, objects of a kind are alternatives")
    let many = try await ids { for id in ["m2", "m1", "m2"] { $0.append("Meter") { $0.append("mRID", id) } } }
    #expect(many == ["m1", "m2"])
  }

  @Test("what is not there", arguments: StoreKind.allCases)
  func absent(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    func summary(_ body: (inout Element) -> Void) async throws -> String { try await get(bench, body).reply.summary }
    #expect(try await summary { $0.append("Meter") { $0.append("mRID", "m99") } } == "FAILED 2.4")
    #expect(try await summary { $0.append("Meter") { $0.append("serialNumber", "none") } } == "FAILED 5.7")
    #expect(try await summary { $0.append("Customer") { $0.append("mRID", "c9") } } == "FAILED 2.22")
    #expect(try await summary { $0.append("Customer") { $0.append("name", "c9") } } == "FAILED 1.7")
    #expect(
      try await summary { for id in ["m1", "m99"] { $0.append("Meter") { $0.append("mRID", id) } } } == "PARTIAL 2.4")
    let other = try await bench.service.answer(.get("AssetList", nil, source: "CIS"))
    #expect(other.reply?.summary == "FAILED 2.5")
  }

  @Test("pages hold everything once", arguments: StoreKind.allCases)
  func pages(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    var seen: [String] = []
    var marker: String?
    for _ in 0..<10 {
      var options = [Request.Option(name: "limit", value: "10")]
      if let marker { options.append(.init(name: "$page.marker", value: marker)) }
      let (ids, reply) = try await get(bench, { _ in }, options: options)
      seen += ids
      marker = reply.ids.first { $0.idType == "$page.marker" }?.value
      #expect(reply.summary == (marker == nil ? "OK 0.0" : "PARTIAL 0.1"))
      if marker == nil { break }
    }
    #expect(seen == (1...25).map { "m\($0)" })
    #expect(try await get(bench, { _ in }, options: [.init(name: "limit", value: "-1")]).reply.summary == "FAILED 1.8")
  }

  @Test("more than a reply may hold is refused unless it is asked for in pages")
  func tooMuch() async throws {
    var rules = MasterDataRules()
    rules.replyLimit = 5
    let bench = try Bench(rules: rules)
    for number in 0..<6 { _ = try await bench.send(.create, config(.meter, "m\(number)", at: day(1))) }
    #expect(try await get(bench, { _ in }).reply.summary == "FAILED 3.1")
    #expect(try await get(bench, { _ in }, options: [.init(name: "limit", value: "5")]).ids.count == 5)
  }

  @Test("links of an object", arguments: StoreKind.allCases)
  func links(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    var ask = Element("MasterDataLinkageConfig", in: shapes.linkNamespace)
    ask.append("UsagePoint") { $0.append("mRID", "u5") }
    let answer = try await bench.service.answer(.get("MasterDataLinkageConfig", ask, source: "CIS"))
    let others = (answer.payload?.objects ?? []).map { root in
      root.children.filter { $0.name != "UsagePoint" && $0.name != "ConfigurationEvent" }.map(\.name)
    }
    #expect(Set(others) == [["CustomerAgreement"], ["Meter"]])
    ask.append("Meter") { $0.append("mRID", "m5") }
    let one = try await bench.service.answer(.get("MasterDataLinkageConfig", ask, source: "CIS"))
    #expect(one.payload?.objects.count == 1)
    #expect(one.payload?.objects.first?.at("ConfigurationEvent", "effectiveDateTime")?.text == day(5).xmlText)
  }

  @Test("links page by page, as of any day and any state of knowledge", arguments: StoreKind.allCases)
  func linkPages(_ store: StoreKind) async throws {
    let bench = try await bench(store)
    bench.clock.now = day(200)
    _ = try await bench.send(.close, linkage((.meter, "m5"), (.usagePoint, "u5"), at: day(20)))
    func links(_ options: [(String, String)], _ ends: [(String, String)] = []) async throws -> ([String], Reply) {
      var ask = Element("MasterDataLinkageConfig", in: shapes.linkNamespace)
      for (kind, id) in ends { ask.append(kind) { $0.append("mRID", id) } }
      var request = Message.get("MasterDataLinkageConfig", ask, source: "CIS")
      request.request?.options = options.map { .init(name: $0.0, value: $0.1) }
      let answer = try await bench.service.answer(request)
      let found = (answer.payload?.objects ?? []).map { root in
        root.children.filter { $0.name != "ConfigurationEvent" }.compactMap { $0.text("mRID") }.joined(separator: "-")
      }
      return (found.sorted(), try #require(answer.reply))
    }
    var seen: [String] = []
    var marker = "0"
    for _ in 0..<10 {
      let (page, reply) = try await links([("limit", "7"), ("$page.marker", marker)])
      #expect(page.count <= 7)
      seen += page
      guard let next = reply.ids.first?.value else {
        #expect(reply.summary == "OK 0.0")
        break
      }
      #expect(reply.summary == "PARTIAL 0.1")
      marker = next
    }
    // 24 meters, 2 agreements with their customers, 10 usage points of them.
    #expect(seen.count == 36 && Set(seen).count == 36 && !seen.contains("m5-u5"))
    let now = "\(day(300).xmlText)"
    #expect(try await links([("asOf", now)], [("Meter", "m5"), ("Meter", "m6")]).0 == ["m6-u6"])
    #expect(try await links([("asOf", day(10).xmlText)], [("Meter", "m5"), ("Meter", "m6")]).0 == ["m5-u5", "m6-u6"])
    let before = day(150).xmlText
    #expect(try await links([("asOf", now), ("knownAt", before)], [("Meter", "m5")]).0 == ["m5-u5"], "not known yet")
    #expect(try await links([("limit", "1"), ("asOf", now)], [("UsagePoint", "u6"), ("Meter", "m6")]).0 == ["m6-u6"])
    #expect(try await links([], [("Meter", "m5"), ("UsagePoint", "u6")]).1.summary == "FAILED 5.7")
    #expect(try await links([], [("Meter", "m99")]).1.summary == "FAILED 2.4")
    #expect(try await links([("limit", "none")]).1.summary == "FAILED 1.8")
  }

  @Test("changes again from any point, over and over the same", arguments: StoreKind.allCases)
  func replay(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    for number in 1...5 { _ = try await bench.send(.create, config(.meter, "m\(number)", at: day(1))) }
    _ = try await bench.execute([operation(1, .delete, config(.meter, "m2", at: day(2)))])
    func page(_ marker: String?, _ limit: Int) async throws -> (told: [String], marker: String?, summary: String) {
      var request = Message.get("OperationSet", nil, source: "CIS")
      request.request?.options = [.init(name: "limit", value: "\(limit)")]
      if let marker { request.request?.options.append(.init(name: "$page.marker", value: marker)) }
      let answer = try await bench.service.answer(request)
      var told: [String] = []
      if case .operationSet(let set) = answer.payload?.content {
        told = set.operations.map { operation in
          let id = operation.object?.at("Meter", "mRID")?.text ?? ""
          return "\(operation.operationId) \(operation.verb ?? "") \(operation.noun ?? "") \(id)"
        }
      }
      let judged = MessageReader().read(try MessageWriter().write(answer))
      #expect(judged.verdict == .valid, "\(judged.violations)")
      return (told, answer.reply?.ids.first?.value, try #require(answer.reply).summary)
    }
    let first = try await page(nil, 4)
    #expect(first.told == (1...4).map { "\($0) created MeterConfig m\($0)" })
    #expect(first.marker == "4" && first.summary == "PARTIAL 0.1")
    let second = try await page("4", 4)
    #expect(second.told == ["5 created MeterConfig m5", "6 deleted MeterConfig m2"])
    #expect(second.summary == "OK 0.0" && second.marker == "7", "the set itself is not told of: its operations are")
    let nothing = try await page(second.marker, 4)
    #expect(nothing.told.isEmpty && nothing.marker == "7" && nothing.summary == "OK 0.0")
    try await bench.store.write { try $0.setPublished(7) }
    #expect(try await page(nil, 4).told == first.told, "also after they were published")
    _ = try await bench.send(.create, config(.meter, "m6", at: day(1)))
    #expect(try await page(nothing.marker, 4).told == ["8 created MeterConfig m6"])
  }

  @Test("events: every committed change once, in order, valid by the profiles", arguments: StoreKind.allCases)
  func events(_ store: StoreKind) async throws {
    let bench = try Bench(store)
    let name = ObjectName("N", type: "T", authority: "A")
    _ = try await bench.execute(
      [
        operation(1, .create, config(.meter, "m", at: day(1), [("amrSystem", "A")], names: [name])),
        operation(2, .create, config(.usagePoint, "u", at: day(1))),
        operation(3, .create, linkage((.meter, "m"), (.usagePoint, "u"), at: day(2))),
      ], sequence: true)
    _ = try await bench.send(.change, config(.meter, "m", at: day(3), [("amrSystem", "B")]))
    _ = try await bench.send(.change, config(.meter, "none", at: day(3)))
    _ = try await bench.send(.delete, config(.meter, "m", at: day(9)))
    let events = try await bench.service.events(after: 0, limit: 100)
    let told = events.map { "\($0.sequence) \($0.message?.verb?.rawValue ?? "") \($0.message?.noun ?? "")" }
    #expect(
      told == [
        "1 created MeterConfig", "2 created UsagePointConfig", "3 created MasterDataLinkageConfig",
        "4 executed OperationSet", "5 changed MeterConfig", "6 deleted MasterDataLinkageConfig",
        "7 deleted MeterConfig",
      ])
    guard case .operationSet(let set) = events[3].message?.payload?.content else {
      Issue.record("no set in the event of a set")
      return
    }
    #expect(set.operations.map(\.verb) == ["created", "created", "created"])
    #expect(events[4].message?.payload?.objects.first?.at("Meter", "amrSystem")?.text == "B")
    #expect(events[6].message?.payload?.objects.first?.at("Meter", "Names", "name")?.text == "N")
    for event in events {
      let bytes = try MessageWriter().write(try #require(event.message))
      let judged = MessageReader().read(bytes)
      #expect(judged.verdict == .valid, "\(judged.violations)")
    }
    let later = try await bench.service.events(after: 5, limit: 1)
    #expect(later.map(\.sequence) == [6], "from a point on")
    try await bench.store.write { try $0.setPublished(7) }
    #expect(try await bench.service.events(after: 3, limit: 1).first?.message == nil, "bodies go once published")
  }
}
