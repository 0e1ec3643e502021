// Performs scenarios on a bus.
public import Components
public import MessageBus

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
  private var isRunning = false

  /// - Parameter seed: chooses the meter and the transformer the scenarios are about.
  /// - Throws: `ScenarioError` with code `.tooFewMeters`.
  public init(bus: Bus, utility: Utility, seed: UInt64 = 0) throws {
    guard utility.meters >= Self.minimumMeters else {
      throw ScenarioError(
        .tooFewMeters, "\(utility.meters) meters are too few: scenarios need \(Self.minimumMeters) or more")
    }
    self.bus = bus
    self.utility = utility
    subject = Subject(
      meter: Int(seed % UInt64(utility.meters)), transformer: Int(seed % UInt64(max(utility.transformers, 1))))
  }

  /// Performs one scenario.
  ///
  /// - Parameter observe: told of everything the bus does meanwhile, before it is judged; the judgement waits for it.
  /// - Returns: the verdict, at the latest after the scenario's time limit.
  /// - Throws: `ScenarioError` with code `.busy`; `CancellationError`.
  public func run(
    _ scenario: Scenario, observe: @Sendable (Activity) async -> Void = { _ in }
  ) async throws -> ScenarioReport {
    guard !isRunning else { throw ScenarioError(.busy, "a scenario is being performed") }
    isRunning = true
    defer { isRunning = false }
    let start = ContinuousClock.now
    let stage = await Stage(utility: utility, subject: subject)
    var judge = StepJudge(scenario)
    let failure = await perform(stage, &judge, observe)
    try Task.checkCancellation()
    let duration = (ContinuousClock.now - start) / Duration.seconds(1)
    return ScenarioReport(scenario: scenario, failure: failure, exchanges: judge.exchanges, seconds: duration)
  }

  private enum Signal: Sendable {
    case activity(Activity)
    /// A trigger has been pulled; what went wrong with it.
    case returned(step: Int, trouble: String?)
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
      func pullTriggers() {
        while let (step, trigger) = judge.takeTrigger() {
          group.addTask { send.yield(.returned(step: step, trouble: await stage.pull(trigger))) }
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
        case .timeIsOver:
          let unmet = judge.firstIncomplete == nil ? await stage.firstUnmet(scenario.expectations) : nil
          return (unmet ?? judge.overdue()) + ", within \(scenario.timeLimit)"
        }
        pullTriggers()
        if judge.firstIncomplete == nil, await stage.firstUnmet(scenario.expectations) == nil { return nil }
      }
      return "the run was cancelled"
    }
  }
}
