// Performs scenarios on a bus.
public import Components
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

  private let bus: Bus
  private let utility: Utility
  private let subject: Subject
  private let seed: UInt64
  private let check = TrafficCheck()
  private var isRunning = false
  private var runs: UInt64 = 0

  /// - Parameter seed: chooses the meter and the transformer the scenarios are about.
  /// - Throws: `ScenarioError` with code `.tooFewMeters`.
  public init(bus: Bus, utility: Utility, seed: UInt64 = 0) throws {
    guard utility.meters >= Self.minimumMeters else {
      throw ScenarioError(
        .tooFewMeters, "\(utility.meters) meters are too few: scenarios need \(Self.minimumMeters) or more")
    }
    self.bus = bus
    self.utility = utility
    self.seed = seed
    subject = Subject(
      meter: Int(seed % UInt64(utility.meters)), transformer: Int(seed % UInt64(max(utility.transformers, 1))))
  }

  /// Performs one scenario.
  ///
  /// - Parameters:
  ///   - inAnyOrder: steps that follow by themselves may come in another order, as over a bad line.
  ///   - settling: how long the bus has to be quiet after the precondition was brought about.
  ///   - observe: told of everything the bus does meanwhile, before it is judged; the judgement waits for it.
  /// - Returns: the verdict, at the latest after the scenario's time limit.
  /// - Throws: `ScenarioError` with code `.busy` or `.noSystem`; `CancellationError`.
  public func run(
    _ scenario: Scenario, inAnyOrder: Bool = false, settling: Duration = .milliseconds(40),
    observe: @Sendable (Activity) async -> Void = { _ in }
  ) async throws -> ScenarioReport {
    guard !isRunning else { throw ScenarioError(.busy, "a scenario is being performed") }
    for id in scenario.participants where utility.system(id) == nil {
      throw ScenarioError(.noSystem, "figure \(scenario.figure) needs the system \(id), which the utility has not")
    }
    isRunning = true
    defer { isRunning = false }
    let start = ContinuousClock.now
    runs += 1
    let stage = Stage(utility: utility, subject: subject, run: seed &* 1_000_003 &+ runs)
    var judge = StepJudge(scenario, inAnyOrder: inAnyOrder)
    var failure = await prepare(stage, scenario, settling)
    utility.witness.begin()
    defer { utility.witness.end() }
    if failure == nil { failure = await perform(stage, &judge, observe) }
    try Task.checkCancellation()
    if failure == nil { failure = check.trouble(in: utility.witness.messages) }
    let duration = (ContinuousClock.now - start) / Duration.seconds(1)
    return ScenarioReport(
      scenario: scenario, failure: failure, exchanges: judge.exchanges, seconds: duration,
      traffic: utility.witness.messages, state: await stage.state(scenario.expectations))
  }

  /// What the messages of a complete scenario do not say that they have to say.
  ///
  /// - Returns: also whether all of them have been seen: the bus tells of a reply before its requester has it.
  private func missingContent(_ stage: Stage, _ judge: StepJudge) async -> (trouble: String?, isSettled: Bool) {
    var isSettled = true
    for (index, step) in judge.scenario.steps.enumerated() {
      let place = "step \(index + 1), \(step)"
      for exchange in judge.exchanges(ofStep: index) {
        guard let message = exchange.messageID.flatMap(utility.witness.message) else {
          // A system elsewhere has sent it: its journal has it, this process has not.
          if !step.content.isEmpty { return ("\(place): the message was not seen", true) }
          continue
        }
        if let missing = await stage.missing(step.content, in: message) { return ("\(place): \(missing)", true) }
        guard case .request = step.pattern else { continue }
        guard let reply = utility.witness.reply(to: message) else {
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
    let steps = ActivityCount()
    let activity = bus.activity(bufferingNewest: 10_000)
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in activity { steps.add() } }
      defer { group.cancelAll() }
      if let trouble = await stage.bringAbout(scenario) { return trouble }
      var seen = -1
      for _ in 0..<100 {
        let now = steps.value
        if now == seen { break }
        seen = now
        do { try await Task.sleep(for: settling) } catch { break }
      }
      return await stage.prepare(scenario)
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
  private func perform(
    _ stage: Stage, _ judge: inout StepJudge, _ observe: @Sendable (Activity) async -> Void
  ) async -> String? {
    let scenario = judge.scenario
    // Bounded: one who is slower than the bus loses the oldest steps, and the scenario fails for lack of them.
    let (signals, send) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(20_000))
    let activity = bus.activity(bufferingNewest: 10_000)
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
      for await signal in signals {
        switch signal {
        case .activity(let step):
          await observe(step)
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
          if isSettled, await stage.firstUnmet(scenario.expectations) == nil { return nil }
        }
      }
      return "the run was cancelled"
    }
  }
}

/// Counts what the bus tells.
private final class ActivityCount: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}
