// The steps of a scenario file.
import CIMModel
import CIMProfiles
import Components
import IECMessage
import MessageBus
import Yams

extension ScenarioFile {
  func step(_ node: Node, number: Int) -> Scenario.Step? {
    guard
      let entry = FileMapping(
        node, "step \(number)",
        known: [
          "from", "to", "verb", "noun", "pattern", "reply", "repeat", "correlates", "do", "send", "holds", "replyHolds",
          "text",
        ], problems)
    else { return nil }
    let from = entry.required("from").flatMap { system($0, entry.place("from")) }
    if !entry.has("to") { problems.add(entry.mark, "\(entry.name) has no to") }
    let to = entry.texts("to").compactMap { system($0.text, $0.mark) }
    let noun = noun(entry)
    guard let verb = verb(entry), let pattern = pattern(entry, verb) else { return nil }
    if pattern != .event, to.count > 1 { entry.fail("to", "a request goes to one system; \(to.count) are named") }
    if let from, to.contains(from) { entry.fail("to", "\(from) cannot send to itself") }
    guard let from, let noun, !to.isEmpty else { return nil }
    return Scenario.Step(
      from, verb, noun, to: to, pattern: pattern, repetition: repetition(entry, number: number),
      correlatesWith: correlation(entry, number: number),
      trigger: trigger(entry, from, verb, noun), content: content(entry, "holds"),
      replyContent: content(entry, "replyHolds"), entry.required("text") ?? "")
  }

  func aside(_ node: Node) -> Scenario.Aside? {
    guard let entry = FileMapping(node, "the aside", known: ["from", "verb", "noun"], problems),
      let from = entry.required("from").flatMap({ system($0, entry.place("from")) }), let noun = noun(entry),
      let verb = verb(entry)
    else { return nil }
    return Scenario.Aside(from, verb, noun)
  }

  private func verb(_ entry: FileMapping) -> Verb? {
    guard let text = entry.required("verb") else { return nil }
    if let verb = Verb(rawValue: text), verb != .reply { return verb }
    let known = Verb.allCases.filter { $0 != .reply }.map(\.rawValue)
    let advice =
      text == "reply"
      ? "; replies belong to their requests: write 'reply: OK' there"
      : "\(FileMapping.hint(text, known)); known are \(known.joined(separator: ", "))"
    entry.fail("verb", "'\(text.prefix(40))' is no verb of a step\(advice)")
    return nil
  }

  private func noun(_ entry: FileMapping) -> String? {
    guard let text = entry.required("noun") else { return nil }
    let nouns = SchemaLibrary.standard.nouns
    if text == "OperationSet" || nouns.contains(text) { return text }
    entry.fail(
      "noun", "there is no noun '\(text.prefix(60))'\(FileMapping.hint(text, nouns)); busbar schema lists them")
    return nil
  }

  private func pattern(_ entry: FileMapping, _ verb: Verb) -> Scenario.Step.Pattern? {
    let word = entry.text("pattern") ?? (verb.role == .event ? "event" : "request")
    switch word {
    case "event":
      guard verb.role == .event else {
        entry.fail("verb", "an event tells what has happened: '\(verb.rawValue)' is a request's verb")
        return nil
      }
      for key in ["reply", "replyHolds"] where entry.has(key) {
        entry.fail(key, "an event has no reply: take away '\(key)', or make it a request")
      }
      return .event
    case "request", "callback":
      guard verb.role == .request else {
        entry.fail("verb", "a request asks for something: '\(verb.rawValue)' is an event's verb")
        return nil
      }
      let reply = reply(entry)
      if word == "request" { return .request(reply) }
      if entry.has("replyHolds") { entry.fail("replyHolds", "the content of a late reply cannot be looked at") }
      return .callback(reply)
    default:
      entry.fail("pattern", "'\(word.prefix(40))' is no pattern; known are request, event, callback")
      return nil
    }
  }

  /// "OK", "FAILED 2.4", "OK or FAILED 5.7".
  private func reply(_ entry: FileMapping) -> Scenario.ExpectedReply {
    guard let text = entry.text("reply") else { return .ok }
    var expected = Scenario.ExpectedReply([])
    for word in text.split(separator: " ").map(String.init) where word != "or" {
      if let result = Reply.Result(rawValue: word) {
        expected.results.insert(result)
      } else if word.contains("."), word.allSatisfy({ $0.isNumber || $0 == "." }) {
        expected.codes.insert(word)
      } else {
        entry.fail("reply", "'\(word.prefix(40))' is no result: write OK, PARTIAL or FAILED, with reply codes after it")
      }
    }
    if expected.results.isEmpty { entry.fail("reply", "reply must name OK, PARTIAL or FAILED") }
    return expected
  }

  /// "once", "oneOrMore", "as step 3".
  private func repetition(_ entry: FileMapping, number: Int) -> Scenario.Step.Repetition {
    guard let text = entry.text("repeat") else { return .once }
    if text == "once" { return .once }
    if text == "oneOrMore" { return .oneOrMore }
    if let other = earlierStep(text, "as step ", before: number) { return .asOften(as: other) }
    entry.fail("repeat", "repeat must be once, oneOrMore or 'as step N' with an earlier step")
    return .once
  }

  /// "step 3".
  private func correlation(_ entry: FileMapping, number: Int) -> Int? {
    guard let text = entry.text("correlates") else { return nil }
    if let other = earlierStep(text, "step ", before: number) { return other }
    entry.fail("correlates", "correlates must be 'step N' with an earlier step")
    return nil
  }

  private func earlierStep(_ text: String, _ words: String, before number: Int) -> Int? {
    guard text.hasPrefix(words), let other = Int(text.dropFirst(words.count)), (1..<number).contains(other) else {
      return nil
    }
    return other
  }

  private func trigger(
    _ entry: FileMapping, _ from: ParticipantID, _ verb: Verb, _ noun: String
  ) -> Scenario.Trigger? {
    if entry.has("do"), entry.has("send") { entry.fail("send", "a step begins by do or by send, not by both") }
    if let node = entry.node("do") { return .actions(actions(node, of: from)) }
    guard let xml = entry.text("send") else { return nil }
    check(placeholdersIn: xml, entry.place("send"))
    let root = ScenarioMessage.rootName(xml)
    let wanted = verb == .get ? SchemaLibrary.standard.query(ofNoun: noun)?.noun ?? noun : noun
    if let root, root != wanted, !(verb == .get && root == noun) {
      problems.add(
        entry.place("send"), word: "<\(root)", "the payload is \(root), the step says \(verb.rawValue) \(noun)")
    }
    do throws(ScenarioError) {
      // Placeholders stand where text stands: any text does to see whether it is XML.
      _ = try ScenarioMessage.element(xml)
    } catch {
      entry.fail("send", "the payload cannot be read, in its \(error.message)")
    }
    return .send(xml)
  }

  /// A mapping of paths to texts, or to conditions.
  private func content(_ entry: FileMapping, _ key: String) -> [Scenario.Content] {
    guard let node = entry.node(key) else { return [] }
    guard case .mapping(let mapping) = node else {
      problems.add(node.mark, "\(entry.name).\(key) must be a mapping of paths to what stands there")
      return []
    }
    return mapping.compactMap { path, value in
      guard let path = FileMapping.scalar(path) else { return nil }
      if let text = FileMapping.scalar(value) {
        check(placeholdersIn: text, value.mark)
        return Scenario.Content(path, .equals(text))
      }
      let known = Self.conditionKeys.filter { $0 != "risesBy" }
      guard let entry = FileMapping(value, path, known: known, problems), let condition = condition(entry) else {
        return nil
      }
      return Scenario.Content(path, condition)
    }
  }
}
