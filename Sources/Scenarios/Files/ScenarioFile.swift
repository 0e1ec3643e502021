// Reads scenario files (docs/scenarios.md) strictly: what cannot be played is refused with line and column.
import CIMProfiles
import Components
import IECMessage
import MessageBus
import Yams

/// Reads a scenario out of YAML.
public struct ScenarioFile {
  /// Longest file that is read, in bytes.
  public static let sizeLimit = 1 << 20
  static let stepLimit = 200

  let problems: FileProblems
  /// Who may take part; empty while they are not known.
  var participants: [ParticipantID] = []

  /// Reads one scenario.
  ///
  /// - Parameters:
  ///   - file: its name, for messages; without folder and ".yaml" it is the scenario's id.
  /// - Throws: `ScenarioError` `.file` with every problem that was found, a line each.
  public static func read(_ text: String, file: String) throws(ScenarioError) -> Scenario {
    guard text.utf8.count <= sizeLimit else {
      throw ScenarioError(.file, "\(file):1:1: the file has more than \(sizeLimit) bytes")
    }
    let problems = FileProblems(file: file, text: text)
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      throw syntax(error, file)
    }
    var reader = ScenarioFile(problems: problems)
    let scenario = root.flatMap { reader.scenario($0) }
    if root == nil { problems.add(line: 1, column: 1, "the file is empty") }
    try problems.throwIfAny()
    guard let scenario else { throw ScenarioError(.file, "\(file):1:1: this is no scenario") }
    return scenario
  }

  private static func syntax(_ error: any Error, _ file: String) -> ScenarioError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ScenarioError(
        .file, "\(file):\(mark.line):\(mark.column): this is no YAML: \(problem); look for a missing colon or quote")
    case .duplicatedKeysInMapping(let keys, let context):
      return ScenarioError(
        .file,
        "\(file):\(context.mark.line):\(context.mark.column): \(keys.joined(separator: ", ")) stands twice: keep one")
    default: return ScenarioError(.file, "\(file):1:1: this is no YAML: \(error)")
    }
  }

  private mutating func scenario(_ root: Node) -> Scenario? {
    guard
      let head = FileMapping(
        root, "the scenario",
        known: [
          "figure", "title", "clause", "certainty", "basis", "participants", "within", "given", "steps", "aside",
          "expect",
        ], problems)
    else { return nil }
    let certainty = head.required("certainty").flatMap { text -> Scenario.Certainty? in
      if let certainty = Scenario.Certainty(rawValue: text) { return certainty }
      head.fail("certainty", "certainty must be confirmed or inferred, it is '\(text.prefix(40))'")
      return nil
    }
    participants = systems(head)
    let limit = head.text("within").flatMap { text -> Duration? in
      if let seconds = Self.seconds(text), seconds > 0 { return .seconds(seconds) }
      head.fail("within", "within must be a time from 1s to 10m, e.g. 30s")
      return nil
    }
    let (precondition, preparation) = given(head)
    if !head.has("steps") { problems.add(head.mark, "the scenario has no steps") }
    let nodes = head.items("steps")
    if nodes.count > Self.stepLimit { head.fail("steps", "more than \(Self.stepLimit) steps") }
    let steps = nodes.prefix(Self.stepLimit).enumerated().compactMap { step($0.element, number: $0.offset + 1) }
    if head.has("steps"), nodes.isEmpty { head.fail("steps", "a scenario has at least one step") }
    if let first = steps.first, steps.count == nodes.count, first.trigger == nil {
      problems.add(nodes.first?.mark, "the first step needs 'do' or 'send': nothing else begins it")
    }
    if head.items("expect").count > Self.stepLimit { head.fail("expect", "more than \(Self.stepLimit) expectations") }
    let expectations = head.items("expect").prefix(Self.stepLimit).compactMap(expectation)
    let asides = head.items("aside").prefix(Self.stepLimit).compactMap(aside)
    let id = problems.file.split(separator: "/").last.map(String.init) ?? problems.file
    guard let figure = head.required("figure"), let title = head.required("title"),
      let clause = head.required("clause"), let certainty, let basis = head.required("basis")
    else { return nil }
    return Scenario(
      id: id.hasSuffix(".yaml") ? String(id.dropLast(5)) : id, figure: figure, title: title, clause: clause,
      certainty: certainty, basis: basis, participants: participants, precondition: precondition,
      preparation: preparation, steps: steps, asides: asides, expectations: expectations,
      timeLimit: limit ?? .seconds(30))
  }

  private func systems(_ head: FileMapping) -> [ParticipantID] {
    if !head.has("participants") { problems.add(head.mark, "the scenario has no participants") }
    var found: [ParticipantID] = []
    for (text, mark) in head.texts("participants") {
      let id = ParticipantID(text)
      if ReferenceModel.system(id) == nil {
        problems.add(mark, "there is no system '\(text.prefix(40))'; known are \(Self.systemNames)")
      } else if found.contains(id) {
        problems.add(mark, "\(text) takes part twice")
      } else {
        found.append(id)
      }
    }
    return found
  }

  static var systemNames: String { ReferenceModel.systems.map(\.id.rawValue).joined(separator: ", ") }

  private func given(_ head: FileMapping) -> (String, [Scenario.Action]) {
    guard let node = head.node("given"),
      let given = FileMapping(node, "given", known: ["text", "do"], problems)
    else { return ("", []) }
    return (given.required("text") ?? "", given.node("do").map { actions($0, of: nil) } ?? [])
  }

  private func expectation(_ node: Node) -> Scenario.Expectation? {
    guard
      let entry = FileMapping(
        node, "the expectation", known: ["at", "fact"] + Self.conditionKeys, problems),
      let at = entry.required("at"), let fact = entry.required("fact")
    else { return nil }
    guard let system = system(at, entry.place("at")) else { return nil }
    check(placeholdersIn: fact, entry.place("fact"))
    // A placeholder may hold anything but a slash: it is one step.
    if let kind = ReferenceModel.system(system), !kind.knows(FactPath(fact)) {
      entry.fail(
        "fact",
        "\(system) cannot tell '\(fact.prefix(80))'; it tells "
          + (kind.facts.isEmpty ? "nothing" : kind.facts.map(\.path).joined(separator: ", ")))
      return nil
    }
    return condition(entry).map { Scenario.Expectation(system, fact, $0) }
  }

  /// "30s", "2m" in seconds.
  static func seconds(_ text: String) -> Int64? {
    guard let unit = text.last, let count = Int64(text.dropLast()), (0...600).contains(count) else { return nil }
    let seconds = unit == "s" ? count : unit == "m" ? count * 60 : -1
    return (0...600).contains(seconds) ? seconds : nil
  }
}
