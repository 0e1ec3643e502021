// Performs scenarios on a bus.
public import Components
import IECMessage
public import MessageBus
import Synchronization

/// Performs scenarios with the components of a utility and judges what the bus tells of it.
///
/// One scenario at a time: a second call while one is performed throws `.busy`. `bus.run()` and `utility.run()` have to
/// run meanwhile. Messages of others on the same bus are not minded, but what they ask of the same components may be
/// taken for the scenario's.
public actor ScenarioRunner {
  /// The smallest utility there is enough network in for all scenarios.
  public static let minimumMeters = 20

  private let venue: any Venue
  private let utility: Utility
  private let elsewhere: Elsewhere?
  private let subject: Subject
  private let seed: UInt64
  private let check = TrafficCheck()
  private var isRunning = false
  private var runs: UInt64 = 0

  /// - Parameters:
  ///   - bus: where the systems are.
  ///   - utility: the systems of this process.
  ///   - elsewhere: systems that are not; nil: all are of this process.
  ///   - seed: chooses the meter and the transformer the scenarios are about.
  /// - Throws: `ScenarioError` with code `.tooFewMeters`.
  public init(bus: any Venue, utility: Utility, elsewhere: Elsewhere? = nil, seed: UInt64 = 0) throws {
    guard utility.meters >= Self.minimumMeters else {
      throw ScenarioError(
        .tooFewMeters, "\(utility.meters) meters are too few: scenarios need \(Self.minimumMeters) or more")
    }
    venue = bus
    self.utility = utility
    self.elsewhere = elsewhere
    self.seed = seed
    subject = Subject(
      meter: Int(seed % UInt64(utility.meters)), transformer: Int(seed % UInt64(max(utility.transformers, 1))))
  }

  /// Performs one scenario.
  ///
  /// - Parameters:
  ///   - inAnyOrder: steps that follow by themselves may come in another order, as over a bad line.
  ///   - isAlone: nobody else is on the bus: a message that no step names, or that comes once too often, fails it.
  ///   - settling: how long the bus has to be quiet after the precondition was brought about and, where the scenario is
  ///     alone, at the end.
  ///   - observe: told of everything the bus does meanwhile, before it is judged; the judgement waits for it.
  /// - Returns: the verdict, at the latest after the scenario's time limit.
  /// - Throws: `ScenarioError` with code `.busy` or `.noSystem`; `CancellationError`.
  public func run(
    _ scenario: Scenario, inAnyOrder: Bool = false, isAlone: Bool = false, settling: Duration = .milliseconds(40),
    observe: @Sendable (Activity) async -> Void = { _ in }
  ) async throws -> ScenarioReport {
    guard !isRunning else { throw ScenarioError(.busy, "a scenario is being performed") }
    for id in scenario.participants where utility.system(id) == nil && elsewhere?.systems.contains(id) != true {
      throw ScenarioError(.noSystem, "figure \(scenario.figure) needs the system \(id), which the utility has not")
    }
    isRunning = true
    defer { isRunning = false }
    let start = ContinuousClock.now
    runs += 1
    var scenario = scenario
    if let elsewhere { scenario.timeLimit += elsewhere.allowance(scenario) }
    let stage = Stage(
      utility: utility, subject: subject, elsewhere: elsewhere, run: seed &* 1_000_003 &+ runs)
    var judge = StepJudge(scenario, inAnyOrder: inAnyOrder, isAlone: isAlone)
    var failure = await prepare(stage, scenario, settling)
    utility.witness.begin()
    defer { utility.witness.end() }
    if failure == nil { failure = await perform(stage, &judge, isAlone ? settling : nil, observe) }
    try Task.checkCancellation()
    if failure == nil { failure = check.trouble(in: utility.witness.messages + (await foreign(judge))) }
    let duration = (ContinuousClock.now - start) / Duration.seconds(1)
    return ScenarioReport(
      scenario: scenario, failure: failure, exchanges: judge.exchanges, seconds: duration,
      traffic: utility.witness.messages, state: await stage.state(scenario.expectations),
      unchecked: stage.unchecked(scenario))
  }

  /// The messages of systems that are not of this process.
  private func foreign(_ judge: StepJudge) async -> [Message] {
    guard let elsewhere else { return [] }
    var messages: [Message] = []
    for exchange in judge.exchanges where elsewhere.systems.contains(exchange.from) {
      if let message = await venue.message(exchange.entry) { messages.append(message) }
    }
    return messages
  }

  /// What the messages of a complete scenario do not say that they have to say.
  ///
  /// - Returns: also whether all of them have been seen: the bus tells of a reply before its requester has it.
  private func missingContent(_ stage: Stage, _ judge: StepJudge) async -> (trouble: String?, isSettled: Bool) {
    var isSettled = true
    for (index, step) in judge.scenario.steps.enumerated() {
      let place = "step \(index + 1), \(step)"
      for exchange in judge.exchanges(ofStep: index) {
        let seen = exchange.messageID.flatMap(utility.witness.message)
        // What a system elsewhere has sent, the journal has.
        let kept = seen == nil ? await venue.message(exchange.entry) : nil
        guard let message = seen ?? kept else {
          if !step.content.isEmpty { return ("\(place): the message was not seen", true) }
          continue
        }
        if let missing = await stage.missing(step.content, in: message) { return ("\(place): \(missing)", true) }
        guard case .request = step.pattern else { continue }
        let answer = utility.witness.reply(to: message)
        let keptAnswer = answer == nil && seen == nil ? await venue.reply(to: exchange.entry) : nil
        guard let reply = answer ?? keptAnswer else {
          isSettled = false
          continue
        }
        if let missing = await stage.missing(step.replyContent, in: reply) {
          return ("\(place), reply: \(missing)", true)
        }
      }
    }
    return (nil, isSettled)
  }

  /// Brings about the precondition, and waits until the bus has been quiet for a moment: what it brought about is none of
  /// the scenario.
  private func prepare(_ stage: Stage, _ scenario: Scenario, _ settling: Duration) async -> String? {
    guard !scenario.preparation.isEmpty else { return await stage.prepare(scenario) }
    let steps = Preparation()
    let activity: AsyncStream<Activity>
    do {
      activity = try await venue.activity(bufferingNewest: 10_000)
    } catch {
      return "\(error)"
    }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { for await step in activity { steps.add(step) } }
      defer { group.cancelAll() }
      if let trouble = await stage.bringAbout(scenario) { return trouble }
      var seen = -1
      for _ in 0..<100 {
        let (count, trouble) = steps.state
        if let trouble { return "precondition: \(trouble)" }
        if count == seen { return await stage.prepare(scenario) }
        seen = count
        do { try await Task.sleep(for: settling) } catch { return "the run was cancelled" }
      }
      return "precondition: the bus was never quiet for \(settling)"
    }
  }

  private enum Signal: Sendable {
    case activity(Activity)
    /// A trigger has been pulled; what went wrong with it.
    case returned(step: Int, trouble: String?)
    /// Time to look at the state again.
    case tick
    case timeIsOver
  }

  /// Pulls triggers and judges until all is well, something is wrong or the time is over.
  ///
  /// - Parameter settling: how long nothing may come once all is well; nil: what comes then is not waited for.
  private func perform(
    _ stage: Stage, _ judge: inout StepJudge, _ settling: Duration?, _ observe: @Sendable (Activity) async -> Void
  ) async -> String? {
    let scenario = judge.scenario
    // Bounded: one who is slower than the bus loses the oldest steps, and the scenario fails for lack of them.
    let (signals, send) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(20_000))
    let activity: AsyncStream<Activity>
    do {
      activity = try await venue.activity(bufferingNewest: 10_000)
    } catch {
      return "\(error)"
    }
    return await withTaskGroup(of: Void.self) { group -> String? in
      defer { group.cancelAll() }
      group.addTask { for await step in activity { send.yield(.activity(step)) } }
      group.addTask {
        do { try await Task.sleep(for: scenario.timeLimit) } catch { return }
        send.yield(.timeIsOver)
      }
      group.addTask {
        while !Task.isCancelled {
          do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
          send.yield(.tick)
        }
      }
      func pullTriggers() {
        while let (step, trigger) = judge.takeTrigger() {
          group.addTask {
            send.yield(.returned(step: step, trouble: await stage.pull(trigger, of: scenario.steps[step])))
          }
        }
      }
      pullTriggers()
      var settled: ContinuousClock.Instant?
      for await signal in signals {
        switch signal {
        case .activity(let step):
          await observe(step)
          settled = nil
          if let trouble = judge.take(step) { return trouble }
        case .returned(let step, let trouble):
          if let trouble { return "step \(step + 1): \(trouble)" }
          judge.triggerReturned(step)
        case .tick: break
        case .timeIsOver:
          let unmet = judge.firstIncomplete == nil ? await stage.firstUnmet(scenario.expectations) : nil
          return (unmet ?? judge.overdue()) + ", within \(scenario.timeLimit)"
        }
        pullTriggers()
        if judge.firstIncomplete == nil {
          let (missing, isSettled) = await missingContent(stage, judge)
          if let missing { return missing }
          guard isSettled, await stage.firstUnmet(scenario.expectations) == nil else { continue }
          guard let settling else { return nil }
          if let settled, ContinuousClock.now - settled >= settling { return nil }
          if settled == nil {
            settled = .now
            group.addTask {
              do { try await Task.sleep(for: settling) } catch { return }
              send.yield(.tick)
            }
          }
        }
      }
      return "the run was cancelled"
    }
  }
}

/// What the bus tells while a precondition is brought about.
private final class Preparation: Sendable {
  private struct State {
    var steps = 0
    var trouble: String?
  }

  private let kept = Mutex(State())

  func add(_ activity: Activity) {
    kept.withLock { state in
      state.steps += 1
      guard state.trouble == nil, activity.step == .refused || activity.step == .dead else { return }
      state.trouble =
        "\(activity.from): \(activity.verb?.rawValue ?? "?") \(activity.noun ?? "?") was "
        + (activity.step == .refused ? "refused" : "not delivered")
        + " with \(activity.code ?? "?") (\(activity.reason ?? "no reason"))"
    }
  }

  /// How much was told, and the first thing that went wrong.
  var state: (steps: Int, trouble: String?) { kept.withLock { ($0.steps, $0.trouble) } }
}
