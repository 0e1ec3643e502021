import CIMModel
import IECMessage
import Logging
import MessageBus
import Scenarios
import Testing

@Suite("Scenarios recorded from what was exchanged")
struct RecorderTests {
  private var player: ScenarioPlayer {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return ScenarioPlayer(logger: logger)
  }

  @Test(
    "a figure that was recorded can be read and played again, with the same messages",
    arguments: ["16", "33", "34", "35", "54"])
  func again(figure: String) async throws {
    let first = try await player.play(try #require(Scenario.named(figure)))
    #expect(first.failure == nil)
    let yaml = try ScenarioRecorder(first.recorded).yaml(figure: "99", title: "recorded: \"again\"")
    let scenario = try ScenarioFile.read(yaml, file: "recorded.yaml")
    #expect(scenario.title == "recorded: \"again\"")
    #expect(scenario.steps.count == first.recorded.count { !$0.to.isEmpty })
    // The switch of figure 34 moves when somebody presses a button, which no message tells.
    guard figure != "34" else { return }
    let second = try await player.play(scenario)
    #expect(second.failure == nil)
    let kinds = { (report: ScenarioReport) in
      report.exchanges.map { "\($0.from) \($0.verb?.rawValue ?? "") \($0.noun ?? "")" }
    }
    #expect(kinds(second) == kinds(first))
  }

  @Test("what is recorded of systems nobody knows is refused, as is nothing at all")
  func refused() {
    let message = Message.get("MeterReadings", nil, source: "HES")
    #expect(throws: ScenarioError.self) { _ = try ScenarioRecorder([]) }
    #expect(throws: ScenarioError.self) {
      _ = try ScenarioRecorder([.init(from: "HES", to: ["MDM"], message: message)])
    }
  }
}
