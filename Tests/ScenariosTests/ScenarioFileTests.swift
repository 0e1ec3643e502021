import IECMessage
import MessageBus
import Scenarios
import Testing

@Suite("Scenario files: what is refused, and where")
struct ScenarioFileTests {
  /// A file that is in order; each test spoils one line.
  private static let good = """
    figure: "16"
    title: a reading
    clause: 5.3.2
    certainty: inferred
    basis: made up
    participants: [CIS, MDM, MS]
    steps:
      - from: CIS
        to: MDM
        verb: get
        noun: MeterReadings
        reply: OK or FAILED 5.7
        do: {ask: {meter: "${meter}"}}
        text: the CIS asks
      - from: MS
        to: [MDM]
        verb: created
        noun: EndDeviceEvents
        send: |
          <EndDeviceEvents>
            <EndDeviceEvent><createdDateTime>${now}</createdDateTime>
            <EndDeviceEventType ref="3.26.0.85"/></EndDeviceEvent>
          </EndDeviceEvents>
        text: a meter tells
    expect:
      - {at: CIS, fact: answer/result, is: OK}

    """

  @Test("the file that the others are made of is read")
  func reads() throws {
    let scenario = try ScenarioFile.read(Self.good, file: "figures/figure-99.yaml")
    #expect(scenario.id == "figure-99")
    #expect(scenario.steps.count == 2)
    #expect(scenario.steps[0].expectedReply == .init([.ok, .failed], codes: ["5.7"]))
    #expect(scenario.steps[1].pattern == .event)
    #expect(scenario.expectations == [.init("CIS", "answer/result", .equals("OK"))])
  }

  @Test(
    "a mistake is refused with line and column",
    arguments: [
      ("verb: created", "verb: created\n    correlates: step 2", "f.yaml:18:17: correlates must be 'step N'"),
      ("- from: CIS", "- from: CIX", "f.yaml:8:11: there is no system 'CIX'"),
      ("[CIS, MDM, MS]", "[CIS, MDM, MX]", "f.yaml:6:26: there is no system 'MX'"),
      ("to: MDM\n    verb: get", "to: OMS\n    verb: get", "f.yaml:9:9: OMS is none of the participants"),
      (
        "noun: MeterReadings", "noun: MeterReading",
        "f.yaml:11:11: there is no noun 'MeterReading', did you mean MeterReadings?"
      ),
      ("verb: get", "verb: fetch", "f.yaml:10:11: 'fetch' is no verb of a step"),
      ("verb: get", "verb: reply", "f.yaml:10:11: 'reply' is no verb of a step; replies belong to their requests"),
      (
        "verb: get", "verb: get\n    pattern: event",
        "f.yaml:10:11: an event tells what has happened: 'get' is a request's"
      ),
      ("verb: created", "verb: created\n    reply: OK", "f.yaml:18:12: an event has no reply"),
      ("verb: created", "verb: created\n    pattern: request", "f.yaml:17:11: a request asks for something: 'created'"),
      ("verb: get", "verb: get\n    pattern: shout", "f.yaml:11:14: 'shout' is no pattern"),
      (
        "to: MDM\n    verb: get", "to: [MDM, MS]\n    verb: get",
        "f.yaml:9:9: a request goes to one system; 2 are named"
      ),
      ("FAILED 5.7", "PERHAPS", "f.yaml:12:12: 'PERHAPS' is no result"),
      ("ask: {", "beg: {", "f.yaml:13:10: CIS has no action 'beg'"),
      ("meter: \"", "metre: \"", "f.yaml:13:16: 'ask' has no parameter 'metre'; it has meter"),
      ("do: {ask: {meter: \"${meter}\"}}", "do: []", "f.yaml:13:9: do must be an action"),
      (
        "do: {ask: {meter: \"${meter}\"}}", "do: [[{ask: {meter: \"${meter}\"}}]]", "f.yaml:13:10: do must be an action"
      ),
      ("is: OK", "atMost: inf", "atMost must be a number, it is 'inf'"),
      ("${meter}", "${metre}", "there is no placeholder ${metre}"),
      ("${now}", "${then}", "f.yaml:21:42: there is no placeholder ${then}"),
      (
        "<EndDeviceEvents>", "<EndDeviceControls>",
        "the payload is EndDeviceControls, the step says created EndDeviceEvents"
      ),
      (
        "<EndDeviceEventType ref=\"3.26.0.85\"/>", "<EndDeviceEventType>",
        "f.yaml:19:11: the payload cannot be read, in its line"
      ),
      ("fact: answer/result", "fact: answer/mood", "f.yaml:26:21: CIS cannot tell 'answer/mood'"),
      ("is: OK}", "was: OK}", "f.yaml:26:36: the expectation has no key 'was'"),
      ("certainty: inferred", "certainty: sure", "f.yaml:4:12: certainty must be confirmed or inferred"),
      ("    do: {ask: {meter: \"${meter}\"}}\n", "", "f.yaml:8:5: the first step needs 'do' or 'send'"),
      ("basis: made up", "basis: [", "this is no YAML"),
    ])
  func refused(_ good: String, _ bad: String, _ expected: String) throws {
    guard let place = Self.good.firstRange(of: good) else {
      Issue.record("the good file has no '\(good)'")
      return
    }
    var text = Self.good
    text.replaceSubrange(place, with: bad)
    do {
      _ = try ScenarioFile.read(text, file: "f.yaml")
      Issue.record("read, though it should have been refused: \(expected)")
    } catch {
      #expect(error.code == .file)
      #expect(error.message.contains(expected), "\(error.message)")
    }
  }

  @Test("every built-in file is read, and every system in it does what it says")
  func builtIn() throws {
    for file in Scenario.files {
      let scenario = try ScenarioFile.read(file.text, file: file.name)
      #expect(!scenario.expectations.isEmpty, "\(file.name) expects nothing of the state")
      #expect(scenario.steps.allSatisfy { !$0.text.isEmpty })
    }
    #expect(Scenario.all.count == Scenario.files.count)
    #expect(Scenario.tour.map(\.figure) == ["14", "16", "7", "33"])
  }
}
