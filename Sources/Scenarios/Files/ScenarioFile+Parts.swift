// Systems, actions, conditions and placeholders in scenario files.
import CIMProfiles
import Components
import IECMessage
import MessageBus
import Yams

extension ScenarioFile {
  static let conditionKeys = ["is", "present", "risesBy", "atLeast", "atMost"]

  /// What every system can do: send a request that is none of the scenario's steps, and be answered OK.
  static let transmit = ActionDescription("transmit", ["verb", "noun", "payload"], "sends a request")

  /// A system that takes part; told where it does not.
  func system(_ text: String, _ mark: Mark?) -> ParticipantID? {
    let id = ParticipantID(text)
    guard ReferenceModel.system(id) != nil else {
      let known = ReferenceModel.systems.map(\.id.rawValue)
      problems.add(
        mark, "there is no system '\(text.prefix(40))'\(FileMapping.hint(text, known)); known are \(Self.systemNames)")
      return nil
    }
    guard participants.contains(id) else {
      problems.add(mark, "\(text) is none of the participants: add it there, or take another")
      return nil
    }
    return id
  }

  /// Actions: a name, a mapping of names to parameters, or a list of these. "MS.powerFails" names the system.
  func actions(_ node: Node, of sender: ParticipantID?, isInList: Bool = false) -> [Scenario.Action] {
    switch node {
    case .scalar: return FileMapping.scalar(node).flatMap { action($0, node, nil, of: sender) }.map { [$0] } ?? []
    case .mapping(let mapping):
      return mapping.compactMap { key, value in
        guard let name = FileMapping.scalar(key) else {
          problems.add(key.mark, "an action has a name")
          return nil
        }
        return action(name, key, value, of: sender)
      }
    case .sequence(let items) where !isInList:
      if items.isEmpty { problems.add(node.mark, "do must be an action, or a list of actions") }
      return items.flatMap { item in actions(item, of: sender, isInList: true) }
    default:
      problems.add(node.mark, "do must be an action, or a list of actions")
      return []
    }
  }

  private func action(
    _ text: String, _ place: Node, _ values: Node?, of sender: ParticipantID?
  ) -> Scenario.Action? {
    let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    let name = parts.last ?? text
    let id: ParticipantID
    if parts.count == 2 {
      guard let named = system(parts[0], place.mark) else { return nil }
      id = named
    } else if let sender {
      id = sender
    } else {
      problems.add(place.mark, "say where: SYSTEM.\(name)")
      return nil
    }
    guard let kind = ReferenceModel.system(id) else { return nil }
    guard let known = kind.action(name) ?? (name == Self.transmit.name ? Self.transmit : nil) else {
      let names = kind.actions.map(\.name) + [Self.transmit.name]
      problems.add(
        place.mark,
        "\(id) has no action '\(name.prefix(40))'\(FileMapping.hint(name, names)); it has "
          + names.joined(separator: ", "))
      return nil
    }
    let call = ActionCall(name, parameters(values, known, place))
    if name == Self.transmit.name, Scenario.transmission(id, call) == nil {
      problems.add(place.mark, "transmit sends a request: verb must be a request's, noun one that busbar schema lists")
    }
    return Scenario.Action(id, call)
  }

  private func parameters(_ values: Node?, _ action: ActionDescription, _ place: Node) -> [String: String] {
    var given: [String: String] = [:]
    if let values, values.null == nil, case .mapping(let mapping) = values {
      for (key, value) in mapping {
        guard let name = FileMapping.scalar(key), action.parameters.contains(name) else {
          let found = key.scalar?.string ?? ""
          problems.add(
            key.mark,
            "'\(action.name)' has no parameter '\(found.prefix(40))'\(FileMapping.hint(found, action.parameters))"
              + "; it has \(action.parameters.isEmpty ? "none" : action.parameters.joined(separator: ", "))")
          continue
        }
        guard let text = FileMapping.scalar(value) else {
          problems.add(value.mark, "\(name) must be a text or number")
          continue
        }
        check(placeholdersIn: text, value.mark)
        given[name] = text
      }
    } else if let values, values.null == nil {
      problems.add(values.mark, "the parameters of '\(action.name)' must be a mapping, e.g. {name: value}")
    }
    for name in action.required where given[name] == nil {
      problems.add(place.mark, "'\(action.name)' needs the parameter \(name)")
    }
    return given
  }

  /// What a fact or a place in a message is compared with: one of the keys of conditions.
  func condition(_ entry: FileMapping) -> Scenario.Condition? {
    let given = Self.conditionKeys.filter(entry.has)
    guard given.count == 1, let key = given.first else {
      problems.add(entry.mark, "\(entry.name) needs one of \(Self.conditionKeys.joined(separator: ", "))")
      return nil
    }
    guard let text = entry.text(key) else { return nil }
    check(placeholdersIn: text, entry.place(key))
    switch key {
    case "is": return .equals(text)
    case "present":
      guard text == "true" || text == "false" else {
        entry.fail(key, "present must be true or false")
        return nil
      }
      return text == "true" ? .exists : .isAbsent
    default:
      guard Double(text)?.isFinite ?? false || text.contains("${") else {
        entry.fail(key, "\(key) must be a number, it is '\(text.prefix(40))'")
        return nil
      }
      return key == "risesBy" ? .risesBy(text) : key == "atLeast" ? .atLeast(text) : .atMost(text)
    }
  }

  func check(placeholdersIn text: String, _ mark: Mark?) {
    for name in Placeholders.names(in: text) where !Placeholders.knows(name) {
      problems.add(
        mark, word: "${\(name)", "there is no placeholder ${\(name.prefix(40))}; \(Placeholders.advice)")
    }
  }
}

extension Scenario {
  /// The step that an action `transmit` stands for; nil for any other, and where verb or noun cannot be.
  static func transmission(_ system: ParticipantID, _ call: ActionCall) -> (step: Step, payload: String)? {
    guard call.name == ScenarioFile.transmit.name, let verb = call["verb"].flatMap(Verb.init(rawValue:)),
      verb.role == .request, let noun = call["noun"], let payload = call["payload"],
      noun == "OperationSet" || SchemaLibrary.standard.nouns.contains(noun)
    else { return nil }
    return (Step(system, verb, noun, to: [], pattern: .request(.ok), "sends a request"), payload)
  }
}
