import Logging
import MessageBus
import Scenarios
import Testing

@Suite("Playing scenarios of one's own")
struct PlayerTests {
  private var player: ScenarioPlayer {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return ScenarioPlayer(logger: logger)
  }

  /// Creates a meter twice, asking to be answered later.
  private func callback(second: String) throws -> Scenario {
    let step = """
        - from: CIS
          to: MASTER
          verb: create
          noun: MeterConfig
          pattern: callback
          send: <MeterConfig><Meter><mRID>${uuid:m}</mRID></Meter></MeterConfig>
          text: a meter

      """
    return try ScenarioFile.read(
      """
      figure: "x"
      title: callback
      clause: "-"
      certainty: inferred
      basis: made up
      participants: [CIS, MASTER]
      within: 3s
      steps:
      \(step)\(step.replacing("callback", with: "callback\n    reply: " + second))
      expect:
        - {at: MASTER, fact: "objects/Meter/${uuid:m}/exists", is: "yes"}
      """, file: "callback.yaml")
  }

  @Test("a callback is judged by the reply that comes later, not by the acknowledgement")
  func callbacks() async throws {
    let good = try await player.play(callback(second: "FAILED"))
    #expect(good.failure == nil)
    #expect(good.exchanges.filter { $0.from == "CIS" }.map { $0.reply?.from } == ["MASTER", "MASTER"])
    let bad = try await player.play(callback(second: "OK"))
    #expect(bad.failure?.contains("with reply OK, the reply was FAILED") == true, "\(bad.failure ?? "passed")")
  }

  @Test("one scenario played by several at once passes for each")
  func atOnce() async throws {
    let results = try await withThrowingTaskGroup(of: Bool.self) { group in
      for seed in 1...8 {
        group.addTask { [player] in
          var player = player
          player.seed = UInt64(seed % 2)
          return try await player.play(.figure33).passed
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results == Array(repeating: true, count: 8))
  }

  @Test("a message with a code nobody knows fails the scenario, though all else is as it should be")
  func unknownCode() async throws {
    let file = try #require(Scenario.files.first { $0.name == "figure-9.yaml" })
    let spoilt = file.text.replacing("3.2.22.150", with: "3.2.22.9999")
    let failure = try await player.play(ScenarioFile.read(spoilt, file: "spoilt.yaml")).failure
    #expect(failure?.contains("has a code that is not in order") == true, "\(failure ?? "passed")")
  }

  @Test("a message that is not valid against its profile fails the scenario")
  func invalid() async throws {
    let file = try #require(Scenario.files.first { $0.name == "figure-34.yaml" })
    let spoilt = file.text.replacing("<reason>move in</reason>", with: "<season>move in</season>")
    let failure = try await player.play(ScenarioFile.read(spoilt, file: "spoilt.yaml")).failure
    #expect(failure?.contains("is not valid") == true, "\(failure ?? "passed")")
  }
}
