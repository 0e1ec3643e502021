import Components
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
      aside:
        - {from: MASTER, verb: created, noun: MeterConfig}
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

  @Test("a message that no step names fails the scenario, unless it is an aside")
  func strays() async throws {
    var scenario = try #require(Scenario.named("K.3"))
    #expect(try await player.play(scenario).failure == nil)
    scenario.asides = []
    #expect(try await player.play(scenario).failure == "MASTER: created MeterConfig came, which no step names")
  }

  @Test("a message that comes once too often fails the scenario, also when all was well before")
  func tooOften() async throws {
    var scenario = try #require(Scenario.named("16"))
    let trigger = try #require(scenario.steps.first?.trigger)
    guard case .actions(let actions) = trigger else { throw ScenarioError(.file, "figure 16 begins with an action") }
    scenario.steps[0].trigger = .actions(actions + actions)
    #expect(
      try await player.play(scenario).failure == "CIS: get MeterReadings came once more than step 1 has it")
  }

  @Test("a step says whose CorrelationID its message has to carry")
  func correlation() async throws {
    var scenario = try #require(Scenario.named("33"))
    #expect(scenario.steps[1].correlatesWith == 1)
    #expect(try await player.play(scenario).failure == nil)
    // The sixth step is another order of the CIS.
    scenario.steps[5].correlatesWith = 1
    let failure = try #require(try await player.play(scenario).failure)
    #expect(failure.hasPrefix("step 6, CIS → MDM create MeterServiceRequests: expected the CorrelationID of step 1"))
  }

  @Test("a precondition that was refused fails the scenario")
  func precondition() async throws {
    var scenario = try #require(Scenario.named("16"))
    scenario.precondition = "nobody serves this"
    scenario.preparation = [
      Scenario.Action(
        "CIS", ActionCall("transmit", ["verb": "create", "noun": "MeterConfig", "payload": "<MeterConfig/>"]))
    ]
    let failure = try #require(try await player.play(scenario).failure)
    #expect(failure.hasPrefix("precondition: "), "\(failure)")
  }
}
