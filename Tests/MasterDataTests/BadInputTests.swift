// What partners do wrong, each in an atomic set between operations that are right: the code stands on the operation at
// fault, and nothing of the set is left.
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("IEC 61968-9, Annexes B and K: bad input")
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: String
    var operation: OperationSet.Operation
  }

  private static func named(_ id: String?, _ name: ObjectName, _ number: Int) -> Element {
    config(.meter, id, at: day(number), names: [name])
  }

  private static func dated(_ text: String) -> Element {
    config(.meter, "x") { $0.append("ConfigurationEvents") { $0.append("effectiveDateTime", text) } }
  }

  private static let taken = ObjectName("N", type: "T", authority: "A")

  private static let cases: [Case] = [
    Case(
      testDescription: "unknown meter", code: "2.4",
      operation: operation(5, .change, config(.meter, "none", at: day(5)))),
    Case(
      testDescription: "unknown usage point at the end of a link", code: "2.12",
      operation: operation(5, .create, linkage((.meter, "m"), (.usagePoint, "none"), at: day(5)))),
    Case(
      testDescription: "a reference to an unknown place", code: "2.32",
      operation: operation(
        5, .create,
        config(.usagePoint, "x", at: day(5)) { $0.append("UsagePointLocation") { $0.append("mRID", "none") } })),
    Case(
      testDescription: "a reference to what refers back and is not there", code: "2.24",
      operation: operation(
        5, .create,
        config(.auxiliaryAgreement, "x", at: day(5)) { $0.append("CustomerAgreement") { $0.append("mRID", "x") } })),
    Case(
      testDescription: "a link between wrong ends", code: "2.29",
      operation: operation(5, .create, linkage((.meter, "m"), (.usagePointLocation, "l"), at: day(5)))),
    Case(
      testDescription: "a meter at two places", code: "2.13",
      operation: operation(5, .create, linkage((.meter, "m"), (.usagePoint, "v"), at: day(5)))),
    Case(
      testDescription: "a date in the far past", code: "6.1",
      operation: operation(5, .create, dated("0001-01-01T00:00:00Z"))),
    Case(
      testDescription: "a date in the far future", code: "6.1",
      operation: operation(5, .create, dated("9999-12-31T00:00:00Z"))),
    Case(testDescription: "no date at all", code: "1.8", operation: operation(5, .create, dated("soon"))),
    Case(
      testDescription: "a name that another partner has given", code: "2.4",
      operation: operation(5, .create, named("x", taken, 5))),
    Case(
      testDescription: "a rename to a name in use", code: "2.4", operation: operation(5, .change, named("n", taken, 5))),
    Case(
      testDescription: "a change to an ended object", code: "2.4",
      operation: operation(5, .change, config(.meter, "ended", at: day(5)))),
    Case(
      testDescription: "an end of an ended object", code: "2.4",
      operation: operation(5, .close, config(.meter, "ended", at: day(5)))),
    Case(
      testDescription: "a link of an ended object", code: "2.4",
      operation: operation(5, .create, linkage((.meter, "ended"), (.usagePoint, "u"), at: day(5)))),
    Case(
      testDescription: "Names without name", code: "1.7",
      operation: operation(5, .create, config(.meter, "x", at: day(5)) { $0.append("Names") { _ in } })),
    Case(
      testDescription: "Names with an empty name", code: "1.7",
      operation: operation(5, .create, named("x", ObjectName(""), 5))),
    Case(
      testDescription: "no identity", code: "1.7", operation: operation(5, .create, config(.meter, nil, at: day(5)))),
    Case(
      testDescription: "created twice", code: "2.4", operation: operation(5, .create, config(.meter, "m", at: day(9)))),
    Case(
      testDescription: "another payload than its noun", code: "2.5",
      operation: .init(operationId: 5, noun: "UsagePointConfig", verb: "create", object: config(.meter, "x"))),
    Case(
      testDescription: "a noun that is not kept", code: "2.5",
      operation: .init(operationId: 5, noun: "MeterReadings", verb: "create", object: config(.meter, "x"))),
    Case(
      testDescription: "a verb that is none", code: "2.9",
      operation: .init(operationId: 5, noun: "MeterConfig", verb: "link", object: config(.meter, "x"))),
    Case(
      testDescription: "no payload", code: "1.7",
      operation: .init(operationId: 5, noun: "MeterConfig", verb: "create")),
  ]

  private func bench(_ store: StoreKind) async throws -> Bench {
    let bench = try Bench(store)
    for (kind, id) in [
      (ObjectKind.meter, "m"), (.meter, "ended"), (.meter, "n"), (.usagePoint, "u"), (.usagePoint, "v"),
      (.usagePointLocation, "l"),
    ] { _ = try await bench.send(.create, config(kind, id, at: day(1))) }
    _ = try await bench.send(.create, linkage((.meter, "m"), (.usagePoint, "u"), at: day(2)))
    _ = try await bench.send(.close, config(.meter, "ended", at: day(3)))
    // Another partner's, under the same authority.
    let message = Message.request(.create, "MeterConfig", [Self.named("o", Self.taken, 1)], source: "ERP")
    #expect(try await bench.send(message).result == .ok)
    return bench
  }

  /// Every row there is, as text.
  private func rows(_ bench: Bench) async throws -> [String] {
    try await bench.store.read { view in
      var rows: [String] = []
      for kind in ObjectKind.all {
        for record in try view.objects(kind, after: nil, limit: 1_000) {
          rows += try view.history(of: record.number).map { "\(record) \($0)" }
          rows += try view.linkHistory(of: record.number).map { "\($0)" }
        }
      }
      return rows + (try view.changes(after: 0, limit: 1_000)).map { "\($0)" }
    }
  }

  @Test("the code on the operation at fault, and nothing half done", arguments: cases, StoreKind.allCases)
  func atomic(_ bad: Case, _ store: StoreKind) async throws {
    for sequence in [true, false] {
      let bench = try await bench(store)
      let before = try await rows(bench)
      let set = [
        operation(4, .create, config(.meter, "g1", at: day(5))), bad.operation,
        operation(6, .create, config(.usagePoint, "g2", at: day(5))),
      ]
      let reply = try await bench.execute(set, sequence: sequence, atomic: true)
      #expect(reply.summary == "FAILED 4:5.9 5:\(bad.code) 6:5.9", "\(reply.errors)")
      #expect(try await rows(bench) == before)
      // Without integrity the others are done, and of the bad one nothing.
      let loose = try await bench.execute(set, atomic: false)
      #expect(loose.summary == "PARTIAL 4:0.0 5:\(bad.code) 6:0.0")
      let found = try await bench.store.read { view in try view.object(.meter, mRID: "x") != nil }
      #expect(!found)
    }
  }

  @Test("two partners create one name at the same time: one of them does, and the other is told whose it is")
  func race() async throws {
    for kind in StoreKind.allCases {
      let bench = try Bench(kind)
      let results = try await withThrowingTaskGroup(of: Reply.self) { group in
        for source in ["CIS", "ERP"] {
          group.addTask {
            let object = Self.named("of-\(source)", Self.taken, 1)
            return try await bench.send(.request(.create, "MeterConfig", [object], source: source))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.map(\.summary).sorted() == ["FAILED 2.4", "OK 0.0"])
      let winner = results.first { $0.result == .ok }?.ids.first?.value
      #expect(results.first { $0.result == .failed }?.errors.first?.relatedID?.value == winner)
    }
  }
}
