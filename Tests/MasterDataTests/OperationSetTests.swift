// The four ways of a set, and what is wrong with sets.
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("IEC 61968-9, Annex K: OperationSet")
struct OperationSetTests {
  /// 1 makes a meter, 2 changes one that is not there, 3 makes a usage point.
  private let half: [OperationSet.Operation] = [
    operation(1, .create, config(.meter, "m1", at: day(1))),
    operation(2, .change, config(.meter, "none", at: day(1), [("amrSystem", "A")])),
    operation(3, .create, config(.usagePoint, "u1", at: day(1))),
  ]

  @Test("four-way matrix of the flags", arguments: StoreKind.allCases)
  func matrix(_ kind: StoreKind) async throws {
    let expected: [(sequence: Bool, atomic: Bool, summary: String, meter: Bool, point: Bool)] = [
      (false, false, "PARTIAL 1:0.0 2:2.4 3:0.0", true, true),
      (true, false, "PARTIAL 1:0.0 2:2.4 3:5.2", true, false),
      (false, true, "FAILED 1:5.9 2:2.4 3:5.9", false, false),
      (true, true, "FAILED 1:5.9 2:2.4 3:5.9", false, false),
    ]
    for row in expected {
      let bench = try Bench(kind)
      let reply = try await bench.execute(half, sequence: row.sequence, atomic: row.atomic)
      #expect(reply.summary == row.summary)
      #expect((try await bench.get(.meter, "m1") != nil) == row.meter, "\(row)")
      #expect((try await bench.get(.usagePoint, "u1") != nil) == row.point, "\(row)")
      let events = try await bench.service.events(after: 0, limit: 10)
      #expect(events.isEmpty == (row.summary.hasPrefix("FAILED")), "events only of what was committed")
    }
  }

  @Test("absent flags are false")
  func absentFlags() async throws {
    let bench = try Bench()
    #expect(try await bench.execute(half).summary == "PARTIAL 1:0.0 2:2.4 3:0.0")
  }

  @Test("in sequence, going on after a failure where the rules say so")
  func goesOn() async throws {
    var rules = MasterDataRules()
    rules.continuesAfterFailure = true
    let bench = try Bench(rules: rules)
    #expect(try await bench.execute(half, sequence: true).summary == "PARTIAL 1:0.0 2:2.4 3:0.0")
  }

  /// A meter, its usage point and the place, the other way round.
  private let backwards: [OperationSet.Operation] = [
    operation(33_364, .create, linkage((.meter, "m"), (.usagePoint, "u"), at: day(2))),
    operation(-7, .create, config(.meter, "m", at: day(2))),
    operation(
      12, .create,
      config(.usagePoint, "u", at: day(1)) { $0.append("UsagePointLocation") { $0.append("mRID", "l") } }),
    operation(1, .create, config(.usagePointLocation, "l", at: day(1))),
  ]

  @Test("out of sequence an operation waits for what a later one makes", arguments: StoreKind.allCases)
  func dependencies(_ kind: StoreKind) async throws {
    for atomic in [false, true] {
      let bench = try Bench(kind)
      let reply = try await bench.execute(backwards, atomic: atomic)
      #expect(reply.summary == "OK 33364:0.0 -7:0.0 12:0.0 1:0.0")
      #expect(try await bench.linked(.usagePoint, "u", asOf: day(3)) == ["l", "m"])
      #expect(Set(reply.ids.map(\.value)) == ["m", "u", "l"])
    }
  }

  @Test("in sequence it does not")
  func order() async throws {
    let bench = try Bench()
    #expect(
      try await bench.execute(backwards, sequence: true).summary == "FAILED 33364:2.4 -7:5.2 12:5.2 1:5.2")
    #expect(
      try await bench.execute(backwards.reversed(), sequence: true, atomic: true).summary
        == "OK 1:0.0 12:0.0 -7:0.0 33364:0.0")
  }

  @Test("a cycle of references fails as a whole and leaves nothing")
  func cycle() async throws {
    let bench = try Bench()
    let point = config(.usagePoint, "u1", at: day(1)) { $0.append("ServiceLocation") { $0.append("mRID", "l1") } }
    let set = [
      operation(1, .create, point),
      operation(2, .create, linkage((.usagePoint, "u1"), (.serviceLocation, "l1"), at: day(1))),
    ]
    #expect(try await bench.execute(set, atomic: true).summary == "FAILED 1:2.16 2:2.16")
    #expect(try await bench.execute(set, atomic: false).summary == "FAILED 1:2.16 2:2.16")
    #expect(try await bench.get(.usagePoint, "u1") == nil)
  }

  @Test("a set as a whole: empty, operation ids that repeat, too many operations")
  func wholeSets() async throws {
    var rules = MasterDataRules()
    rules.operationLimit = 20_000
    let bench = try Bench(rules: rules)
    #expect(try await bench.execute([]).summary == "FAILED 1.7")
    let twice = [operation(1, .create, config(.meter, "a")), operation(1, .create, config(.meter, "b"))]
    #expect(try await bench.execute(twice).summary == "FAILED 2.15")
    let many = (0..<100_000).map { operation($0, .create, config(.meter, "m")) }
    #expect(try await bench.execute(many).summary == "FAILED 3.1")
    #expect(try await bench.get(.meter, "a") == nil)
  }

  @Test("operations that lack something or say what nobody knows")
  func malformed() async throws {
    let bench = try Bench()
    let meter = config(.meter, "m")
    let set: [OperationSet.Operation] = [
      .init(operationId: 1, verb: "create", object: meter),
      .init(operationId: 2, noun: "MeterConfig", object: meter),
      .init(operationId: 3, noun: "MeterConfig", verb: "create"),
      .init(operationId: 4, noun: "MeterConfig", verb: "link", object: meter),
      .init(operationId: 5, noun: "MeterConfig", verb: "created", object: meter),
      .init(operationId: 6, noun: "MeterConfig", verb: "get", object: meter),
      .init(operationId: 7, noun: "MeterReadings", verb: "create", object: meter),
      .init(operationId: 8, noun: "UsagePointConfig", verb: "create", object: meter),
      operation(9, .create, config(.meter, nil)),
      operation(10, .create, Element("MeterConfig", in: meter.namespace)),
      operation(11, .cancel, config(.meter, "m"), onElements: true),
    ]
    let reply = try await bench.execute(set)
    #expect(reply.summary == "FAILED 1:1.7 2:1.7 3:1.7 4:2.9 5:2.9 6:2.9 7:2.5 8:2.5 9:1.7 10:1.7 11:2.4")
  }

  @Test("a trial tells what would happen, and nothing does", arguments: StoreKind.allCases)
  func dryRun(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    var header = Header.stamped(.execute, "OperationSet", source: "CIS")
    header.properties = [.init(name: MasterDataService.dryRunProperty, value: "true")]
    let set = OperationSet(operations: half)
    var message = Message(kind: .request, header: header, payload: Payload(.operationSet(set)))
    #expect(try await bench.send(message).summary == "PARTIAL 1:0.0 2:2.4 3:0.0")
    #expect(try await bench.get(.meter, "m1") == nil)
    #expect(try await bench.service.events(after: 0, limit: 10).isEmpty)
    message.header?.properties = []
    #expect(try await bench.send(message).summary == "PARTIAL 1:0.0 2:2.4 3:0.0", "a trial is no earlier request")
    #expect(try await bench.get(.meter, "m1") != nil)
  }

  @Test(
    "the same set again gets the reply of then; another of the same MessageID does not", arguments: StoreKind.allCases)
  func repetition(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let set = [operation(1, .create, config(.meter, "m1", at: day(1)))]
    #expect(try await bench.execute(set, id: "id-1").summary == "OK 1:0.0")
    #expect(try await bench.execute(set, id: "id-1").summary == "OK 1:0.0")
    #expect(try await bench.execute(set, id: "id-2").summary == "FAILED 1:2.4", "there already")
    let other = [operation(1, .create, config(.meter, "m2", at: day(1)))]
    #expect(try await bench.execute(other, id: "id-1").summary == "OK 1:0.0")
    #expect(try await bench.get(.meter, "m2") != nil)
  }

  @Test("elementOperation: the group survives the removal of one element", arguments: StoreKind.allCases)
  func elements(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    func seal(_ number: String) -> (inout Element) -> Void {
      { $0.append("Seals") { $0.append("mRID", number) } }
    }
    var meter = config(.meter, "m", at: day(1), [("amrSystem", "A")])
    seal("s1")(&meter.children[0])
    #expect(try await bench.send(.create, meter).result == .ok)
    let steps: [OperationSet.Operation] = [
      operation(1, .create, config(.meter, "m", at: day(2), with: seal("s2")), onElements: true),
      operation(2, .delete, config(.meter, "m", at: day(3), with: seal("s1")), onElements: true),
      operation(3, .delete, config(.meter, "m", at: day(4), [("amrSystem", "")]), onElements: true),
      operation(4, .delete, config(.meter, "m", at: day(4), with: seal("s9")), onElements: true),
      operation(5, .delete, config(.meter, "m", at: day(4)), onElements: true),
      operation(6, .close, config(.meter, "m", at: day(4), with: seal("s2")), onElements: true),
    ]
    #expect(try await bench.execute(steps, sequence: false).summary == "PARTIAL 1:0.0 2:0.0 3:0.0 4:2.4 5:1.7 6:2.9")
    func seals(_ number: Int) async throws -> [String]? {
      try await bench.get(.meter, "m", asOf: day(number))?.all("Seals").compactMap { $0.text("mRID") }
    }
    #expect(try await seals(1) == ["s1"])
    #expect(try await seals(2) == ["s1", "s2"])
    #expect(try await seals(3) == ["s2"])
    #expect(try await bench.get(.meter, "m", asOf: day(3))?.text("amrSystem") == "A")
    #expect(try await bench.get(.meter, "m", asOf: day(4))?.text("amrSystem") == nil)
  }
}
