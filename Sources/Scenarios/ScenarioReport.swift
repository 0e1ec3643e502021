// What became of a scenario.

/// The verdict on one run of a scenario, and what was observed.
public struct ScenarioReport: Sendable {
  public var scenario: Scenario
  /// The first thing that went wrong: what was expected and what came instead. Nil: passed.
  public var failure: String?
  /// Messages between the participants, in the order in which the bus told of them.
  public var exchanges: [Exchange]
  public var seconds: Double

  public var passed: Bool { failure == nil }

  /// Requests, replies and events that were observed.
  public var messages: Int { exchanges.reduce(0) { $0 + ($1.reply == nil ? 1 : 2) } }
}
