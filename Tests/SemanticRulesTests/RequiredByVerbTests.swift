import CIMCodec
import CIMModel
import CIMProfiles
import Foundation
import IECMessage
import SemanticRules
import Testing

private let noFacts: Comment = "../shared/facts is not there"

/// What a verb requires, judged on messages in their XML form.
@Suite("IEC 61968-6 and -5: what a verb requires besides the profile")
struct RequiredByVerbTests {
  private func message(_ verb: String, _ noun: String, _ payload: String, year: Int = 2015) throws -> Message {
    let text = """
      <RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>\(verb)</Verb><Noun>\(noun)</Noun>\
      <MessageID>1</MessageID></Header><Payload><\(noun) xmlns="http://iec.ch/TC57/\(year)/\(noun)#">\(payload)\
      </\(noun)></Payload></RequestMessage>
      """
    return try #require(MessageReader().read(Array(text.utf8)).message)
  }

  private func brief(_ report: RuleReport) -> [String] {
    report.findings.map { "\($0.severity.rawValue) \($0.replyCode) \($0.path)" }
  }

  @Test(
    "create requires the work, change and delete only the identity, get nothing",
    arguments: [
      ("create", "<WorkRequest/>", ["reject 1.7 /RequestMessage/Payload/WorkRequests/WorkRequest/Work"]),
      (
        "create", "<WorkRequest><Work><kind>repair</kind></Work></WorkRequest>",
        ["reject 1.7 /RequestMessage/Payload/WorkRequests/WorkRequest/Work/statusKind"]
      ),
      (
        "create",
        "<WorkRequest><Work><kind>repair</kind><statusKind>approved</statusKind></Work></WorkRequest><WorkRequest/>",
        ["reject 1.7 /RequestMessage/Payload/WorkRequests/WorkRequest[2]/Work"]
      ),
      ("change", "<WorkRequest/>", ["warn 1.7 /RequestMessage/Payload/WorkRequests/WorkRequest"]),
      ("delete", "<WorkRequest><Names><name>WR-1</name></Names></WorkRequest>", []),
      ("get", "<WorkRequest/>", []),
    ])
  func byVerb(_ verb: String, _ payload: String, _ expected: [String]) throws {
    #expect(brief(RequiredByVerb.standard.check(try message(verb, "WorkRequests", payload))) == expected)
  }

  @Test("the sentence says verb, element, place and who asks for it")
  func sentence() throws {
    let report = RequiredByVerb.standard.check(try message("create", "WorkRequests", "<WorkRequest/>"))
    #expect(report.findings.first?.message == "create WorkRequests requires Work in WorkRequest (EPRI); add it")
    #expect(report.findings.first?.clause == "IEC 61968-6")
  }

  @Test("each operation of a set is judged by its own verb")
  func operations() throws {
    var message = try message("create", "WorkRequests", "<WorkRequest/>")
    let object = try Sample.document(
      Array("<WorkRequests xmlns=\"http://iec.ch/TC57/2015/WorkRequests#\"><WorkRequest/></WorkRequests>".utf8))
    message.payload?.content = .operationSet(
      OperationSet(operations: [
        .init(operationId: 1, verb: "delete", object: object), .init(operationId: 2, verb: "create", object: object),
        .init(operationId: 3, verb: "upsert", object: object), .init(operationId: 4, object: object),
      ]))
    let start = "/RequestMessage/Payload/OperationSet/Operation"
    #expect(
      brief(RequiredByVerb.standard.check(message)) == [
        "warn 1.7 \(start)/WorkRequests/WorkRequest", "reject 1.7 \(start)[2]/WorkRequests/WorkRequest/Work",
      ])
  }

  @Test("paths of a strongly typed message are those of the document")
  func typedPath() throws {
    let text = """
      <c:CreateWorkRequests xmlns:c="http://iec.ch/TC57/2015/WorkRequestsMessage"
        xmlns="http://iec.ch/TC57/2011/schema/message"><c:Header><Verb>create</Verb><Noun>WorkRequests</Noun>
        <MessageID>1</MessageID></c:Header><c:Payload><WorkRequests xmlns="http://iec.ch/TC57/2015/WorkRequests#">
        <WorkRequest/></WorkRequests></c:Payload></c:CreateWorkRequests>
      """
    let inspection = MessageReader().read(Array(text.utf8))
    let root = try Sample.document(Array(text.utf8))
    let report = MessageRules().check(inspection.message, in: root)
    #expect(report.findings.contains { $0.path == "/CreateWorkRequests/Payload/WorkRequests/WorkRequest/Work" })
    #expect(report.hasReject)
    #expect(!MessageRules(required: .none).check(inspection.message, in: root).hasReject)
  }

  @Test("what the bus asks is both what is missing and what is wrong in codes")
  func payloadRules() throws {
    let message = try message("create", "WorkRequests", "<WorkRequest/>")
    #expect(PayloadRules().check(message).findings.map(\.replyCode) == ["1.7"])
    #expect(PayloadRules(required: .none).check(message).findings.isEmpty)
  }

  @Test("at most so many findings are kept, and the report says that there are more")
  func bounds() throws {
    let payload = String(repeating: "<WorkRequest/>", count: 5_000)
    let report = RequiredByVerb.standard.check(try message("create", "WorkRequests", payload))
    #expect(report.findings.count == 200)
    #expect(report.isTruncated)
  }

  @Test(
    "a table that is wrong is refused with its line",
    arguments: [
      ("WorkRequests,create,WorkRequest,Work,fatal,6,us", "line 2: severity \"fatal\""),
      ("WorkRequests,upsert,WorkRequest,Work,reject,6,us", "line 2: \"upsert\" is no verb"),
      ("WorkRequests,create,WorkRequest//Work,kind,reject,6,us", "line 2: noun, verbs"),
      ("WorkRequests,create,WorkRequest,,reject,6,us", "line 2: noun, verbs"),
      ("WorkRequests,create,WorkRequest", "line 2: 3 fields"),
    ])
  func refused(_ row: String, _ words: String) throws {
    let error = #expect(throws: RuleTableError.self) {
      try RequiredByVerb(csv: "noun,verbs,place,elements,severity,clause,source\n" + row, file: "own.csv")
    }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("own.csv") == true)
  }

  @Test("a table of one's own takes the place of the built-in one")
  func own() throws {
    let csv = "noun,verbs,place,elements,severity,clause,source\nWorkRequests,create,,WorkRequest,reject,,us\n"
    let rules = try RequiredByVerb(csv: csv, file: "own.csv")
    #expect(rules.check(try message("create", "WorkRequests", "<WorkRequest/>")).findings.isEmpty)
    // Where no clause is named, who asks for it stands in its place.
    #expect(rules.check(try message("create", "WorkRequests", "")).findings.first?.clause == "us")
    #expect(
      brief(rules.check(try message("create", "WorkRequests", "")))
        == ["reject 1.7 /RequestMessage/Payload/WorkRequests/WorkRequest"])
  }

  /// Rows of create_vs_change.tsv: a place that one form requires and the other leaves open.
  static let differences: [[String]] = {
    guard let samples = Place.samples,
      let text = try? String(
        contentsOf: samples.deletingLastPathComponent().appending(path: "facts/create_vs_change.tsv"), encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
  }()

  @Test(
    "whatever the create form of a schema in use requires and its change form does not, create requires",
    .enabled(if: !differences.isEmpty, noFacts))
  func facts() throws {
    for row in Self.differences {
      let steps = row[1].split(separator: "/").map(String.init)
      let inner = steps[1..<steps.count - 1].reversed().reduce("") { "<\($1)>\($0)</\($1)>" }
      for (verb, isRequired) in [("create", true), ("created", true), ("change", false), ("delete", false)] {
        let found = RequiredByVerb.standard.check(
          try message(verb, row[0], inner, year: row[0] == "DERGroups" ? 2017 : 2015))
        #expect(found.findings.contains { $0.path.hasSuffix("Payload" + row[1]) } == isRequired, "\(verb) \(row[1])")
      }
    }
    #expect(Self.differences.count > 190)
  }

  @Test(
    "valid messages of real systems lack nothing that their verb requires",
    .enabled(if: Place.samples != nil, "../shared/samples is not there"),
    arguments: Place.names("part5-6") { !$0.contains("template") })
  func samples(_ name: String) throws {
    let bytes = try Place.bytes("part5-6/\(name)")
    let inspection = MessageReader().read(bytes)
    guard let message = inspection.message, inspection.payload == .valid else { return }
    let findings = RequiredByVerb.standard.check(message).findings
    #expect(!findings.contains { $0.severity == .reject }, "\(findings.map(\.message))")
  }
}
