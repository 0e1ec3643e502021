import CIMModel
import IECMessage
import SemanticRules
import Testing

@Suite("IEC 61968-9, Annexes B, D, E and F: codes in messages")
struct CodeInMessageTests {
  let rules = CodeRules()

  @Test(
    "a quality has three numbers",
    arguments: [
      ("1.0.0", [String]()), ("2.5.259", []), ("3.6.1001", ["note readingQuality.senderRule 1.8"]),
      ("?", ["reject readingQuality.shape 1.8"]), ("1.0", ["reject readingQuality.shape 1.8"]),
      ("9.0.0", ["warn readingQuality.unknownNumber 1.8"]),
    ])
  func qualities(_ code: String, _ expected: [String]) throws {
    let quality = "<ReadingQualities><ReadingQualityType ref=\"\(code)\"/></ReadingQualities>"
    let payload = try Sample.reading("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", value: "1", more: quality)
    #expect(Sample.brief(rules.check(payload)) == expected)
  }

  private func event(_ code: String) throws -> Element {
    try Sample.payload(
      "EndDeviceEvents",
      "<EndDeviceEvent><createdDateTime>2026-01-01T00:00:00Z</createdDateTime><EndDeviceEventType ref=\"\(code)\"/>"
        + "</EndDeviceEvent>")
  }

  @Test(
    "an event is four numbers and in the past tense",
    arguments: [
      ("3.26.0.85", [String]()), ("0.26.0.216", []), ("3.31.0.42", []), ("?", ["reject endDeviceEvent.shape 1.8"]),
      ("3.31.0.18", ["warn endDeviceEvent.command 1.8"]), ("3.26.0", ["reject endDeviceEvent.shape 1.8"]),
    ])
  func events(_ code: String, _ expected: [String]) throws {
    #expect(Sample.brief(rules.check(try event(code))) == expected)
  }

  @Test("the asterisk of the lists is rejected in a message, with 0 as suggestion")
  func asterisk() throws {
    let finding = rules.check(try event("*.26.0.85")).findings.first
    #expect(finding?.severity == .reject)
    #expect(finding?.suggestion == "0.26.0.85")
    #expect(finding?.path == "/EndDeviceEvents/EndDeviceEvent/EndDeviceEventType/@ref")
  }

  @Test(
    "a control is four numbers and a command",
    arguments: [
      ("3.31.0.23", [String]()), ("3.31.0.18", []), ("3.31.0.42", ["warn endDeviceControl.event 1.8"]),
      ("connect", ["reject endDeviceControl.shape 1.8"]),
    ])
  func controls(_ code: String, _ expected: [String]) throws {
    let payload = try Sample.payload(
      "EndDeviceControls", "<EndDeviceControl><EndDeviceControlType ref=\"\(code)\"/></EndDeviceControl>")
    #expect(Sample.brief(rules.check(payload)) == expected)
  }

  @Test("parts of an event type agree with its code")
  func eventParts() throws {
    let body = "<mRID>3.26.0.85</mRID><domain>26</domain><eventOrAction>216</eventOrAction>"
    let payload = try Sample.payload("EndDeviceEvents", "<EndDeviceEventType>\(body)</EndDeviceEventType>")
    let report = rules.check(payload)
    #expect(Sample.brief(report) == ["warn endDeviceEvent.partMismatch 1.8"])
    #expect(report.findings.first?.path == "/EndDeviceEvents/EndDeviceEventType/eventOrAction")
  }

  // MARK: Annex B

  private func reply(_ result: Reply.Result, _ errors: [ReplyError]) -> Message {
    Message(
      kind: .response, header: Header(verb: .reply, noun: "MeterConfig"), reply: Reply(result: result, errors: errors))
  }

  @Test(
    "a reply code is never rejected",
    arguments: [
      ("2.4", [String]()), ("0", ["warn replyCode.canonical 1.8"]), ("1001", ["warn replyCode.shape 1.8"]),
      ("9.99", ["warn replyCode.unknownNumber 1.8"]),
    ])
  func replyCodes(_ code: String, _ expected: [String]) {
    let report = rules.check(reply(.failed, [ReplyError(code: code)]))
    #expect(Sample.brief(report) == expected)
    if !expected.isEmpty { #expect(report.findings.first?.path == "/ResponseMessage/Reply/Error/code") }
  }

  @Test("an error that goes with FAILED is noted where the Result is OK, unless it is a warning only")
  func resultOK() {
    #expect(Sample.brief(rules.check(reply(.ok, [ReplyError(code: "5.3")]))) == ["note replyCode.result 1.8"])
    #expect(rules.check(reply(.ok, [ReplyError(code: "5.3", level: .warning)])).findings.isEmpty)
    #expect(rules.check(reply(.ok, [ReplyError(code: "0.3")])).findings.isEmpty)
  }
}
