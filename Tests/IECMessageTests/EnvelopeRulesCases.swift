// Messages that keep or break one rule each.
import CIMModel
import IECMessage
import Testing

struct RuleCase: Sendable, CustomTestStringConvertible {
  var title: String
  var message: Message
  /// "rule severity code" of each finding, in order.
  var expected: [String]
  var context = RuleContext()
  var testDescription: String { title }

  static let now = Timestamp(seconds: 1_800_000_000)
  static let uuid = "0f4c1c2e-7d3a-4a57-9a55-0123456789ab"

  static func header(_ verb: Verb, _ noun: String = "MeterReadings", _ change: (inout Header) -> Void = { _ in })
    -> Header
  {
    var header = Header(
      verb: verb, noun: noun, timestamp: now, source: "CIS", messageID: uuid, correlationID: uuid)
    change(&header)
    return header
  }

  static func object(_ noun: String = "MeterReadings") -> Payload {
    Payload(.objects([Element(noun, in: "http://iec.ch/TC57/2011/\(noun)#")]))
  }

  static func request(
    _ verb: Verb, _ noun: String = "MeterReadings", request: Request? = nil, payload: Payload? = nil,
    _ change: (inout Header) -> Void = { _ in }
  ) -> Message {
    Message(kind: .request, header: header(verb, noun, change), request: request, payload: payload)
  }

  static func response(
    _ reply: Reply, verb: Verb = .reply, payload: Payload? = nil, _ change: (inout Header) -> Void = { _ in }
  ) -> Message {
    Message(kind: .response, header: header(verb, "MeterReadings", change), reply: reply, payload: payload)
  }

  static func operations(_ operations: [OperationSet.Operation]) -> Payload {
    Payload(.operationSet(OperationSet(operations: operations)))
  }

  static func operation(
    _ id: Int, _ verb: String? = "create", _ noun: String? = "MeterReadings", _ object: Element? = Element("a", in: "b")
  ) -> OperationSet.Operation {
    OperationSet.Operation(operationId: id, noun: noun, verb: verb, object: object)
  }

  static func knowing(_ change: (inout RuleContext) -> Void) -> RuleContext {
    var context = RuleContext()
    change(&context)
    return context
  }

  static let sound: [RuleCase] = [
    RuleCase(title: "get", message: request(.get, request: Request()), expected: []),
    RuleCase(title: "create", message: request(.create, payload: object()), expected: []),
    RuleCase(title: "cancel by ID", message: request(.cancel, request: Request(ids: [ObjectID("7")])), expected: []),
    RuleCase(
      title: "delete by Payload.ID", message: request(.delete, payload: Payload(.ids([ObjectID("7")]))), expected: []),
    RuleCase(
      title: "execute", message: request(.execute, "OperationSet", payload: operations([operation(1), operation(2)])),
      expected: []),
    RuleCase(
      title: "event", message: Message(kind: .event, header: header(.created), payload: object()), expected: [],
      context: knowing {
        $0.now = now.adding(seconds: 60)
        $0.partner = "CIS"
      }),
    RuleCase(
      title: "asynchronous",
      message: request(.get, request: Request()) {
        $0.asyncReplyFlag = true
        $0.replyAddress = "http://cis.example/reply"
      }, expected: []),
    RuleCase(title: "OK", message: response(Reply(result: .ok), payload: object()), expected: []),
    RuleCase(
      title: "fault without Header",
      message: Message(kind: .fault, reply: Reply(result: .failed, errors: [ReplyError(code: "1.8")])), expected: []),
  ]

  static let verbs: [RuleCase] = [
    RuleCase(title: "R1 no Header", message: Message(kind: .event), expected: ["R1 reject 1.5"]),
    RuleCase(title: "R1 past tense", message: request(.created, payload: object()), expected: ["R1 reject 2.9"]),
    RuleCase(
      title: "R1 present tense", message: Message(kind: .event, header: header(.create), payload: object()),
      expected: ["R1 reject 2.9"]),
    RuleCase(
      title: "R2 other payload", message: request(.create, "MeterConfig", payload: object()), expected: ["R2 warn 2.5"]),
    RuleCase(title: "R3 no Request", message: request(.get), expected: ["R3 reject 1.6"]),
    RuleCase(
      title: "R3 Payload", message: request(.get, request: Request(), payload: object()), expected: ["R3 reject 1.8"]),
    RuleCase(title: "R4 create", message: request(.create), expected: ["R4 reject 1.7"]),
    RuleCase(
      title: "R4 change, empty", message: request(.change, payload: Payload(.objects([]))), expected: ["R4 reject 1.7"]),
    RuleCase(title: "R5 cancel", message: request(.cancel), expected: ["R5 reject 1.7"]),
    RuleCase(title: "R5 close", message: request(.close, request: Request()), expected: ["R5 reject 1.7"]),
    RuleCase(
      title: "R5 cancel by CorrelationID", message: request(.cancel) { $0.correlationID = "of the request" },
      expected: ["R5 warn 1.7"]),
    RuleCase(
      title: "R6 other noun", message: request(.execute, payload: operations([operation(1)])),
      expected: ["R6 reject 2.5"]),
    RuleCase(
      title: "R6 typed noun",
      message: request(.execute, "MeterConfigOperationSet", payload: operations([operation(1)])),
      expected: ["R6 warn 2.5"]),
    RuleCase(
      title: "R6 other verb", message: request(.create, "OperationSet", payload: operations([operation(1)])),
      expected: ["R6 reject 2.9"]),
    RuleCase(title: "R6 nothing to do", message: request(.execute, "OperationSet"), expected: ["R6 reject 1.7"]),
    RuleCase(title: "R8", message: response(Reply(result: .ok), verb: .created), expected: ["R8 warn 2.9"]),
  ]

  static let headers: [RuleCase] = [
    RuleCase(
      title: "R7 no ReplyAddress", message: request(.get, request: Request()) { $0.asyncReplyFlag = true },
      expected: ["R7 reject 1.5"]),
    RuleCase(
      title: "R7 registered address", message: request(.get, request: Request()) { $0.asyncReplyFlag = true },
      expected: [], context: knowing { $0.hasReplyRoute = true }),
    RuleCase(
      title: "R7 no CorrelationID",
      message: request(.get, request: Request()) {
        $0.asyncReplyFlag = true
        $0.replyAddress = "http://cis.example/reply"
        $0.correlationID = nil
      }, expected: ["R7 warn 1.5"]),
    RuleCase(
      title: "R16", message: request(.get, request: Request(startTime: now, endTime: now.adding(seconds: -1))),
      expected: ["R16 warn 1.8"]),
    RuleCase(
      title: "R17 skew", message: request(.get, request: Request()), expected: ["R17 warn 7.7"],
      context: knowing { $0.now = now.adding(seconds: 301) }),
    RuleCase(
      title: "R18 old and seen",
      message: request(.get, request: Request()) {
        $0.timestamp = nil
        $0.replayDetection = .init(nonce: "n", created: now)
      }, expected: ["R18 warn 7.7", "R18 warn 7.7"],
      context: knowing {
        $0.now = now.adding(seconds: -301)
        $0.isFreshNonce = { _ in false }
      }),
    RuleCase(
      title: "R19 no MessageID", message: request(.get, request: Request()) { $0.messageID = nil },
      expected: ["R19 warn 1.5"]),
    RuleCase(
      title: "R19 no UUID", message: request(.get, request: Request()) { $0.messageID = "DIFFMODEL" },
      expected: ["R19 note 1.5"]),
    RuleCase(
      title: "R20", message: response(Reply(result: .ok)), expected: ["R20 warn 2.15"],
      context: knowing { $0.isOpenRequest = { _ in false } }),
    RuleCase(
      title: "R24", message: request(.get, request: Request()), expected: ["R24 warn 2.14"],
      context: knowing { $0.partner = "MDM" }),
  ]

  static let contents: [RuleCase] = [
    RuleCase(
      title: "R9", message: response(Reply(result: .ok, errors: [ReplyError(code: "5.3", level: .fatal)])),
      expected: ["R9 warn 1.8"]),
    RuleCase(title: "R10", message: response(Reply(result: .failed)), expected: ["R10 warn 1.8"]),
    RuleCase(
      title: "R11 no error", message: response(Reply(result: .partial, ids: [ObjectID("1")])),
      expected: ["R11 warn 1.8"]),
    RuleCase(
      title: "R11 no success", message: response(Reply(result: .partial, errors: [ReplyError(code: "2.4")])),
      expected: ["R11 warn 1.8"]),
    RuleCase(
      title: "R12 twice",
      message: request(.execute, "OperationSet", payload: operations([operation(1), operation(1)])),
      expected: ["R12 reject 2.15"]),
    RuleCase(
      title: "R12 not in the request",
      message: response(Reply(result: .failed, errors: [ReplyError(code: "5.3", operationId: 3)], operationId: 1)),
      expected: ["R12 warn 2.15"], context: knowing { $0.requestOperationIDs = [1, 2] }),
    RuleCase(
      title: "R13 verbs",
      message: request(
        .execute, "OperationSet",
        payload: operations([operation(1, nil), operation(2, "make"), operation(3, "created"), operation(4, "create")])),
      expected: ["R13 reject 2.9", "R13 reject 2.9", "R13 reject 2.9"]),
    RuleCase(
      title: "R13 noun and object",
      message: request(.execute, "OperationSet", payload: operations([operation(1, "create", nil, nil)])),
      expected: ["R13 warn 2.5", "R13 warn 1.7"]),
    RuleCase(
      title: "R13 present tense in an event",
      message: Message(
        kind: .event, header: header(.executed, "OperationSet"), payload: operations([operation(1, "create")])),
      expected: ["R13 reject 2.9"]),
    RuleCase(
      title: "R14", message: request(.create, payload: object()), expected: ["R14 warn 1.9"],
      context: knowing { $0.namespaces = { _, _ in ["http://iec.ch/TC57/2030/MeterReadings#"] } }),
    RuleCase(
      title: "R14 unknown noun", message: request(.create, payload: object()), expected: [],
      context: knowing { $0.namespaces = { _, _ in nil } }),
    RuleCase(
      title: "R15 no base64", message: request(.create, payload: Payload(.compressed("H4sI_"))),
      expected: ["R15 warn 1.8"]),
    RuleCase(title: "R15 base64", message: request(.create, payload: Payload(.compressed("H4sI\nAAA="))), expected: []),
    RuleCase(
      title: "R15 does not unpack", message: request(.create, payload: Payload(.compressed("H4sI"))),
      expected: ["R15 warn 1.8"], context: knowing { $0.isValidCompressed = { _ in false } }),
    RuleCase(
      title: "R21", message: request(.cancel, request: Request(ids: [ObjectID("7", kind: .uuid), ObjectID("8")])),
      expected: ["R21 warn 1.8"]),
    RuleCase(
      title: "R22", message: response(Reply(result: .failed, errors: [ReplyError(code: "9.9")])),
      expected: ["R22 note 1.8"], context: knowing { $0.replyCodes = ["0.0"] }),
    RuleCase(
      title: "R23",
      message: request(.create, payload: Payload(.objects([Element("MeterReadings", in: "a")]), format: "PDF")),
      expected: ["R23 warn 1.8"]),
  ]
}
