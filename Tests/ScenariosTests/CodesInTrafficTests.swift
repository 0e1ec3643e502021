import Components
import IECMessage
import MessageBus
import Scenarios
import SemanticRules
import Testing

@Suite("IEC 61968-9, Annexes B to F: codes in the components' own messages")
struct CodesInTrafficTests {
  @Test("no message of the figures is rejected or warned about", arguments: [1 as UInt64, 7])
  func messages(seed: UInt64) async throws {
    let messages = try await Stand.with(meters: 60, seed: seed) { stand in
      let runner = try ScenarioRunner(bus: stand.bus, utility: stand.utility, seed: seed)
      for scenario in Scenario.tour { #expect(try await runner.run(scenario).failure == nil) }
      return stand.coder.all
    }
    let nouns = Set(messages.compactMap(\.noun))
    #expect(nouns.isSuperset(of: ["MeterReadings", "EndDeviceEvents", "EndDeviceControls"]))
    let rules = CodeRules()
    for message in messages {
      for finding in rules.check(message).findings where finding.severity > .note {
        Issue.record("\(finding.path): \(finding.message) [\(finding.rule)]")
      }
    }
  }
}
