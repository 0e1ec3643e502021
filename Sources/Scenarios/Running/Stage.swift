// What a scenario is played on: does what triggers say at the systems and looks whether its expectations hold.
import Components
import IECMessage
import MessageBus

/// What the scenarios are about.
struct Subject: Sendable {
  var meter: Int
  var transformer: Int
}

/// One run's view of the systems: what it does to them, and what they were like before.
actor Stage {
  private let utility: Utility
  private let placeholders: Placeholders
  private let elsewhere: Elsewhere?
  private var before: [Int: String] = [:]

  init(utility: Utility, subject: Subject, elsewhere: Elsewhere? = nil, run: UInt64) {
    self.utility = utility
    self.elsewhere = elsewhere
    placeholders = Placeholders(utility: utility, subject: subject, run: run)
  }

  /// Brings about what has to be so before a scenario begins.
  ///
  /// - Returns: what went wrong.
  func bringAbout(_ scenario: Scenario) async -> String? {
    for action in scenario.preparation where !isElsewhere(action.system) {
      if let trouble = await perform(action) { return "precondition: \(trouble)" }
    }
    return nil
  }

  /// Notes the state of which a scenario has expectations.
  func prepare(_ scenario: Scenario) async -> String? {
    for (index, expectation) in scenario.expectations.enumerated() where !isElsewhere(expectation.system) {
      if case .risesBy = expectation.condition { before[index] = await value(expectation) }
    }
    return nil
  }

  /// Does what a trigger says.
  ///
  /// - Returns: what went wrong; a reply that is not what the step expects is left to the judge.
  func pull(_ trigger: Scenario.Trigger, of step: Scenario.Step) async -> String? {
    if let elsewhere, step.isBegun(in: elsewhere.systems) {
      await elsewhere.prompt("\(step): \(placeholders.fill(step.text))")
      return nil
    }
    switch trigger {
    case .actions(let actions):
      for action in actions {
        if let trouble = await perform(action) { return trouble }
      }
    case .send(let xml):
      do {
        let message = try ScenarioMessage.message(step, payload: placeholders.fill(xml))
        _ = try await utility.witness.send(message, from: step.from, raw: nil)
      } catch {
        return "\(step) could not be sent: \(error)"
      }
    }
    return nil
  }

  /// The first expectation that does not hold, in words; nil when all do.
  func firstUnmet(_ expectations: [Scenario.Expectation]) async -> String? {
    for (index, expectation) in expectations.enumerated() where !isElsewhere(expectation.system) {
      let value = await value(expectation)
      let condition = expectation.condition
      guard !condition.holds(value, before: before[index], placeholders.fill) else { continue }
      return "expected \(expectation.system) \(placeholders.fill(expectation.fact)) "
        + "\(condition.wanted(placeholders.fill)), \(condition.found(value, before: before[index]))"
    }
    return nil
  }

  /// The facts of expectations as they are now.
  func state(_ expectations: [Scenario.Expectation]) async -> [String: String] {
    var state: [String: String] = [:]
    for expectation in expectations where !isElsewhere(expectation.system) {
      state["\(expectation.system) \(placeholders.fill(expectation.fact))"] = await value(expectation)
    }
    return state
  }

  /// What a message does not say that it has to say; nil when all is there.
  func missing(_ content: [Scenario.Content], in message: Message?) -> String? {
    guard !content.isEmpty else { return nil }
    guard let message else { return "the message was not seen" }
    for item in content {
      let texts = ScenarioMessage.texts(item.path, in: message)
      let condition = item.condition
      let isMet =
        texts.isEmpty
        ? condition.holds(nil, before: nil, placeholders.fill)
        : texts.contains { condition.holds($0, before: nil, placeholders.fill) }
      if !isMet {
        return "expected \(item.path) \(condition.wanted(placeholders.fill)), "
          + (texts.isEmpty ? "it is absent" : "it is \(texts.prefix(5).joined(separator: ", "))")
      }
    }
    return nil
  }

  private func isElsewhere(_ system: ParticipantID) -> Bool { elsewhere?.systems.contains(system) ?? false }

  /// What a scenario wants of systems that are not this process's: nobody can look there.
  nonisolated func unchecked(_ scenario: Scenario) -> [String] {
    guard let systems = elsewhere?.systems else { return [] }
    let preparation = scenario.preparation.filter { systems.contains($0.system) }.map {
      "beforehand at \($0.system): \($0.call.name)"
    }
    return preparation
      + scenario.expectations.filter { systems.contains($0.system) }.map {
        "at \($0.system): \(placeholders.fill($0.fact))"
      }
  }

  private func value(_ expectation: Scenario.Expectation) async -> String? {
    await utility.system(expectation.system)?.fact(FactPath(placeholders.fill(expectation.fact)))
  }

  private func perform(_ action: Scenario.Action) async -> String? {
    guard let system = utility.system(action.system) else { return "there is no \(action.system)" }
    let call = ActionCall(action.call.name, action.call.parameters.mapValues(placeholders.fill))
    do {
      if let (step, payload) = Scenario.transmission(action.system, call) {
        let message = try ScenarioMessage.message(step, payload: payload)
        let reply = try await utility.witness.send(message, from: action.system, raw: nil).reply?.reply
        guard reply?.result != .ok else { return nil }
        let error = reply?.errors.first { !$0.code.hasPrefix("0.") }
        return "\(step) was answered \(reply?.result.rawValue ?? "nothing") \(error?.code ?? "") \(error?.reason ?? "")"
      }
      try await system.perform(call)
      return nil
    } catch {
      return "\(action.system) \(call.name): \(error)"
    }
  }
}
