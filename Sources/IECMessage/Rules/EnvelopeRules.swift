// The semantic rules of the envelope: what no schema can say.

/// Judges a message by the rules R1 to R24, as far as message and context allow.
///
/// Rejected by default: a verb that does not fit the kind of message (R1), a get without Request or with a Payload (R3), a
/// transaction without what it acts on (R4, R5), execute without OperationSet (R6), an asynchronous request without
/// address (R7), operationIds used twice (R12), operations without a fitting verb (R13). The rest is reported.
public struct EnvelopeRules: Sendable {
  /// Severities that take the place of the rules' own, e.g. for a partner in strict mode.
  public var severities: [RuleID: RuleSeverity]

  public init(severities: [RuleID: RuleSeverity] = [:]) { self.severities = severities }

  /// - Returns: the findings in the order of the rules; none for a message beyond reproach.
  public func check(_ message: Message, context: RuleContext = RuleContext()) -> [RuleFinding] {
    var judgement = Judgement(message: message, context: context, severities: severities)
    guard let header = message.header else {
      if message.kind != .fault {
        judgement.find("R1", .reject, Clause.header, "1.5", "\(message.kind.rawValue) has no Header")
      }
      judgement.checkReply()
      return judgement.findings
    }
    judgement.checkVerbAndNoun(header)
    judgement.checkContent(header)
    judgement.checkHeader(header)
    judgement.checkReply()
    judgement.checkOperations(header)
    judgement.checkPayload(header)
    let findings = judgement.findings
    return findings.count > 1 ? findings.sorted { $0.rule < $1.rule } : findings
  }

  /// Where the rules come from.
  enum Clause {
    static let header = "IEC 61968-100 ed. 1, HeaderType"
    static let verbs = "IEC 61968-9, Annex A"
    static let request = "IEC 61968-100 ed. 1, RequestType"
    static let reply = "IEC 61968-100 ed. 1, ReplyType"
    static let payload = "IEC 61968-100 ed. 1, PayloadType"
    static let replyCodes = "IEC 61968-9, Annex B"
    static let asynchronous = "IEC 61968-100, 5.2.5"
    static let requestReply = "IEC 61968-100, 5.2.2"
    static let operations = "IEC 61968-9, Annex K"
  }
}

/// One message being judged.
struct Judgement {
  let message: Message
  let context: RuleContext
  let severities: [RuleID: RuleSeverity]
  var findings: [RuleFinding] = []

  init(message: Message, context: RuleContext, severities: [RuleID: RuleSeverity]) {
    self.message = message
    self.context = context
    self.severities = severities
  }

  mutating func find(
    _ rule: RuleID, _ severity: RuleSeverity, _ clause: String, _ code: String, _ text: String,
    suggestion: String? = nil
  ) {
    findings.append(
      RuleFinding(
        rule: rule, severity: severities[rule] ?? severity, clause: clause, path: path(of: rule), message: text,
        suggestion: suggestion, replyCode: code))
  }

  /// Where in the envelope what a rule judges stands.
  private func path(of rule: RuleID) -> String {
    let root = "/" + message.kind.rawValue
    if message.header == nil, rule == "R1" { return root }
    return root + (Self.places[rule].map { "/" + $0 } ?? "")
  }

  private static let places: [RuleID: String] = [
    "R1": "Header/Verb", "R2": "Header/Noun", "R3": "Request", "R4": "Payload", "R5": "Payload", "R6": "Header/Noun",
    "R7": "Header/ReplyAddress", "R8": "Header/Verb", "R9": "Reply", "R10": "Reply", "R11": "Reply",
    "R12": "Payload/OperationSet", "R13": "Payload/OperationSet", "R14": "Payload", "R15": "Payload/Compressed",
    "R16": "Request/StartTime", "R17": "Header/Timestamp", "R18": "Header/ReplayDetection", "R19": "Header/MessageID",
    "R20": "Header/CorrelationID", "R22": "Reply/Error/code", "R23": "Payload/Format", "R24": "Header/Source",
  ]

  var isRequest: Bool {
    message.kind == .request || message.kind == .message && message.header?.verb.role == .request
  }

  var isEvent: Bool { message.kind == .event || message.kind == .message && message.header?.verb.role == .event }

  /// The elements under Payload, whatever they are, are more than none.
  var hasPayload: Bool {
    switch message.payload?.content {
    case .objects(let objects): return !objects.isEmpty
    case .detached: return true
    case .operationSet(let set): return !set.operations.isEmpty
    case .compressed(let text): return !text.isEmpty
    case .ids(let ids): return !ids.isEmpty
    case nil: return false
    }
  }

  var operations: [OperationSet.Operation] {
    if case .operationSet(let set)? = message.payload?.content { return set.operations }
    return []
  }
}
