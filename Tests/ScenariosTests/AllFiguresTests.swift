import IECMessage
import Logging
import Scenarios
import SemanticRules
import Testing

@Suite("IEC 61968-9: every exchange figure, played by itself", .serialized)
struct AllFiguresTests {
  private func player(seed: UInt64) -> ScenarioPlayer {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var player = ScenarioPlayer(logger: logger)
    player.seed = seed
    return player
  }

  @Test(
    "its messages come as they should, are valid, and bring about what they should", arguments: Scenario.all.map(\.id))
  func passes(id: String) async throws {
    let scenario = try #require(Scenario.named(id))
    for seed in [1 as UInt64, 42] {
      let report = try await player(seed: seed).play(scenario)
      #expect(report.failure == nil)
      #expect(!report.traffic.isEmpty)
      // What a verb asks of a noun beyond the profile.
      for message in report.traffic {
        for finding in RequiredByVerb.standard.check(message).findings where finding.severity > .note {
          Issue.record("\(message.verb?.rawValue ?? "") \(finding.path): \(finding.message)")
        }
      }
    }
  }

  @Test("without its messages its expectations do not hold", arguments: Scenario.all.map(\.id))
  func canFail(id: String) async throws {
    var scenario = try #require(Scenario.named(id))
    scenario.steps = []
    scenario.timeLimit = .milliseconds(200)
    let failure = try await player(seed: 1).play(scenario).failure
    #expect(failure?.hasPrefix("expected ") == true, "\(failure ?? "passed")")
  }
}
