// The other form of a set's reply: one message for each operation.
import CIMCodec
import CIMModel
import IECMessage
import MasterData
import Testing

@Suite("IEC 61968-9, Annexes B.2 and K: a reply for each operation")
struct ReplyFormTests {
  private func request(
    _ operations: [OperationSet.Operation], asks: Bool = true, isAsynchronous: Bool = true, source: String = "CIS"
  ) -> Message {
    var header = Header.stamped(.execute, "OperationSet", source: source)
    header.messageID = "set-1"
    header.asyncReplyFlag = isAsynchronous
    if asks { header.properties = [.init(name: SeparateReplies.property, value: "true")] }
    let set = OperationSet(enforceMsgSequence: true, operations: operations)
    return Message(kind: .request, header: header, payload: Payload(.operationSet(set)))
  }

  private func both() -> Element {
    var both = config(.meter, "m1", at: day(1))
    both.children += config(.meter, "m2", at: day(1)).children
    return both
  }

  private var operations: [OperationSet.Operation] {
    [
      operation(7, .create, both()), operation(3, .create, config(.usagePoint, "u1", at: day(1))),
      operation(5, .change, config(.meter, "none", at: day(1))),
      operation(9, .create, config(.meter, "m3", at: day(1))),
    ]
  }

  @Test("each with its operationId, code and identifiers; all but the last say that more follows")
  func form() async throws {
    let bench = try Bench()
    let request = request(operations)
    let replies = try await bench.service.answers(request)
    #expect(replies.map { $0.reply?.operationId } == [7, 3, 5, 9])
    #expect(
      replies.compactMap { $0.reply?.summary } == [
        "OK 7:0.0 7:0.1", "OK 3:0.0 3:0.1", "FAILED 5:2.4 5:0.1", "FAILED 9:5.2",
      ])
    #expect(replies.map { $0.reply?.ids.map(\.value) } == [["m1", "m2"], ["u1"], [], []])
    #expect(replies.allSatisfy { $0.header?.correlationID == request.header?.correlationID && $0.kind == .response })
    #expect(Set(replies.compactMap { $0.header?.messageID }).count == 4)
    for reply in replies {
      let judged = MessageReader().read(try MessageWriter().write(reply))
      #expect(judged.verdict == .valid, "\(judged.violations)")
    }
  }

  @Test("the same set again gets the same messages, and is not carried out again", arguments: StoreKind.allCases)
  func again(_ kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let first = try await bench.service.answers(request(operations))
    let second = try await bench.service.answers(request(operations))
    #expect(first.map(\.reply) == second.map(\.reply))
    #expect(first.map { $0.header?.messageID } == second.map { $0.header?.messageID })
  }

  @Test("another set with the same MessageID has parts of its own: of one source, of another, and of a trial")
  func reusedMessageID() async throws {
    let bench = try Bench()
    // Sets whose parts would be the same but for their MessageIDs.
    func set(_ mRID: String, source: String = "CIS", trial: Bool = false) async throws -> [String?] {
      var request = request(
        [operation(1, .change, config(.meter, mRID)), operation(2, .change, config(.meter, mRID))], source: source)
      request.header?.correlationID = "c"
      if trial { request.header?.properties.append(.init(name: MasterDataService.dryRunProperty, value: "true")) }
      return try await bench.service.answers(request).map { $0.header?.messageID }
    }
    let first = try await set("a")
    let parts = [first, try await set("b"), try await set("a", source: "OMS"), try await set("a", trial: true)]
    #expect(Set(parts.joined()).count == 8, "\(parts)")
    #expect(parts.joined().allSatisfy { $0?.hasPrefix("set-1/") == true })
    #expect(try await set("a") == first, "a retry stays what it was")
  }

  @Test("one message where nobody asks, where only one can be sent, and where the set as a whole is refused")
  func oneMessage() async throws {
    let bench = try Bench()
    #expect(try await bench.service.answers(request(operations, asks: false)).count == 1)
    #expect(try await bench.service.answers(request(operations, isAsynchronous: false)).count == 1)
    let twice = [operation(1, .create, config(.meter, "a")), operation(1, .create, config(.meter, "b"))]
    #expect(try await bench.service.answers(request(twice)).map { $0.reply?.summary } == ["FAILED 2.15"])
    let many = (0...SeparateReplies.limit).map { operation($0, .create, config(.meter, "x\($0)", at: day(1))) }
    let replies = try await bench.service.answers(request(many))
    #expect(replies.count == 1 && replies.first?.reply?.errors.count == many.count)
  }

  @Test("a partner may be set to get them without asking")
  func setting() async throws {
    var rules = MasterDataRules()
    rules.separateReplies = ["SAP"]
    let bench = try Bench(rules: rules)
    #expect(try await bench.service.answers(request(operations, asks: false, source: "SAP")).count == 4)
    #expect(try await bench.service.answers(request(operations, asks: false)).count == 1)
  }
}
