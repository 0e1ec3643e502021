// Compares what the bus tells with what a scenario has.
import IECMessage
import MessageBus

/// Follows a scenario's steps through the activity of the bus. Holds the 10,000 newest exchanges.
struct StepJudge {
  let scenario: Scenario
  private(set) var exchanges: [Exchange] = []
  /// By step: the exchanges that belong to it, by their place in `exchanges`.
  private(set) var occurrences: [[Int]]
  private(set) var triggered: Set<Int> = []
  private(set) var triggersReturned: Set<Int> = []
  /// What was sent and is none of the scenario, newest last.
  private(set) var strays: [String] = []
  private let participants: Set<ParticipantID>
  private let inAnyOrder: Bool
  private let isAlone: Bool
  private static let exchangeLimit = 10_000

  /// - Parameters:
  ///   - inAnyOrder: a step that comes before its turn is taken as it comes.
  ///   - isAlone: nobody else makes the participants say anything: what no step names is wrong.
  init(_ scenario: Scenario, inAnyOrder: Bool = false, isAlone: Bool = false) {
    self.scenario = scenario
    self.inAnyOrder = inAnyOrder
    self.isAlone = isAlone
    occurrences = Array(repeating: [], count: scenario.steps.count)
    participants = Set(scenario.participants)
  }

  /// Steps that have begun.
  var begun: Int { (occurrences.lastIndex { !$0.isEmpty } ?? -1) + 1 }

  /// The first step that is not complete; nil when all are.
  var firstIncomplete: Int? { scenario.steps.indices.first { !isComplete($0) } }

  /// The step whose trigger is to be pulled now: all before it are complete.
  mutating func takeTrigger() -> (step: Int, Scenario.Trigger)? {
    guard let step = firstIncomplete, let trigger = scenario.steps[step].trigger, !triggered.contains(step) else {
      return nil
    }
    triggered.insert(step)
    return (step, trigger)
  }

  mutating func triggerReturned(_ step: Int) { triggersReturned.insert(step) }

  func isComplete(_ step: Int) -> Bool {
    let found = occurrences[step]
    guard !found.isEmpty, scenario.steps[step].trigger == nil || triggersReturned.contains(step) else { return false }
    if case .asOften(let other) = scenario.steps[step].repetition, occurrences.indices.contains(other - 1) {
      guard found.count >= occurrences[other - 1].count else { return false }
    }
    return found.allSatisfy { index in
      let exchange = exchanges[index]
      switch scenario.steps[step].pattern {
      case .request, .callback: return exchange.reply != nil
      case .event: return scenario.steps[step].to.allSatisfy(exchange.to.contains)
      }
    }
  }

  /// Takes in one step in the life of a message.
  ///
  /// - Returns: what went wrong; nil when nothing has.
  mutating func take(_ activity: Activity) -> String? {
    switch activity.step {
    case .accepted: return place(activity).trouble
    case .delivered:
      let (index, trouble) = place(activity)
      guard let index else { return trouble }
      if let to = activity.to, !exchanges[index].to.contains(to) { exchanges[index].to.append(to) }
      exchanges[index].latency = activity.latency
      return trouble ?? misdelivery(index)
    case .replied: return take(reply: activity)
    case .refused:
      guard participants.contains(activity.from) else { return nil }
      return expected(after: begun)
        + ", the bus refused \(activity.summary) with \(activity.code ?? "?") (\(activity.reason ?? "no reason"))"
    case .dead:
      guard exchanges.contains(where: { $0.entry == activity.entry }) else { return nil }
      return "\(activity.summary) could not be delivered to \(activity.to?.rawValue ?? "anyone"): "
        + "\(activity.code ?? "?") (\(activity.reason ?? "no reason"))"
    case .retrying: return nil
    }
  }

  /// What to say when the time is over.
  func overdue() -> String {
    guard let step = firstIncomplete else { return "all messages came, but not what they were to bring about" }
    let wanted = "step \(step + 1): expected \(describe(scenario.steps[step]))"
    if let last = occurrences[step].last {
      let exchange = exchanges[last]
      switch scenario.steps[step].pattern {
      case .request, .callback: return wanted + "; the request was sent, no reply came"
      case .event:
        if case .asOften = scenario.steps[step].repetition {
          return wanted + "; it came \(occurrences[step].count) times"
        }
        let missing = scenario.steps[step].to.filter { !exchange.to.contains($0) }
        return wanted
          + (missing.isEmpty
            ? "; the step did not end" : "; \(missing.map(\.rawValue).joined(separator: ", ")) did not get it")
      }
    }
    guard let stray = strays.last else { return wanted + "; nothing came" }
    return wanted + "; instead came \(stray)"
  }

  /// The exchanges that belong to a step, in their order.
  func exchanges(ofStep step: Int) -> [Exchange] { occurrences[step].map { exchanges[$0] } }

  // MARK: Placing

  /// The exchange an activity is about, made and assigned to a step where it is new.
  private mutating func place(_ activity: Activity) -> (index: Int?, trouble: String?) {
    if let known = exchanges.lastIndex(where: { $0.entry == activity.entry }) { return (known, nil) }
    guard participants.contains(activity.from), activity.kind != .response, exchanges.count < Self.exchangeLimit else {
      return (nil, nil)
    }
    let next = begun
    var step: Int?
    var trouble: String?
    if inAnyOrder, let open = reached(by: activity) {
      step = open
    } else if next < scenario.steps.count, matches(activity, next), isOpen(next) {
      step = next
    } else if let running = (0..<next).last(where: { matches(activity, $0) && isRepeatable($0) }) {
      step = running
    } else if let later = scenario.steps.indices.dropFirst(next + 1).first(where: {
      matches(activity, $0) && isOpen($0)
    }) {
      trouble = expected(after: next) + ", but step \(later + 1) came first: \(describe(scenario.steps[later]))"
    } else {
      strays.append(activity.summary)
      if strays.count > 100 { strays.removeFirst() }
      if isAlone, !isAside(activity) { trouble = unnamed(activity) }
    }
    exchanges.append(Exchange(activity, step: step.map { $0 + 1 }))
    if let step { occurrences[step].append(exchanges.count - 1) }
    if let step, trouble == nil { trouble = uncorrelated(activity, step) }
    return (exchanges.count - 1, trouble)
  }

  private func isAside(_ activity: Activity) -> Bool {
    scenario.asides.contains { $0.from == activity.from && $0.verb == activity.verb && $0.noun == activity.noun }
  }

  /// What is wrong with a message that no step has room for.
  private func unnamed(_ activity: Activity) -> String {
    if let same = scenario.steps.indices.last(where: { matches(activity, $0) }) {
      return "\(activity.summary) came "
        + (isOpen(same) ? "once more than step \(same + 1) has it" : "before step \(same + 1) was begun")
    }
    return "\(activity.summary) came, which no step names"
  }

  /// What is wrong with a message's correlation.
  private func uncorrelated(_ activity: Activity, _ step: Int) -> String? {
    guard let other = scenario.steps[step].correlatesWith, occurrences.indices.contains(other - 1) else { return nil }
    let wanted = exchanges(ofStep: other - 1).flatMap { [$0.messageID, $0.correlationID] }.compactMap { $0 }
    if let id = activity.correlationID, wanted.contains(id) { return nil }
    return "step \(step + 1), \(scenario.steps[step]): expected the CorrelationID of step \(other), "
      + (activity.correlationID.map { "it is \($0)" } ?? "it has none")
  }

  private func matches(_ activity: Activity, _ step: Int) -> Bool {
    let wanted = scenario.steps[step]
    return activity.from == wanted.from && activity.verb == wanted.verb && activity.noun == wanted.noun
  }

  /// A step with a trigger cannot begin before it was pulled.
  private func isOpen(_ step: Int) -> Bool { scenario.steps[step].trigger == nil || triggered.contains(step) }

  /// The step that a message belongs to where order does not count: the first that has not begun and whose trigger, and
  /// those before it, were pulled; else the last that goes on.
  private func reached(by activity: Activity) -> Int? {
    let reached = scenario.steps.indices.prefix(while: isOpen).filter { matches(activity, $0) }
    return reached.first { occurrences[$0].isEmpty } ?? reached.last(where: isRepeatable)
  }

  private func isRepeatable(_ step: Int) -> Bool {
    switch scenario.steps[step].repetition {
    case .once: return false
    case .oneOrMore: return true
    case .asOften(let other):
      return occurrences.indices.contains(other - 1) && occurrences[step].count < occurrences[other - 1].count
    }
  }

  // MARK: Judging

  private func misdelivery(_ index: Int) -> String? {
    let exchange = exchanges[index]
    guard let number = exchange.step, scenario.steps[number - 1].expectedReply != nil,
      let to = exchange.to.first, !scenario.steps[number - 1].to.contains(to)
    else { return nil }
    return "step \(number): expected \(describe(scenario.steps[number - 1])), it went to \(to)"
  }

  private mutating func take(reply activity: Activity) -> String? {
    guard let index = exchanges.lastIndex(where: { $0.isAnswered(by: activity) }) else { return nil }
    if let number = exchanges[index].step, case .callback = scenario.steps[number - 1].pattern, activity.code == "0.3" {
      // The acknowledgement: the answer comes later.
      return nil
    }
    exchanges[index].reply = .init(
      from: activity.from, result: activity.result, code: activity.code, reason: activity.reason, time: activity.time,
      latency: activity.latency)
    guard let number = exchanges[index].step, let reply = scenario.steps[number - 1].expectedReply,
      !reply.accepts(activity.result, code: activity.code)
    else { return nil }
    let came = [activity.result?.rawValue ?? "no result", activity.code, activity.reason.map { "(\($0))" }]
    return "step \(number): expected \(describe(scenario.steps[number - 1])), the reply was "
      + came.compactMap { $0 }.joined(separator: " ") + " from \(activity.from)"
  }

  private func expected(after begun: Int) -> String {
    guard begun < scenario.steps.count else { return "expected no further message" }
    return "step \(begun + 1): expected \(describe(scenario.steps[begun]))"
  }

  private func describe(_ step: Scenario.Step) -> String {
    guard let reply = step.expectedReply else { return step.description }
    let results = reply.results.map(\.rawValue).sorted(by: >).joined(separator: " or ")
    return "\(step.description) with reply \(results)"
      + (reply.codes.isEmpty ? "" : " (" + reply.codes.sorted().joined(separator: ", ") + ")")
  }
}

extension Activity {
  /// E.g. "MS: created MeterReadings".
  fileprivate var summary: String { "\(from): \(verb?.rawValue ?? "?") \(noun ?? "?")" }
}
