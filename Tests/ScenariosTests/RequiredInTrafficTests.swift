import IECMessage
import Logging
import Scenarios
import SemanticRules
import Testing

@Suite("What a verb requires of a noun: in the messages of the scenarios", .serialized)
struct RequiredInTrafficTests {
  @Test("is there, in every message", arguments: Scenario.all.map(\.id))
  func required(id: String) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let scenario = try #require(Scenario.named(id))
    let report = try await ScenarioPlayer(logger: logger).play(scenario)
    #expect(report.failure == nil)
    #expect(!report.traffic.isEmpty)
    for message in report.traffic {
      for finding in RequiredByVerb.standard.check(message).findings where finding.severity > .note {
        Issue.record("\(message.verb?.rawValue ?? "") \(finding.path): \(finding.message)")
      }
    }
  }
}
