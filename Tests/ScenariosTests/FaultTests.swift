import Components
import Logging
import MessageBus
import Scenarios
import Testing

@Suite("Scenarios over a bad line", .serialized)
struct FaultTests {
  private func player(_ seed: UInt64) -> ScenarioPlayer {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var player = ScenarioPlayer(logger: logger)
    player.seed = 5
    player.faults = nil
    return player
  }

  @Test(
    "messages lost, late, twice and out of order: the systems end in the same state as without",
    arguments: [1 as UInt64, 2, 3])
  func sameState(seed: UInt64) async throws {
    var destroyed = 0
    for scenario in Scenario.all {
      let without = try await player(seed).play(scenario)
      var bad = player(seed)
      bad.faults = try FaultPlan("drop=0.1,delay=5ms,duplicate=0.3,reorder", seed: seed)
      let with = try await bad.play(scenario)
      if !with.destroyed.isEmpty {
        destroyed += 1
        continue
      }
      #expect(with.failure == nil, "figure \(scenario.figure)")
      #expect(with.state == without.state, "figure \(scenario.figure)")
    }
    // A message is lost three times in a row once in a thousand times: else this would compare nothing.
    #expect(destroyed <= Scenario.all.count / 8)
  }

  @Test("a line that loses everything destroys what is sent, and says so")
  func destroyed() async throws {
    var scenario = Scenario.figure16
    scenario.timeLimit = .zero
    var bad = player(1)
    bad.faults = try FaultPlan("drop=1", seed: 1)
    let report = try await bad.play(scenario)
    #expect(report.failure != nil)
    #expect(report.destroyed.count == 1)
    #expect(report.destroyed.first?.hasPrefix("CIS: get MeterReadings ") == true)
  }

  @Test("a system that is off the bus for a while has its messages wait")
  func offline() async throws {
    var bad = player(1)
    bad.faults = try FaultPlan("offline=ms:400ms", seed: 1)
    let scenario = try #require(Scenario.named("9"))
    let report = try await bad.play(scenario)
    #expect(report.failure == nil)
    #expect(report.seconds > 0.3)
  }

  @Test("a system that is off the bus for a while is sent nothing meanwhile: who asks it waits")
  func offlineReceiver() async throws {
    var bad = player(1)
    bad.faults = try FaultPlan("offline=MS:600ms", seed: 1)
    let report = try await bad.play(Scenario.figure16)
    #expect(report.failure == nil)
    #expect(report.seconds > 0.5)
  }

  @Test(
    "what is lost on its way to a system, and replies that are lost, are listed as such",
    arguments: [1, 2, 3] as [UInt64])
  func destroyedOnTheWay(seed: UInt64) async throws {
    var destroyed: [String] = []
    for scenario in Scenario.tour {
      var bad = player(seed)
      bad.faults = try FaultPlan("drop=0.5", seed: seed)
      var scenario = scenario
      scenario.timeLimit = .milliseconds(100)
      let report = try await bad.play(scenario)
      // What is not well was destroyed: nothing fails without a reason that is listed.
      #expect(report.failure == nil || !report.destroyed.isEmpty, "figure \(scenario.figure)")
      destroyed += report.destroyed
    }
    #expect(destroyed.contains { $0.hasPrefix("to ") || $0.hasPrefix("reply of ") }, "\(destroyed)")
  }

  @Test(
    "faults that cannot be are refused",
    arguments: ["drop=2", "drop=", "delay=5", "offline=XX:3s", "offline=MS", "loss=0.1", "reorder=1", "delay=-1s"])
  func refused(text: String) {
    #expect(throws: ScenarioError.self) { _ = try FaultPlan(text, seed: 1) }
  }
}
